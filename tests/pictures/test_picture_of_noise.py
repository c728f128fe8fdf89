"""Pictures with turbulence filters are of the fourth version of the format."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from tampering import sealed

import gpucanvas

WIDTH, HEIGHT = 40, 30
NOISE = {"name": "turbulence", "baseFrequency": 0.05}


def test_pictures_keep_noise_and_say_that_they_need_the_fourth_version() -> None:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    ctx = recording.get_context("2d")
    ctx.set_transform(1.5, 0, 0.2, 1, 3, 4)
    with ctx.layer([{**NOISE, "type": "fractalNoise", "seed": -3, "numOctaves": 2}, "drop-shadow(8px 0 0 red)"]):
        pass
    ctx.filter = NOISE
    ctx.fill_rect(1, 1, 2, 2)
    data = recording.freeze().to_bytes()
    assert struct.unpack_from("<I", data, 8) == (4,)
    again = gpucanvas.Picture.from_bytes(data)
    assert again.to_bytes() == data
    shown = []
    for each in (recording.freeze(), again):
        with gpucanvas.Canvas(WIDTH, HEIGHT, backend="cpu") as canvas:
            canvas.get_context("2d").draw_picture(each)
            shown.append(canvas.to_numpy())
    np.testing.assert_array_equal(*shown)
    assert shown[0].any()


def test_noise_is_refused_in_earlier_versions_and_where_no_filter_makes_it() -> None:
    recording = gpucanvas.Recording(WIDTH, HEIGHT)
    recording.get_context("2d").begin_layer({**NOISE, "seed": 77})
    recording.get_context("2d").end_layer()
    data = recording.freeze().to_bytes()
    with pytest.raises(ValueError, match="has an effect of kind 6"):
        gpucanvas.Picture.from_bytes(sealed(data[:8] + struct.pack("<I", 3) + data[12:]))
    noise = struct.pack("<2dIi2B6d", 0.05, 0.05, 1, 77, 0, 1, 1, 0, 0, 1, 0, 0)
    assert data.count(noise) == 1
    for wrong in ((-1, 0, 1, 77), (2e6, 0, 1, 77), (0, 0, 17, 77), (0, 0, 1, -(2**31))):
        changed = data.replace(noise, struct.pack("<2dIi", *wrong) + noise[24:])
        with pytest.raises(ValueError, match="has noise that no filter makes"):
            gpucanvas.Picture.from_bytes(sealed(changed))
    changed = data.replace(noise, struct.pack("<2dIi2B6d", 0, 0, 1, 77, 0, 1, float("nan"), 0, 0, 1, 0, 0))
    with pytest.raises(ValueError, match="a number that is not finite"):
        gpucanvas.Picture.from_bytes(sealed(changed))
