"""boolean: union, difference, intersection and xor of two filled paths, by Skia's path operations (skia-pathops).

    stream --arcs as cubics--> pathops.Path --op--> pathops.Path --> stream, for the nonzero rule

Skia computes in float32: coordinates beyond some millions lose their fractions.
"""

from __future__ import annotations

from array import array
from itertools import chain
from math import isfinite, pi
from typing import Any, Final, Literal

from ..contract.verbs import ARC, CLOSE, COORD_COUNT, CUBIC, LINE, MOVE, QUAD
from .segments import Arc, arc_points

__all__ = ["Operation", "combine"]

Operation = Literal["union", "difference", "intersection", "xor"]
Stream = tuple[bytes | bytearray, "array[float]"]
ARC_STEP: Final = pi / 4
"""Most radians of an arc for one cubic curve, whose error is four millionths of the radius."""
LARGEST: Final = 1e30
"""Beyond this float32 overflows inside Skia, which then returns nothing."""
VERBS: Final = bytes.maketrans(bytes((0, 1, 2, 4, 5)), bytes((MOVE, LINE, QUAD, CUBIC, CLOSE)))
"""From Skia's numbers of verbs to those of a stream."""


def combine(operation: Operation, first: Stream, second: Stream, fill_rule: str) -> tuple[bytearray, array[float]]:
    """Return the outline of a combination, which has the same fill by either rule.

    Raises
    ------
    ImportError
        Where skia-pathops is not installed.
    ValueError
        For coordinates beyond float32, and where Skia finds no answer.
    """
    pathops = load(operation)
    names = {
        "union": pathops.PathOp.UNION,
        "difference": pathops.PathOp.DIFFERENCE,
        "intersection": pathops.PathOp.INTERSECTION,
        "xor": pathops.PathOp.XOR,
    }
    paths = [to_pathops(pathops, stream, fill_rule, operation) for stream in (first, second)]
    try:
        found = pathops.op(*paths, names[operation], fix_winding=True)
    except pathops.PathOpsError as error:
        raise ValueError(
            f"{operation}: Skia finds no answer for these paths ({error}): simplify() them first"
        ) from error
    return from_pathops(found)


def load(operation: str) -> Any:
    """The package pathops, or an error with the cure."""
    try:
        import pathops
    except ImportError as error:
        raise ImportError(
            f"{operation} of paths needs skia-pathops, which is not installed: python -m pip install "
            '"gpucanvas[pathops]"',
            name="pathops",
        ) from error
    return pathops


def to_pathops(pathops: Any, stream: Stream, fill_rule: str, operation: str) -> Any:
    """A stream as a path of pathops, with all subpaths closed, as filling closes them."""
    rules = {"nonzero": pathops.FillType.WINDING, "evenodd": pathops.FillType.EVEN_ODD}
    path = pathops.Path(fillType=rules[fill_rule])
    verbs, coords = stream
    far = next((x for x in coords if not isfinite(x) or abs(x) > LARGEST), None)
    if far is not None:
        raise ValueError(f"{operation}: a path has the coordinate {far:g}: paths within {LARGEST:g} are combined")
    numbers, at = coords.tolist(), 0
    line_to, cubic_to = path.lineTo, path.cubicTo
    for verb in verbs:
        end = at + COORD_COUNT[verb]
        if verb == LINE:
            line_to(*numbers[at:end])
        elif verb == CUBIC:
            cubic_to(*numbers[at:end])
        elif verb == QUAD:
            path.quadTo(*numbers[at:end])
        elif verb == ARC:
            for a, b, c in arc_points(Arc(*numbers[at:end]), ARC_STEP):
                cubic_to(*a, *b, *c)
        elif verb == MOVE:
            path.moveTo(*numbers[at:end])
        else:
            path.close()
        at = end
    return path


def from_pathops(path: Any) -> tuple[bytearray, array[float]]:
    """The stream of a path of pathops without conics: Skia makes none of lines and Bezier curves."""
    # The verbs are numbers of an enumeration: to ask for their names takes longer than Skia's operation.
    return bytearray(path.verbs).translate(VERBS), array("d", chain.from_iterable(path.points))
