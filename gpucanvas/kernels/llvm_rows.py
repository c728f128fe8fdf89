"""The types of rows for numba, which are LLVM vectors, and helpers that all definitions of rows' functions use."""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba.core import types
from numba.core.datamodel import models
from numba.extending import register_model

from ..contract.constants import TILE

INDEX: Final = ir.IntType(32)


class RowType(types.Type):
    """The type of a row: the type of its items, and the LLVM vector that holds them."""

    def __init__(self, name: str, item: Any, vector: Any) -> None:
        self.item, self.vector = item, vector
        super().__init__(name=name)


class Model(models.PrimitiveModel):
    """Tells numba that a row is stored as an LLVM vector."""

    def __init__(self, manager: Any, row: Any) -> None:
        super().__init__(manager, row, row.vector)


register_model(RowType)(Model)

ROW: Final = RowType("Row", types.float32, ir.VectorType(ir.FloatType(), TILE))
HALF: Final = RowType("HalfRow", types.float32, ir.VectorType(ir.FloatType(), TILE // 2))
QUARTER: Final = RowType("QuarterRow", types.float32, ir.VectorType(ir.FloatType(), TILE // 4))
EIGHTH: Final = RowType("EighthRow", types.float32, ir.VectorType(ir.FloatType(), TILE // 8))
FLOAT_ROWS: Final = (ROW, HALF, QUARTER, EIGHTH)
INT_ROW: Final = RowType("IntRow", types.int32, ir.VectorType(INDEX, TILE))
HALF_INT_ROW: Final = RowType("HalfIntRow", types.int32, ir.VectorType(INDEX, TILE // 2))
SHORT_ROW: Final = RowType("ShortRow", types.int16, ir.VectorType(ir.IntType(16), TILE))
SHORT_PAIR: Final = RowType("ShortPair", types.int16, ir.VectorType(ir.IntType(16), 2 * TILE))
BYTE_PAIR: Final = RowType("BytePair", types.int8, ir.VectorType(ir.IntType(8), 2 * TILE))
PAIRS: Final = (SHORT_PAIR, BYTE_PAIR)
INT_ROWS: Final = (INT_ROW, HALF_INT_ROW, SHORT_ROW, *PAIRS)
ROWS: Final = (*FLOAT_ROWS, *INT_ROWS)


def picked(places: list[int]) -> Any:
    """Returns the mask of a shuffle that picks the items at these places."""
    return ir.Constant(ir.VectorType(INDEX, len(places)), places)


def spread(builder: Any, row: Any, value: Any) -> Any:
    """Returns a row of equal numbers."""
    nothing = ir.Constant(row.vector, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(INDEX, 0))
    return builder.shuffle_vector(first, nothing, picked([0] * row.vector.count))


def spread_all(builder: Any, row: Any, kinds: Any, values: Any) -> list[Any]:
    """Returns the values as rows; numbers are spread."""
    return [v if kind == row else spread(builder, row, v) for kind, v in zip(kinds, values, strict=True)]


def takes(row: Any, kinds: Any) -> bool:
    """Returns whether all kinds are this row or its number, and at least one is the row."""
    return row in kinds and all(kind in (row, row.item) for kind in kinds)


def kind_of(kinds: Any) -> Any:
    """Returns the row type that the kinds have in common, the number type where no kind is a row, or None."""
    if kinds[0] in (types.float32, types.int32, types.int16, types.int8) and all(kind == kinds[0] for kind in kinds):
        return kinds[0]
    return next((row for row in ROWS if takes(row, kinds)), None)
