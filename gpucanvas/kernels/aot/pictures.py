"""Pictures that together make Python call every entry kernel. They are tiny, because plain Python is slow.

Their content does not matter. `entries.py` reports a kernel that none of them reaches.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Literal

import numpy as np

from ... import Canvas, Context2D, Image, Path2D, Recording, render_many
from ...backends.blurs import blurs
from ...backends.cpu import present
from ...backends.filtering import blur
from ...backends.scratch import Scratch
from ...backends.team import Team
from ...contract.commands import BATCH
from ...contract.verbs import CLOSE, CUBIC, MOVE, QUAD
from ...geometry import query
from ...geometry.single import goes_round_once
from ...pipeline.glyphrows import TextColumns, boxes_of_glyphs
from ...pipeline.record import Batch
from ...sight import spans
from ...stages.masks import SLOT_NUMBERS, join_masks
from ...text.glyphtexts import GlyphText
from ...text.hinting import NOTHING, read_outlines
from ...text.instance import Outline
from ...text.strike import Strike


def outlines(ctx: Context2D) -> None:
    """Paths of lines, curves and arcs: filled, stroked, dashed, clipped, and far away."""
    ctx.move_to(2, 3)
    ctx.bezier_curve_to(30, 1, -5, 18, 25, 17)
    ctx.quadratic_curve_to(9, 9, 2, 3)
    ctx.arc(12, 10, 6, 0, 5)
    ctx.fill()
    ctx.stroke()
    ctx.set_line_dash([3, 2])
    ctx.stroke()
    ctx.clip()
    ctx.fill_rect(0, 0, 20, 20)
    ctx.begin_path()
    ctx.move_to(3, 3)
    ctx.line_to(1e6, 5e5)
    ctx.stroke()


def triangle(ctx: Context2D) -> None:
    """The smallest path."""
    ctx.begin_path()
    ctx.move_to(2, 3)
    ctx.line_to(9, 4)
    ctx.line_to(4, 8)
    ctx.fill()


def shapes(ctx: Context2D) -> None:
    """Rectangles in solid colours, upright and turned, cleared, and by another operator."""
    ctx.fill_rect(1.5, 1, 7, 8)
    ctx.clear_rect(2, 2, 3, 3)
    ctx.stroke_rect(4, 4, 10, 9)
    ctx.rotate(0.3)
    ctx.fill_rect(5, 2, 6, 5)
    ctx.global_composite_operation = "copy"
    ctx.fill_rect(3, 3, 4, 4)


def batches(ctx: Context2D) -> None:
    """Every batch verb, under an upright matrix and under a turned one; and dashed lines."""
    x, y = np.linspace(0, 20, 5), np.linspace(3, 15, 5)
    points = np.stack([x, y], axis=1)
    for angle in (0.0, 0.4):
        ctx.rotate(angle)
        ctx.fill_rects(x, y, 3, 2, color=np.linspace(0, 1, 20).reshape(5, 4))
        ctx.fill_circles(x, y, 2.5)
        ctx.stroke_circles(x, y, 2.5)
        ctx.fill_arcs(x, y, 3, 0, 2)
        ctx.fill_polygons(np.stack([points[:3], points[1:4], points[2:5]]))
        ctx.fill_paths("M0 0 L3 1 L1 3 Z", x, y)
        ctx.stroke_lines(np.stack([points, points[::-1]]))
        ctx.stroke_line_segments(np.stack([points[:-1], points[1:]], axis=1))
    ctx.set_line_dash([3, 2])
    ctx.stroke_lines(np.stack([points, points[::-1]]))


def images(ctx: Context2D) -> None:
    """Paints that are not solid colours."""
    image = Image(np.full((4, 4, 4), 200, np.uint8))
    ctx.draw_image(image, 2, 2)
    ctx.draw_images(image, None, [[2, 2, 4, 4]], [[0.8, 0.6, -0.6, 0.8, 0, 0]])
    gradient = ctx.create_linear_gradient(0, 0, 20, 0)
    gradient.add_color_stop(0, (1, 0, 0))
    gradient.add_color_stop(1, (0, 0, 1, 0.5))
    ctx.fill_style = gradient
    ctx.fill_rect(0, 5, 20, 5)


def markers(ctx: Context2D) -> None:
    """Small shapes only: their tiles are listed without bins."""
    ctx.fill_circles(np.arange(30), np.arange(30) % 20, 1.5)


def dot(ctx: Context2D) -> None:
    """A draw so small, on a surface with content, that only its own rows of tiles are processed."""
    ctx.fill_rect(20, 30, 3, 3)


def questions(ctx: Context2D) -> None:
    """Hit tests of points in fills and in strokes, also dashed ones."""
    ctx.arc(12, 10, 6, 0, 5)
    ctx.set_line_dash([3, 2])
    for path in (Path2D("M2 2H9V9Q3 9 2 2Z"), Path2D("M3 3C9 1 12 8 20 9A5 5 0 0 1 3 3Z")):
        for x in (3.0, 4.0, 5.0):
            ctx.is_point_in_path(path, x, 5)
            ctx.is_point_in_stroke(path, x, 3)
        query.contains(path, [3, 4], 5)
        query.stroke_contains(path, [3, 4], 5, width=2)
    goes_round_once(bytearray(b"\x00\x01\x01\x04"), array("d", [0, 0, 5, 0, 5, 5]))
    ctx.set_line_dash([])
    ctx.is_point_in_path(3, 3)
    ctx.is_point_in_stroke(3, 3)


# Filters as objects, not CSS text, because the parser may be missing where the library is built.
BLUR = {"name": "gaussianBlur", "stdDeviation": 1}
TURNED = {"name": "colorMatrix", "type": "hueRotate", "values": 30}


def layers(ctx: Context2D) -> None:
    """A clipped layer, a layer inside it, a blur, and a shadow."""
    ctx.rect(2, 2, 28, 14)
    ctx.clip()
    with ctx.layer(alpha=0.5):
        triangle(ctx)
        ctx.stroke_rect(4, 4, 10, 9)
        with ctx.layer([BLUR, TURNED]):
            ctx.fill_rect(2, 3, 9, 8)
            ctx.fill_circles([3, 9], [4, 9], 2.5)
    ctx.shadow_color, ctx.shadow_blur = "black", 3
    ctx.fill_rect(5, 5, 8, 4)


def filters(ctx: Context2D) -> None:
    """Filters of colours, in sequence, and filters of neighbouring pixels."""
    table = {"name": "componentTransfer", "funcR": {"type": "discrete", "tableValues": [0, 1]}}
    ctx.filter = [TURNED, TURNED, table]
    ctx.fill_rect(5, 5, 20, 4)
    ctx.filter = {"name": "convolveMatrix", "kernelMatrix": [[1, 2], [0, -1]], "bias": 0.1}
    ctx.fill_rect(5, 9, 8, 4)
    ctx.filter = {"name": "convolveMatrix", "kernelMatrix": [[1, 0, 2]], "preserveAlpha": True, "edgeMode": "wrap"}
    ctx.fill_rect(5, 9, 8, 4)
    ctx.filter = {"name": "turbulence", "baseFrequency": 0.1, "numOctaves": 2}
    ctx.fill_rect(5, 9, 8, 4)


def blurred() -> None:
    """Boxes that one thread blurs, and a box that several threads share."""

    def run(parts: int, work: Callable[[int], None]) -> None:
        for part in range(parts):
            work(part)

    boxes = blurs([(1, 1, 8, 7, 1, 1, 0.8, 3, 1, 0, 0, 0, 0.5), (8, 0, 60, 9, 8, 0, 9, 2, 0, 0, 0, 0, 0)])
    blur(np.zeros((140, 60), np.uint32), boxes, Scratch(), run)
    blur(np.zeros((140, 60), np.uint32), blurs((0, 0, 60, 140, 0, 0, 5, 40, 0, 0, 0, 0, 0)), Scratch(), run, 2)


def glyphs(ctx: Context2D) -> None:
    """A glyph's mask without a font, because none may be installed where the library is built; no FreeType outline."""
    read_outlines([NOTHING])
    outline = Outline(bytes((MOVE, QUAD, CUBIC, CLOSE)), np.array([0.0, 0, 4, -6, 8, 0, 9, 3, 2, 4, 1.0, 2]))
    strike = Strike(lambda glyphs: [outline] * len(glyphs))
    rows, numbers = TextColumns(strike).begin(), strike.numbers_of([1])
    assert numbers is not None
    rows.add(GlyphText.of(strike, numbers, np.zeros(1), np.zeros(1)), 3.3, 9.0, (1.0, 0.0, 0.0, 1.0))
    recording = ctx._sync()
    ctx._add(BATCH, ctx._fill, recording.add_batch(Batch("glyphs", rows, pen=-1)), 0.0, 0.0, 0.0, 0.0)
    boxes_of_glyphs([rows], np.zeros((1, 6)))
    join_masks(np.zeros((1, SLOT_NUMBERS), np.int64), strike.masks, 0, 0, np.zeros((1, 1), np.uint8))


