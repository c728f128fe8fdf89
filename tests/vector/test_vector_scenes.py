"""Every scene as SVG and as PDF: other programs draw the documents as we draw the scene.

Programs differ in antialiasing, and in much of what is thinner than a pixel; so a few scenes have more room, each for
the reason beside it. What is compared is whole pictures: a shape that is missing, misplaced or of another colour shows.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gpucanvas
from compare import assert_same
from scenes import SCENES, Scene
from vector.viewers import draw_pdf, draw_svg

UNITS_A_POINT = 72
NEEDS_PIXELS = "pixels_"
"""Scenes that read or put pixels, which a recording does not have."""
MEAN_SVG, MEAN_PDF = 2.6, 3.0
HINTED = "our small text is fitted to pixels, outlines are not"
WIDE_PENS = "where a pen is wider than its curve, other programs leave holes"
EDGES = "PDFium draws edges of rectangles and images on whole pixels"
HAIRLINES = "PDFium draws no line thinner than a pixel"
SAMPLED = "PDFium computes a gradient in 256 steps, at the corners of pixels"
BYTES = "hundreds of layers, each rounded to bytes"
MORE_SVG = {
    "many_translucent_layers": (12.0, BYTES),
    "stroke_pens_wider_than_their_curves": (4.5, WIDE_PENS),
    "text_labels_at_once": (11.0, HINTED),
}
MORE_PDF = {
    **dict.fromkeys([name for name in SCENES if name.endswith("_with_images_and_a_batch")], (5.5, EDGES)),
    **dict.fromkeys(("image_turned", "batch_fill_rects_bar_chart"), (10.5, EDGES)),
    **dict.fromkeys(("huge_rects", "layers_side_by_side", "picture_of_pictures"), (5.0, EDGES)),
    **dict.fromkeys(("gradient_slanted_rainbow", "radial_one_circle_inside_the_other"), (4.0, SAMPLED)),
    "radial_of_two_hundred_stops": (12.0, SAMPLED),
    "gradient_of_forty_stops": (22.0, SAMPLED),
    "thin_fan_of_hairlines": (10.0, HAIRLINES),
    "thin_rings_and_frames": (5.5, HAIRLINES),
    "meeting_a_thousand_edges_in_a_tile": (4.5, HAIRLINES),
    "many_translucent_layers": (6.0, BYTES),
    "stroke_pens_wider_than_their_curves": (5.0, WIDE_PENS),
    "text_labels_at_once": (11.0, HINTED),
}
"""The most by which the mean of a scene may differ where that is more than usual, and why."""
DRAWN = [each for each in SCENES.values() if not each.name.startswith(NEEDS_PIXELS)]


def picture_of(scene: Scene) -> gpucanvas.Picture:
    """A scene, recorded and frozen."""
    recording = gpucanvas.Recording(scene.width, scene.height)
    scene.draw(recording.get_context("2d"), scene.width, scene.height)
    return recording.freeze()


@pytest.mark.parametrize("scene", DRAWN, ids=lambda scene: scene.name)
def test_another_program_draws_the_svg_as_we_draw_the_scene(scene: Scene, tmp_path: Path) -> None:
    drawn = draw_svg(picture_of(scene).to_svg(bitmap_scale=1))
    mean, _ = MORE_SVG.get(scene.name, (MEAN_SVG, ""))
    assert_alike(scene, drawn, mean, tmp_path)


@pytest.mark.parametrize("scene", DRAWN, ids=lambda scene: scene.name)
def test_another_program_draws_the_pdf_as_we_draw_the_scene(scene: Scene, tmp_path: Path) -> None:
    drawn = draw_pdf(picture_of(scene).to_pdf(bitmap_scale=1, dpi=UNITS_A_POINT))
    mean, _ = MORE_PDF.get(scene.name, (MEAN_PDF, ""))
    assert_alike(scene, drawn, mean, tmp_path)


def assert_alike(scene: Scene, drawn: np.ndarray, mean: float, folder: Path) -> None:
    """Fail where a document's drawing is further from the scene's than ``mean`` of 255."""
    ours = scene.render("cpu")
    shows = bool(ours[..., 3].any())
    names = "scene", "document"
    assert_same(
        ours, drawn, max_difference=255, max_mean=mean, picture_expected=shows, names=names, folder=folder
    )


def test_all_scenes_but_those_of_pixels_are_compared() -> None:
    assert len(DRAWN) > 300
    assert not (MORE_SVG.keys() | MORE_PDF.keys()) - {each.name for each in DRAWN}
