"""The contact sheet: scenes of gpucanvas and of a headless Chromium from the same calls, side by side. Run by hand:

    PYTHONPATH=.:tests python tests/chromium_sheet.py        writes the picture and the tables of docs/chromium.md

    SHEET: scenes by part --+--> cpu, gl --------+--> means, and means away from edges  --> docs/chromium.md
                            +--> Script, page ---+--> ours | Chromium's | difference    --> docs/images/chromium.png

`chromium_scenes` turns a scene into JavaScript; `test_chromium_sheet.py` has the limits of the figures.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from math import pi
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL.Image import Dither

import gpucanvas
from chromium_filters import picture
from chromium_scenes import chromium, premultiplied, program, script_of, shipped_fonts
from scenes import SCENES, Scene

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "chromium.md"
PICTURE: Final = ROOT / "docs" / "images" / "chromium.png"
EDGE: Final = 24
"""Steps of 8 bits. Pixels within a distance of 2 that differ by more mark an edge."""

Pixels = npt.NDArray[np.uint8]


# -- scenes for this sheet only -------------------------------------------------------------------------------------


def image_at_scales(ctx: Any, quality: str) -> None:
    """A picture at several scales, from a tenth to more than double."""
    if quality == "nearest":
        ctx.image_smoothing_enabled = False
    else:
        ctx.image_smoothing_quality = quality
    photo, x = picture(0), 0.0
    for k in (0.1, 0.2, 0.33, 0.5):
        ctx.draw_image(photo, x, 2, 90 * k, 68 * k)
        x += 90 * k + 3
    ctx.draw_image(photo, 2, 40, 68, 52)
    ctx.draw_image(photo, 20, 8, 24, 24, 73, 40, 54, 54)


def image_low(ctx: Any, width: int, height: int) -> None:
    image_at_scales(ctx, "low")


def image_medium(ctx: Any, width: int, height: int) -> None:
    image_at_scales(ctx, "medium")


def image_high(ctx: Any, width: int, height: int) -> None:
    image_at_scales(ctx, "high")


def image_nearest(ctx: Any, width: int, height: int) -> None:
    image_at_scales(ctx, "nearest")


def image_turned_at_scales(ctx: Any, width: int, height: int) -> None:
    """The picture turned, enlarged and reduced."""
    photo = picture(0)
    for x, y, k, angle in ((34, 48, 0.7, 0.5), (88, 30, 0.45, -0.3), (98, 72, 0.3, 2.0)):
        ctx.save()
        ctx.translate(x, y)
        ctx.rotate(angle)
        ctx.scale(k, k)
        ctx.draw_image(photo, -45, -34)
        ctx.restore()


def blend(ctx: Any, operators: tuple[str, ...]) -> None:
    """The picture four times, each under a gradient that is drawn with another operator."""
    for i, operator in enumerate(operators):
        x, y = 64 * (i % 2), 48 * (i // 2)
        ctx.save()
        ctx.begin_path()
        ctx.rect(x, y, 63, 47)
        ctx.clip()
        ctx.draw_image(picture(0), x, y, 64, 48)
        ctx.global_composite_operation = operator
        gradient = ctx.create_linear_gradient(x, y, x + 63, y + 47)
        gradient.add_color_stop(0, "rgb(250 60 20)")
        gradient.add_color_stop(0.5, "rgb(30 220 120 / 0.9)")
        gradient.add_color_stop(1, "rgb(40 60 250 / 0.4)")
        ctx.fill_style = gradient
        ctx.fill_rect(x + 8, y + 8, 47, 31)
        ctx.restore()


def blends_1(ctx: Any, width: int, height: int) -> None:
    blend(ctx, ("multiply", "screen", "overlay", "darken"))


def blends_2(ctx: Any, width: int, height: int) -> None:
    blend(ctx, ("lighten", "color-dodge", "color-burn", "hard-light"))


def blends_3(ctx: Any, width: int, height: int) -> None:
    blend(ctx, ("soft-light", "difference", "exclusion", "lighter"))


def blends_4(ctx: Any, width: int, height: int) -> None:
    blend(ctx, ("hue", "saturation", "color", "luminosity"))


def operators_1(ctx: Any, width: int, height: int) -> None:
    blend(ctx, ("source-in", "source-out", "source-atop", "destination-over"))


def operators_2(ctx: Any, width: int, height: int) -> None:
    blend(ctx, ("destination-in", "destination-out", "destination-atop", "xor"))


def shadows_of_many_blurs(ctx: Any, width: int, height: int) -> None:
    """Discs with shadows from hard to wide, some coloured or translucent."""
    for i, (color, blur) in enumerate((("black", 0), ("black", 4), ("rgb(200 0 60 / 0.7)", 9), ("navy", 16))):
        ctx.shadow_color, ctx.shadow_blur = color, blur
        ctx.shadow_offset_x, ctx.shadow_offset_y = 4, 3 + i
        ctx.fill_style = ("gold", "teal", "coral", "white")[i]
        ctx.begin_path()
        ctx.arc(32 + 64 * (i % 2), 24 + 48 * (i // 2), 12, 0, 2 * pi)
        ctx.fill()


def filters_of_a_picture(ctx: Any, width: int, height: int) -> None:
    """A part of the picture through six filters."""
    given = (
        "blur(2px)",
        "grayscale(80%)",
        "hue-rotate(120deg)",
        "sepia() contrast(1.4)",
        "invert(90%)",
        "opacity(40%)",
    )
    for i, each in enumerate(given):
        ctx.filter = each
        ctx.draw_image(picture(0), 10, 6, 70, 56, 4 + 42 * (i % 3), 4 + 46 * (i // 3), 36, 38)


def wide_joins(ctx: Any, width: int, height: int) -> None:
    """Every join at sharp and blunt corners."""
    ctx.line_width, ctx.miter_limit = 9, 6
    for row, join in enumerate(("miter", "round", "bevel")):
        ctx.line_join = join
        ctx.stroke_style = ("midnightblue", "seagreen", "firebrick")[row]
        ctx.begin_path()
        ctx.move_to(8, 24 + 30 * row)
        for x, y in ((28, 12), (48, 24), (58, 8), (70, 24), (78, 10), (92, 24), (120, 16)):
            ctx.line_to(x, y + 30 * row)
        ctx.stroke()


OWN: Final = {
    draw.__name__: Scene(draw.__name__, draw, 128, 96, ("sheet",))
    for draw in (
        image_low, image_medium, image_high, image_nearest, image_turned_at_scales, blends_1, blends_2, blends_3,
        blends_4, operators_1, operators_2, shadows_of_many_blurs, filters_of_a_picture, wide_joins,
    )
}  # fmt: skip

SHEET: Final[dict[str, tuple[str, ...]]] = {
    "Fills and paths": (
        "fill_heptagrams_in_both_rules", "fill_bow_ties", "fill_shapes_on_tile_borders", "fill_fan_of_thin_triangles",
        "fill_alpha_ramp", "path_heart_and_leaf", "path_round_rects", "path_ellipses_turned",
        "path_arc_to_rounds_a_polygon",
    ),
    "Gradients": (
        "gradient_slanted_rainbow", "gradient_to_transparent", "gradient_of_forty_stops",
        "gradient_on_strokes_and_stars",
        "radial_around_one_centre", "radial_one_circle_inside_the_other", "radial_under_a_skew", "conic_wheels",
    ),
    "Patterns": (
        "pattern_repetitions", "pattern_turned_and_stretched", "pattern_of_nearest_pixels",
        "pattern_in_strokes_and_under_clips",
    ),
    "Operators": ("blends_1", "blends_2", "blends_3", "blends_4", "operators_1", "operators_2", "operator_sequence"),
    "Shadows and filters": (
        "shadows_of_many_blurs", "shadows_of_paints", "shadows_by_operators", "shadow_in_a_clip_under_a_transform",
        "filters_of_css", "filters_of_a_picture", "filter_with_shadow_and_operator",
    ),
    "Images": (
        "image_low", "image_medium", "image_high", "image_nearest", "image_turned_at_scales",
        "image_flipped_and_skewed",
        "image_with_soft_alpha", "image_between_pixels",
    ),
    "Strokes": (
        "wide_joins", "stroke_every_cap_with_every_join", "stroke_miters_up_to_their_limit", "stroke_cusps_and_loops",
        "stroke_tight_curve_with_wide_pen", "dash_patterns_with_every_cap", "dash_offsets_move_the_pattern",
        "transform_skews_the_pen",
    ),
    "Clips": (
        "clip_to_a_star_evenodd", "clip_nested_in_both_rules", "clip_stays_while_the_transform_moves",
        "image_in_a_clip",
        "state_clear_rect_obeys_the_clip",
    ),
}  # fmt: skip
"""The scenes that must look like Chromium's, by part."""

