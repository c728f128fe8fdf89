"""Masks of clips: a tile's mask is kept for a clip that lies in its clip, and is the product of all their coverages."""

from __future__ import annotations

import numpy as np

import gpucanvas
from gpucanvas.backends.cpu import CPUBackend
from gpucanvas.contract import constants as c
from gpucanvas.pipeline.encode import encode

SIZE = 96
KIND = (1 << c.COMMAND_BITS) - 1
CLIPS = 30


def clip_to_disc(ctx: gpucanvas.Context2D, i: int) -> None:
    ctx.begin_path()
    ctx.arc(SIZE / 2 + 0.1 * i, SIZE / 2, SIZE / 2 - 0.3 * i, 0, 7)
    ctx.clip()


def fill(ctx: gpucanvas.Context2D, i: int) -> None:
    ctx.fill_style = (i / CLIPS, 0.5, 1 - i / CLIPS, 0.3)
    ctx.fill_rect(0, 0, SIZE, SIZE)


def test_a_draw_in_one_more_clip_costs_one_outline() -> None:
    recording = gpucanvas.Recording(SIZE, SIZE)
    ctx = recording.get_context("2d")
    for i in range(CLIPS):
        ctx.save()  # A restore is forgotten.
        clip_to_disc(ctx, i)
        fill(ctx, i)
    scene = encode(recording._commands, SIZE, SIZE)
    with CPUBackend(1).workers.runner() as runner:
        runner.flatten_curves(scene)
        path_tiles, _ = runner.outline_tiles(scene)
        boxes, binned, bin_starts = runner.bin_draws(scene)
        (starts,), (ends,), words = runner.list_commands(scene, path_tiles, boxes, binned, bin_starts)
    # A mask's command is two words, a draw's one, and up to six make the colour of draws that cover a whole tile.
    assert (ends - starts).max() > CLIPS
    assert (ends - starts).max() <= (2 + 1 + 6) * CLIPS + 1


def test_a_mask_that_is_kept_is_that_of_all_clips(backend: str) -> None:
    with (
        gpucanvas.Canvas(SIZE, SIZE, backend=backend) as nested,
        gpucanvas.Canvas(SIZE, SIZE, backend=backend) as alone,
    ):
        for i in range(CLIPS):
            ctx = nested.get_context("2d")
            clip_to_disc(ctx, i)
            fill(ctx, i)
            ctx = alone.get_context("2d")
            with ctx.save():
                for k in range(i + 1):
                    clip_to_disc(ctx, k)
                fill(ctx, i)
        found, expected = nested.to_numpy().astype(np.int16), alone.to_numpy().astype(np.int16)
    assert expected[48, :, 3].max() > 250
    # The factors are multiplied in another order: the last bit of a float may differ.
    assert np.abs(found[..., 3] - expected[..., 3]).max() <= 1
    opaque = expected[..., 3] > 64  # Of less, straight colours are coarse.
    assert np.abs(found - expected)[opaque].max() <= 4
