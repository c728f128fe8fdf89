"""FreeType is loaded without freetype-py's own modules, and gives what it gives through them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import numpy as np
import pytest
from freetype import ft_structs, raw
from script_fonts import register

import gpucanvas
from gpucanvas.text import freetypelib, hinting
from gpucanvas.text.shape import setting_of
from gpucanvas.text.textstyle import DEFAULT, with_font


@pytest.fixture
def fresh() -> Iterator[None]:
    """FreeType is loaded anew before and after a test."""

    def reset() -> None:
        hinting._clear()
        for each in (freetypelib.library, hinting.started):
            each.cache_clear()

    reset()
    yield
    reset()


def outlines(family: str) -> list[tuple[bytes, list[float]]]:
    instance = setting_of(with_font(DEFAULT, f"13px '{family}'")).first
    found = hinting.hinted_outlines(instance, 13.0, range(1, 60))
    assert None not in found
    return [(each.verbs, each.coords.tolist()) for each in found if each is not None]


def test_structures_are_those_of_freetype_py() -> None:
    assert freetypelib.FaceRec.glyph.offset == ft_structs.FT_FaceRec.glyph.offset
    assert freetypelib.SlotRec.outline.offset == ft_structs.FT_GlyphSlotRec.outline.offset
    ours, theirs = freetypelib.OutlineRec, ft_structs.FT_Outline
    assert ctypes.sizeof(ours) == ctypes.sizeof(theirs)
    for name, _ in ours._fields_:
        assert getattr(ours, name).offset == getattr(theirs, name).offset, name


def test_outlines_are_those_of_freetype_py(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    family = register("Latin")
    assert freetypelib.library() is not raw
    ours = outlines(family)
    hinting._clear()
    freetypelib.library.cache_clear()
    hinting.started.cache_clear()
    monkeypatch.setattr(freetypelib, "bundled", lambda: None)
    assert freetypelib.library() is raw
    assert outlines(family) == ours
    assert len({verbs for verbs, _ in ours}) > 20


@pytest.mark.parametrize("name", ["none.so", "__init__.py"])
def test_a_library_that_cannot_be_loaded_is_left_to_freetype_py(
    fresh: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(freetypelib, "NAME", name)
    monkeypatch.setattr(freetypelib, "NAMES", {})
    assert freetypelib.bundled() is None
    with gpucanvas.Canvas(40, 20, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.fill_text("Hinted", 2, 14)
        assert np.asarray(canvas.to_numpy())[..., 3].any()
