"""Shadows without blur are drawn as the shape itself, moved and in the shadow's colour, without a layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gpucanvas
from compare import assert_same
from gpucanvas.contract.commands import COMMAND, DRAW_LAYER
from gpucanvas.picturefile import layout
from gpucanvas.pipeline import blame

Draw = Callable[[Any], None]


def rect(ctx: Any) -> None:
    ctx.fill_rect(10.3, 8.6, 30, 20)


def stroked_rect(ctx: Any) -> None:
    ctx.line_width = 3
    ctx.stroke_rect(12.5, 8, 30, 20)


def turned(ctx: Any) -> None:
    ctx.rotate(0.2)
    ctx.scale(1.5, 1)
    ctx.fill_rect(14, 4, 20, 18)


def path(ctx: Any) -> None:
    ctx.begin_path()
    ctx.arc(30, 24, 14, 0, 5)
    ctx.close_path()
    ctx.fill()


def stroked_path(ctx: Any) -> None:
    """The path is in canvas coordinates, and the pen in those of the transform."""
    ctx.begin_path()
    ctx.move_to(8, 10)
    ctx.bezier_curve_to(40, 0, 0, 40, 50, 30)
    ctx.scale(2, 1)
    ctx.line_width = 3
    ctx.set_line_dash([6, 4])
    ctx.stroke()


def path2d(ctx: Any) -> None:
    ctx.translate(5, 3)
    ctx.scale(1.2, 1.2)
    ctx.fill(gpucanvas.Path2D("M4 4 L30 8 L10 24 Z"))


def text(ctx: Any) -> None:
    ctx.font = "20px sans-serif"
    ctx.fill_text("Shade", 4, 28)


def turned_text(ctx: Any) -> None:
    ctx.font = "20px sans-serif"
    ctx.rotate(0.1)
    ctx.fill_text("Shade", 6, 26)


def halo(ctx: Any) -> None:
    ctx.font = "20px sans-serif"
    ctx.stroke_text("Sh", 6, 28)


DRAWS = (rect, stroked_rect, turned, path, stroked_path, path2d, text, turned_text, halo)
SHADOWS = (("black", 3, 2), ("rgb(200 0 0 / 0.5)", -4, 6), ("blue", 0, 5), ("black", 2.4, 1.5))


def kinds(ctx: Any) -> list[int]:
    found: list[int] = np.frombuffer(bytes(ctx._recording.commands), COMMAND)["kind"].tolist()
    return found


def drawn(draw: Draw, backend: str, *, as_layer: bool, shadow: tuple[str, float, float], **settings: Any) -> Any:
    with gpucanvas.Canvas(80, 50, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx: Any = canvas.get_context("2d")
        ctx.fill_style = "#e8f4c0"
        ctx.fill_rect(0, 0, 80, 50)
        ctx.fill_style = ctx.stroke_style = "rgb(20 120 60)"
        for name, value in settings.items():
            setattr(ctx, name, value)
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_offset_y = shadow
        if as_layer:
            ctx.shadow_blur = 1e-9  # No shadow of a blur is sharp; this one cannot be seen.
        draw(ctx)
        # Strokes of letters overlap, and would show through each other.
        is_torn = draw is halo and "/" in shadow[0]
        assert (DRAW_LAYER in kinds(ctx)) == (as_layer or is_torn)
        return np.array(canvas.to_numpy())


@pytest.mark.parametrize("shadow", SHADOWS, ids=str)
@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.__name__)
def test_a_sharp_shadow_is_what_a_layer_throws(draw: Draw, shadow: Any, backend: str, tmp_path: Path) -> None:
    ours = drawn(draw, backend, as_layer=False, shadow=shadow)
    theirs = drawn(draw, backend, as_layer=True, shadow=shadow)
    # A layer holds bytes: its shadow is rounded twice. The tone of text is that of the colour drawn.
    is_text = draw in (text, turned_text, halo)
    most, part = (40, 0.1) if is_text else (3, 1.0)
    assert_same(ours, theirs, max_difference=most, max_fraction=part, names=("sharp", "layer"), folder=tmp_path)
    assert (ours != drawn(draw, backend, as_layer=False, shadow=("transparent", 0, 0))).any()


def test_alpha_and_clip_apply(backend: str, tmp_path: Path) -> None:
    def clipped(ctx: Any) -> None:
        ctx.begin_path()
        ctx.rect(0, 0, 42, 28)
        ctx.clip()
        path(ctx)

    pictures = [
        drawn(clipped, backend, as_layer=as_layer, shadow=("black", 6, 5), global_alpha=0.5)
        for as_layer in (False, True)
    ]
    assert_same(*pictures, max_difference=2, names=("sharp", "layer"), folder=tmp_path)


@pytest.mark.parametrize("operator", ["copy", "xor", "destination-over", "multiply", "source-in", "lighter"])
def test_other_operators_have_layers(operator: str) -> None:
    ctx: Any = gpucanvas.Recording(80, 50).get_context("2d")
    ctx.shadow_color, ctx.shadow_offset_x, ctx.global_composite_operation = "black", 2, operator
    rect(ctx)
    assert DRAW_LAYER in kinds(ctx)


def test_what_is_drawn_under_a_layer_has_a_large_enough_one(backend: str, tmp_path: Path) -> None:
    """The shadow lies outside of the shape's own box, in coordinates of the canvas and in those of a transform."""

    def layered(ctx: Any) -> None:
        with ctx.layer():
            ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_offset_y = "black", 30, 20
            path(ctx)
            ctx.translate(-10, 0)
            ctx.stroke(gpucanvas.Path2D("M14 4 h10 v10 h-10 z"))
            ctx.shadow_color = "transparent"

    def plain(ctx: Any) -> None:
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_offset_y = "black", 30, 20
        path(ctx)
        ctx.translate(-10, 0)
        ctx.stroke(gpucanvas.Path2D("M14 4 h10 v10 h-10 z"))

    def picture(draw: Draw) -> Any:
        with gpucanvas.Canvas(80, 50, backend=backend) as canvas:  # type: ignore[arg-type]
            draw(canvas.get_context("2d"))
            return np.array(canvas.to_numpy())

    assert_same(picture(layered), picture(plain), max_difference=1, names=("layered", "plain"), folder=tmp_path)