APART: Final[dict[str, dict[str, str]]] = {
    "Text": {
        "text_sizes": "Edges of letters: Chromium rasterises small letters differently.",
        "text_weights_and_slants": "Edges of letters, as above.",
        "text_aligned_on_lines": "Edges of letters, as above.",
        "text_turned_and_skewed": "Edges of letters, as above.",
    },
    "Known to differ": {
        "stroke_circles_and_rings": "Edges: Chromium's differ by up to 0.4 from the covered area.",
        "thin_rings_and_frames": "Edges, as above, of lines up to a pixel wide.",
        "clip_twenty_deep": "Edges, as above: the coverages of twenty clips are multiplied with one another.",
        "state_clear_rect_punches_holes": "Edges: Chromium's `clear_rect` clears whole pixels.",
        "image_cut_into_parts": "Pixel centres on the border of two texels: the standard allows either.",
        "dash_along_curves": "Along curves, Chromium's dashes begin at places that differ by a fraction of a pixel.",
    },
}
"""Scenes on the sheet without a limit for their figures, and the reason why each differs from Chromium's."""


def scene_of(name: str) -> Scene:
    """Returns a scene by name: one of this sheet's own, or one of `scenes`."""
    return OWN.get(name) or SCENES[name]


def names_of(parts: Mapping[str, Iterable[str]]) -> list[str]:
    """Returns all names of some parts."""
    return [name for part in parts.values() for name in part]


