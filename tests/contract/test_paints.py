"""The table of paints: every row has its functions on both sides, and what is packed is what is loaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gpucanvas
from gpucanvas.contract.constants import PAINT_KIND_BITS
from gpucanvas.contract.paints import PAINTS, PaintKind
from gpucanvas.kernels.instructions import record_at
from gpucanvas.stages.paint import ROWS

SHADERS = Path(gpucanvas.__file__).parents[1] / "shaders" / "shared"


def test_every_row_has_a_function_on_both_sides() -> None:
    text = "".join((SHADERS / f"{name}.glsl").read_text() for name in ("box_shadow", "gradients", "layer", "textures"))
    assert list(ROWS) == list(PAINTS)
    for row in PAINTS.values():
        function = f"mat4 {row.name}_quad" if row.has_quads else f"vec4 {row.name}_color"
        assert f"{function}({row.record.name} paint, " in text


def test_codes_differ_and_fit_their_bits() -> None:
    codes = [row.code for row in PAINTS.values()]
    assert sorted(set(codes)) == sorted(codes)
    assert min(codes) > 0 and max(codes) < 1 << PAINT_KIND_BITS


@pytest.mark.parametrize("row", PAINTS.values(), ids=list(PAINTS))
def test_what_is_packed_is_what_is_loaded_from_the_place_in_the_word(row: PaintKind) -> None:
    fields = range(1, row.record.words + 1)
    stream = np.frombuffer(b"\xff" * 20 + row.record.pack(*fields) + b"\xff" * 8, np.uint32)
    word = row.word(5)
    found = record_at(stream, word >> PAINT_KIND_BITS, row.record.dtype)
    assert [getattr(found, field.name) for field in row.record.fields] == list(fields)
    assert word & ((1 << PAINT_KIND_BITS) - 1) == row.code