def test_a_shadow_is_not_picked() -> None:
    with gpucanvas.Canvas(80, 50, backend="cpu") as canvas:
        ctx: Any = canvas.get_context("2d")
        ctx.hit_id = 1
        ctx.fill_rect(40, 0, 40, 50)
        ctx.hit_id = 2
        ctx.shadow_color, ctx.shadow_offset_x = "black", 40
        ctx.fill_rect(5, 5, 20, 20)
        assert canvas.pick(10, 10).id == 2  # type: ignore[union-attr]
        assert canvas.pick(50, 10).id == 1  # type: ignore[union-attr]


def test_pictures_keep_the_offset_and_say_that_they_need_the_sixth_version(backend: str, tmp_path: Path) -> None:
    recording = gpucanvas.Recording(80, 50)
    ctx: Any = recording.get_context("2d")
    ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_offset_y = "red", 9, 4
    path(ctx)
    path2d(ctx)
    ctx.reset_transform()
    text(ctx)
    picture = recording.freeze()
    data = picture.to_bytes(text="outlines")
    assert data[len(layout.MAGIC)] == layout.SHARP_SHADOWS
    pictures = []
    for kept in (picture, gpucanvas.Picture.from_bytes(data)):
        with gpucanvas.Canvas(160, 100, backend=backend) as canvas:  # type: ignore[arg-type]
            canvas.get_context("2d").scale(1.5, 1.5)
            canvas.get_context("2d").draw_picture(kept)
            pictures.append(np.array(canvas.to_numpy()))
    assert_same(*pictures, max_difference=0, names=("frozen", "read"), folder=tmp_path)
    with gpucanvas.Canvas(160, 100, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.text_rendering = "geometricPrecision"
        ctx.scale(1.5, 1.5)
        # As in the standard, no transform applies to a shadow's offset.
        ctx.shadow_color, ctx.shadow_offset_x, ctx.shadow_offset_y = "red", 9, 4
        for draw in (path, path2d):
            draw(ctx)
        expected = np.array(canvas.to_numpy())
    shown = (slice(0, 18), slice(0, 160))  # Above the text.
    assert_same(pictures[0][shown], expected[shown], max_difference=1, names=("picture", "calls"), folder=tmp_path)


def test_an_older_version_refuses_such_an_offset() -> None:
    recording = gpucanvas.Recording(80, 50)
    ctx: Any = recording.get_context("2d")
    ctx.shadow_color, ctx.shadow_offset_x = "red", 9
    rect(ctx)
    data = bytearray(recording.freeze().to_bytes())
    from zlib import crc32

    data[len(layout.MAGIC)] = 5
    end = layout.HEADER.size
    crc = crc32(bytes(data[: end - 4]) + bytes(data[end:]))
    data[end - 4 : end] = crc.to_bytes(4, "little")
    with pytest.raises(ValueError, match="is moved too far"):
        gpucanvas.Picture.from_bytes(bytes(data))


def test_an_error_counts_the_call_and_not_its_shadow() -> None:
    ctx: Any = gpucanvas.Recording(80, 50).get_context("2d")
    ctx.shadow_color, ctx.shadow_offset_x = "red", 9
    for _ in range(3):
        rect(ctx)
    commands = ctx._recording
    assert len(kinds(ctx)) == 6
    assert [blame.name_of(commands, commands, k) for k in (1, 3, 5)] == [
        f"fill_rect() number {n} of this frame" if n > 1 else blame.name_of(commands, commands, 1) for n in (1, 2, 3)
    ]
    assert blame.name_of(commands, commands, 4) == blame.name_of(commands, commands, 5)
    for index in (4, 1):  # Either of the two takes both out.
        blame.take_out(commands, index)
    assert len(commands) == 2


def test_a_saved_picture_of_the_sixth_version_may_have_batches() -> None:
    recording = gpucanvas.Recording(80, 50)
    ctx: Any = recording.get_context("2d")
    ctx.shadow_color, ctx.shadow_offset_x = "red", 9
    rect(ctx)
    ctx.fill_circles([20, 40], [20, 30], 5)
    picture = recording.freeze()
    read = gpucanvas.Picture.from_bytes(picture.to_bytes())
    assert read.to_bytes() == picture.to_bytes()


def test_each_version_has_its_kinds_of_batches() -> None:
    assert layout.BATCH_KINDS.keys() == set(layout.VERSIONS)