# -- figures --------------------------------------------------------------------------------------------------------


class Distance(NamedTuple):
    """The differences of two pictures, premultiplied colours in steps of 8 bits.

    ``mean`` is the mean of all pixels, ``flat`` that of pixels away from edges, ``share`` the share of such pixels, and
    ``most`` the greatest difference.
    """

    mean: float
    flat: float
    share: float
    most: float


def edges_of(pixels: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Returns the pixels of a premultiplied picture that have an edge within two pixels."""
    height, width = pixels.shape[:2]
    wide = np.pad(pixels, ((2, 2), (2, 2), (0, 0)), mode="edge")
    near = np.stack([wide[y : y + height, x : x + width] for y in range(5) for x in range(5)])
    return np.asarray((near.max(0) - near.min(0)).max(-1) > EDGE)


def distance(mine: Pixels, theirs: Pixels) -> Distance:
    """Compare two pictures of one size."""
    if mine.shape != theirs.shape:
        raise ValueError(f"the pictures are {mine.shape} and {theirs.shape}: give two of one size")
    a, b = premultiplied(mine), premultiplied(theirs)
    # Edges are those of Chromium's picture. An edge in our picture only is a difference like any other.
    flat, off = ~edges_of(b), abs(a - b)
    return Distance(off.mean(), off[flat].mean() if flat.any() else 0.0, flat.mean(), off.max())


def of_chromium(names: list[str]) -> dict[str, Pixels]:
    """Returns Chromium's pictures of scenes. Raises ValueError where a scene calls something that browsers lack."""
    scripts = []
    for name in names:
        scene, script = scene_of(name), script_of(scene_of(name))
        if script is None:
            raise ValueError(f"{name} calls what browsers lack: it has no place on the sheet")
        scripts.append((scene.width, scene.height, script))
    return dict(zip(names, chromium(scripts, shipped_fonts()), strict=True))


# -- the sheet ------------------------------------------------------------------------------------------------------

ACROSS, LABEL, GAP = 3, 16, 6


def draw_sheet(mine: dict[str, Pixels], theirs: dict[str, Pixels]) -> gpucanvas.Canvas:
    """Draw all scenes: our picture, Chromium's, and eight times their difference, with a heading per part."""
    wide = 3 * (128 + GAP) + 2 * GAP
    boxes, y = [], GAP
    for part, names in [*SHEET.items(), *((part, tuple(names)) for part, names in APART.items())]:
        boxes.append((part, 0, y))
        y += 26
        for first in range(0, len(names), ACROSS):
            row = names[first : first + ACROSS]
            boxes += [(name, column * wide, y) for column, name in enumerate(row)]
            y += max(scene_of(name).height for name in row) + LABEL + GAP
    canvas = gpucanvas.Canvas(ACROSS * wide + GAP, y, backend="cpu")
    ctx = canvas.get_context("2d", alpha=False)
    ctx.fill_style = "#e4e4e4"
    ctx.fill_rect(0, 0, canvas.width, canvas.height)
    for name, x, top in boxes:
        ctx.fill_style = "#222"
        if name not in mine:
            ctx.font = "bold 16px 'Noto Sans'"
            ctx.fill_text(name, GAP, top + 18)
            continue
        ctx.font = "11px 'Noto Sans'"
        ctx.fill_text(name, x + GAP, top + 11)
        off = abs(premultiplied(mine[name]) - premultiplied(theirs[name])).max(-1)
        shown = np.clip(255 - 8 * off, 0, 255).astype(np.uint8)
        for k, pixels in enumerate((mine[name], theirs[name], shown)):
            ctx.draw_image(pixels, x + GAP + k * (128 + GAP), top + LABEL)
    return canvas


def table(names: Iterable[str], figures: dict[str, dict[str, Distance]], why: Mapping[str, str]) -> str:
    """Returns a table of the scenes' figures, with the reasons of their differences in ``why``."""
    head = ["scene", "away from edges", "all", "gl: away from edges", "gl: all", *(["why"] if why else [])]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name in names:
        cpu, gl = figures["cpu"][name], figures["gl"][name]
        cells = [f"`{name}`", *(f"{each:.2f}" for each in (cpu.flat, cpu.mean, gl.flat, gl.mean))]
        lines.append(f"| {' | '.join([*cells, *([why[name]] if why else [])])} |")
    return "\n".join(lines)


def write_page(figures: dict[str, dict[str, Distance]], version: str) -> None:
    """Write the figures to docs/chromium.md, between its marks."""
    text = PAGE.read_text(encoding="utf-8")
    parts = {
        "version": f"The figures are those of {version}.",
        "sheet": "\n\n".join(f"{part}:\n\n{table(names, figures, {})}" for part, names in SHEET.items()),
        "apart": "\n\n".join(f"{part}:\n\n{table(why, figures, why)}" for part, why in APART.items()),
    }
    for mark, put in parts.items():
        pattern = rf"(<!-- {mark}: made by tests/chromium_sheet.py -->\n).*?(<!-- end -->)"
        text, count = re.subn(pattern, lambda found, put=put: found[1] + put + "\n" + found[2], text, flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"docs/chromium.md has {count} places for {mark!r}: it needs one")
    PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    """Draw and compare the scenes, and write the picture and the tables."""
    binary = program()
    if binary is None:
        raise SystemExit("no Chromium was found: install one (apt-get install chromium)")
    shown = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    names = [*names_of(SHEET), *names_of(APART)]
    theirs = of_chromium(names)
    drawn = {backend: {name: scene_of(name).render(backend) for name in names} for backend in ("cpu", "gl")}
    figures = {
        backend: {name: distance(own, theirs[name]) for name, own in each.items()} for backend, each in drawn.items()
    }
    with draw_sheet(drawn["cpu"], theirs) as canvas:
        # 256 colours take a quarter of the bytes; the figures are computed before the reduction.
        canvas.to_pil().convert("RGB").quantize(256, dither=Dither.NONE).save(PICTURE, optimize=True)
    write_page(figures, " ".join(shown.split()[:2]))
    for name in names:
        cpu, gl = figures["cpu"][name], figures["gl"][name]
        print(
            f"{name:44} flat {cpu.flat:6.3f} all {cpu.mean:6.3f} most {cpu.most:5.1f}  gl {gl.flat:6.3f} {gl.mean:6.3f}"
        )


if __name__ == "__main__":
    main()
