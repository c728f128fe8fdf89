"""clusters: where the characters of placed runs are, for carets, selections and pointers.

    PlacedRun --clusters_on--> Cluster: characters, left, right      a ligature is divided among its letters
              --units_on-----> Unit: characters and glyphs           a ligature is one unit

Positions are px. Characters are counted in the line's text, or from an offset.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from math import inf
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np

from .itemize import clusters_of
from .line import PlacedRun, run_advances

__all__ = ["Cluster", "Unit", "clusters_on", "edge_of", "index_near", "merged", "units_on"]

SAME_EDGE: Final = 6
"""Digits after the point, px, to which edges are compared: the edges of adjacent runs are rounded differently."""


class Cluster(NamedTuple):
    """Characters between which a caret cannot stand, and their position on a line, px."""

    start: int
    end: int
    left: float
    right: float
    is_rtl: bool

    @property
    def leading(self) -> float:
        """The edge before its characters."""
        return self.right if self.is_rtl else self.left

    @property
    def trailing(self) -> float:
        """The edge after its characters."""
        return self.left if self.is_rtl else self.right


class Unit(NamedTuple):
    """Characters that are drawn together, their position, and the range of their glyphs in their run."""

    start: int
    end: int
    left: float
    right: float
    glyphs: slice


def units_on(one: PlacedRun, text: str, letter_px: float, word_px: float) -> Iterator[Unit]:
    """Yield the units of a placed run, from left to right."""
    run = one.run
    if run.start >= run.end or not len(run.glyphs):
        return
    edges = one.left + np.cumsum([0.0, *run_advances(run, text, one.unit_px * run.instance.upem, letter_px, word_px)])
    firsts = run.clusters.tolist()
    bounds = [*sorted(set(firsts)), run.end]
    at = 0
    while at < len(firsts):
        end = at
        while end < len(firsts) and firsts[end] == firsts[at]:
            end += 1
        last = bounds[bisect_right(bounds, firsts[at])]
        yield Unit(firsts[at], last, float(edges[at]), float(edges[end]), slice(at, end))
        at = end


def clusters_on(one: PlacedRun, text: str, letter_px: float, word_px: float, offset: int = 0) -> list[Cluster]:
    """Return the clusters of a placed run, from left to right; a ligature is divided evenly among its letters."""
    found, is_rtl = [], bool(one.run.level & 1)
    for unit in units_on(one, text, letter_px, word_px):
        found += divided(text[unit.start : unit.end], unit.start + offset, unit.left, unit.right, is_rtl)
    return found


def divided(letters: str, start: int, left: float, right: float, is_rtl: bool) -> list[Cluster]:
    """Divide a cluster of glyphs into one cluster per letter, from left to right."""
    if len(letters) == 1:
        return [Cluster(start, start + 1, left, right, is_rtl)]
    parts = clusters_of(letters)
    step = (right - left) / len(parts)
    found = []
    for number, part in enumerate(parts):
        from_left = len(parts) - 1 - number if is_rtl else number
        low = left + step * from_left
        found.append(Cluster(start, start + len(part), low, low + step, is_rtl))
        start += len(part)
    return found[::-1] if is_rtl else found


def index_near(clusters: Sequence[Cluster], x: float, first: int = 0, base_is_rtl: bool | None = None) -> int:
    """Return the index whose caret is nearest to x, px; ``first`` where there are no clusters.

    Where directions meet, an edge belongs to two indices. Clusters of the direction ``base_is_rtl``, if one is given,
    go first, then an index whose caret is shown there, then that of the cluster at x.
    """
    # Only the clusters with the nearest edges are compared by the other rules, which take longer.
    distances = [min(abs(x - cluster.left), abs(x - cluster.right)) for cluster in clusters]
    reach = min(distances, default=0.0) + 2 * 10**-SAME_EDGE
    near = [cluster for cluster, distance in zip(clusters, distances, strict=True) if distance <= reach]
    asked = {index for cluster in near for index in (cluster.start, cluster.end)}
    leading = {cluster.start: cluster.leading for cluster in clusters if cluster.start in asked}
    last = max(clusters, key=attrgetter("end"), default=None)
    nearest = first, (inf, False, False, False)
    for cluster in near:
        is_beside = not cluster.left <= x <= cluster.right
        is_turned = base_is_rtl is not None and cluster.is_rtl != base_is_rtl
        for index, edge in ((cluster.start, cluster.leading), (cluster.end, cluster.trailing)):
            shown = leading.get(index, edge if cluster is last else inf)
            elsewhere = round(abs(shown - edge), SAME_EDGE) > 0.0
            rank = round(abs(x - edge), SAME_EDGE), is_turned, elsewhere, is_beside
            if rank < nearest[1]:
                nearest = index, rank
    return nearest[0]


def edge_of(clusters: Iterable[Cluster], index: int) -> float | None:
    """Return the x of the caret before a character, px; None if no cluster ends at or before it, or contains it."""
    before: Cluster | None = None
    for cluster in clusters:
        if cluster.start <= index < cluster.end:
            return cluster.leading
        if cluster.end <= index and (before is None or cluster.end > before.end):
            before = cluster
    return None if before is None else before.trailing


def merged(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return intervals, from left to right, with those that touch merged."""
    out: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if out and left <= out[-1][1] + 0.01:
            out[-1] = out[-1][0], max(out[-1][1], right)
        else:
            out.append((left, right))
    return out