PICTURES = (outlines, shapes, batches, images, markers, questions, layers, filters, glyphs)


def draw_all(backend: Literal["cpu", "gl"] = "cpu") -> None:
    """Draw every picture, alone and together, and read pixels in every way; then again with a listener.

    The cpu backend draws a small scene with one kernel, unless a listener asks for the time of each stage.
    """
    _draw_all(backend)
    listener = spans.Listener()
    spans.listen(listener)
    try:
        _draw_all(backend)
    finally:
        spans.leave(listener)
    if backend == "cpu":
        blurred()
        Team(1).run(lambda: None, 1, lambda: None)


def _draw_all(backend: Literal["cpu", "gl"]) -> None:
    for picture in PICTURES:
        with Canvas(34, 20, backend=backend) as canvas:
            ctx = canvas.get_context("2d")
            ctx.line_width = 2.5
            picture(ctx)
            canvas.to_numpy()
            ctx.get_image_data(1, 1, 5, 5)
            ctx.put_image_data(ctx.create_image_data(3, 3), 2, 2)
            ctx.draw_image(canvas, 0, 0, 8, 8, 2, 2, 8, 8)
            canvas.to_numpy()
    with Canvas(34, 20, backend=backend) as canvas:
        layers(canvas.get_context("2d", color_type="float16"))
        filters(canvas.get_context("2d"))
        canvas.to_numpy()
        canvas.get_context("2d").get_image_data(1, 1, 5, 5)
        if backend == "cpu":  # The pixels for a window.
            present(canvas._surface.pixels.memory, is_straight=False)
    with Canvas(32, 8400, backend=backend) as canvas:
        for _ in range(2):
            dot(canvas.get_context("2d"))
            canvas.flush()
    recordings = [Recording(16, 16), Recording(12, 9)]
    for recording in recordings:
        triangle(recording.get_context("2d"))
    render_many(recordings, backend=backend)
