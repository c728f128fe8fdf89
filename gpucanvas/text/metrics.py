"""metrics: a face's ascent, descent, baselines and other lines. Heights count up from the baseline, depths down.

https://html.spec.whatwg.org/multipage/canvas.html#textmetrics
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

__all__ = ["FaceMetrics", "read_metrics"]


@dataclass(frozen=True, slots=True)
class FaceMetrics:
    """Metrics of an instance, for an em of 1; `scaled` gives them in px.

    Parameters
    ----------
    ascent, descent, line_gap
        Of a line, up and down from the alphabetic baseline: from the table ``hhea``, or from ``OS/2`` if it says so.
    em_ascent, em_descent
        The top and bottom of the em box: the typographic ascender and descender of ``OS/2``, scaled to 1 em together.
    hanging, ideographic
        The baselines of that name, up from the alphabetic baseline; None if the face does not have them.
    x_height, cap_height
        Heights of ``x`` and ``H``.
    underline_position, underline_thickness
        The middle of the underline, up from the baseline (negative below), and its thickness.
    strikeout_position, strikeout_thickness
        The same for a line through the text.
    """

    ascent: float
    descent: float
    line_gap: float
    em_ascent: float
    em_descent: float
    hanging: float | None
    ideographic: float | None
    x_height: float
    cap_height: float
    underline_position: float
    underline_thickness: float
    strikeout_position: float
    strikeout_thickness: float

    def scaled(self, size_px: float) -> FaceMetrics:
        """Return the metrics for a size in px, not rounded."""
        values = (getattr(self, name) for name in self.__slots__)
        return FaceMetrics(*(None if value is None else value * size_px for value in values))  # type: ignore[arg-type]


def read_metrics(font: Any) -> FaceMetrics:
    """Read the metrics of a HarfBuzz font of any scale."""
    from uharfbuzz import OTMetricsTag

    em = int(font.scale[1])
    extents = font.get_font_extents("ltr")
    ascent, descent, line_gap = extents.ascender / em, -extents.descender / em, extents.line_gap / em
    typo_ascent, typo_descent = _typographic(font.face)
    if not ascent and not descent:
        ascent, descent = typo_ascent, typo_descent
    whole = typo_ascent + typo_descent
    em_ascent = typo_ascent / whole if whole > 0.0 else 0.8

    def metric(name: str) -> float:
        return int(font.get_metric_position_with_fallback(OTMetricsTag[name])) / em

    def baseline(tag: str) -> float | None:
        found = font.get_layout_baseline(tag, "ltr", "DFLT", "dflt")
        return None if found is None else float(found) / em

    return FaceMetrics(
        ascent=ascent,
        descent=descent,
        line_gap=line_gap,
        em_ascent=em_ascent,
        em_descent=1.0 - em_ascent,
        hanging=baseline("hang"),
        ideographic=baseline("ideo"),
        x_height=metric("X_HEIGHT"),
        cap_height=metric("CAP_HEIGHT"),
        underline_position=metric("UNDERLINE_OFFSET"),
        underline_thickness=metric("UNDERLINE_SIZE"),
        strikeout_position=metric("STRIKEOUT_OFFSET"),
        strikeout_thickness=metric("STRIKEOUT_SIZE"),
    )


def _typographic(face: Any) -> tuple[float, float]:
    """Return the ascender and descender of ``OS/2``, or of ``hhea``, in em; both are positive in usual fonts."""
    table, at = face.reference_table("OS/2").data, 68
    if len(table) < 72:
        table, at = face.reference_table("hhea").data, 4
    if len(table) < at + 4:
        return 0.8, 0.2
    ascender, descender = struct.unpack_from(">hh", table, at)
    return ascender / face.upem, -descender / face.upem
