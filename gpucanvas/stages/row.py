"""A row of a tile as one value: sixteen float32, or int32, that the processor adds, scales and compares at once.

numba makes vector loops where it can prove that it may, and the loops of `fine` are short: what it adds to find out,
and to finish what is left over, takes as long as the pixels. A value of sixteen needs no proof and leaves nothing over:

    c = get_row(px, COVER + at)                         sixteen coverages
    set_row(px, RED + at, r * c + k * get_row(px, RED + at))

Numbers and rows mix; a number stands for sixteen equal ones. Without numba's compiler a row is an array of NumPy's.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.core.cgutils import create_struct_proxy
from numba.core.datamodel import models
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, register_model

from ..contract.constants import TILE
from .jit import DISABLED

INDEX: Final = ir.IntType(32)
LANES: Final = ir.VectorType(INDEX, TILE)


class RowType(types.Type):
    """Sixteen float32."""

    item = types.float32
    vector = ir.VectorType(ir.FloatType(), TILE)

    def __init__(self) -> None:
        super().__init__(name="Row")


class IntRowType(types.Type):
    """Sixteen int32."""

    item = types.int32
    vector = LANES

    def __init__(self) -> None:
        super().__init__(name="IntRow")


ROW: Final = RowType()
INT_ROW: Final = IntRowType()


class Model(models.PrimitiveModel):
    """A row is what the compiler calls a vector."""

    def __init__(self, manager: Any, row: Any) -> None:
        super().__init__(manager, row, row.vector)


register_model(RowType)(Model)
register_model(IntRowType)(Model)


def spread(builder: Any, row: Any, value: Any) -> Any:
    """A row of equal numbers."""
    nothing = ir.Constant(row.vector, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(INDEX, 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(LANES, [0] * TILE))


def rows_of(builder: Any, row: Any, kinds: Any, values: Any) -> list[Any]:
    """The values as rows, numbers among them spread."""
    return [v if kind == row else spread(builder, row, v) for kind, v in zip(kinds, values, strict=True)]


def takes(row: Any, kinds: Any) -> bool:
    """Whether these are rows and numbers of their kind, and at least one is a row."""
    return row in kinds and all(kind in (row, row.item) for kind in kinds)


def define(operation: Any, row: Any, instruction: str) -> None:
    """Give rows an operator of Python's."""

    class Operator(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            return signature(row, *args) if len(args) == 2 and takes(row, args) else None

    infer_global(operation)(Operator)

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return getattr(builder, instruction)(*rows_of(builder, row, made.args, args))

    for kinds in ((row, row), (row, row.item), (row.item, row)):
        lower_builtin(operation, *kinds)(generate)


define(operator.add, ROW, "fadd")
define(operator.sub, ROW, "fsub")
define(operator.mul, ROW, "fmul")
define(operator.truediv, ROW, "fdiv")
define(operator.add, INT_ROW, "add")
define(operator.sub, INT_ROW, "sub")
define(operator.mul, INT_ROW, "mul")
define(operator.and_, INT_ROW, "and_")
define(operator.or_, INT_ROW, "or_")
define(operator.xor, INT_ROW, "xor")
define(operator.lshift, INT_ROW, "shl")
define(operator.rshift, INT_ROW, "ashr")


def kind_of(kinds: Any) -> Any:
    """The kind of row that these are, numbers among them spread, or None."""
    return next((row for row in (ROW, INT_ROW) if takes(row, kinds)), None)


def compare(builder: Any, row: Any, relation: str, a: Any, b: Any) -> Any:
    """A bit for each pair."""
    return (builder.fcmp_ordered if row is ROW else builder.icmp_signed)(relation, a, b)


def choice(relation: str) -> Callable[..., Any]:
    """Make an intrinsic that takes of each pair the first where ``first relation second``, the second otherwise."""

    def choose(context: Any, a: Any, b: Any) -> Any:
        row = kind_of((a, b))
        if row is None:
            return None

        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            a, b = rows_of(builder, row, made.args, args)
            return builder.select(compare(builder, row, relation, a, b), a, b)

        return row(a, b), generate

    made: Callable[..., Any] = intrinsic(choose)
    return made


def selection(relation: str) -> Callable[..., Any]:
    """Make an intrinsic (a, b, yes, no) that takes ``yes`` where ``a relation b``, ``no`` otherwise."""

    def choose(context: Any, a: Any, b: Any, yes: Any, no: Any) -> Any:
        row, result = kind_of((a, b)), kind_of((yes, no))
        if row is None or result is None:
            return None

        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            a, b = rows_of(builder, row, made.args[:2], args[:2])
            yes, no = rows_of(builder, result, made.args[2:], args[2:])
            return builder.select(compare(builder, row, relation, a, b), yes, no)

        return result(a, b, yes, no), generate

    made: Callable[..., Any] = intrinsic(choose)
    return made


def address(context: Any, builder: Any, kind: Any, array: Any, index: Any, row: Any) -> Any:
    """Where a row lies in an array of one dimension without gaps."""
    items = create_struct_proxy(kind)(context, builder, array)
    return builder.bitcast(builder.gep(items.data, [index]), row.vector.as_pointer())


def row_in(array: Any) -> Any:
    """The kind of row that an array holds, or None."""
    if not isinstance(array, types.Array) or array.ndim != 1 or array.layout != "C":
        return None
    return {types.float32: ROW, types.int32: INT_ROW}.get(array.dtype)


def _get_row(context: Any, array: Any, at: Any) -> Any:
    """Sixteen items of an array from ``at`` on."""
    row = row_in(array)
    if row is None:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        value = builder.load(address(context, builder, made.args[0], args[0], args[1], row))
        value.align = row.item.bitwidth // 8
        return value

    return row(array, types.uint64), generate


def _set_row(context: Any, array: Any, at: Any, value: Any) -> Any:
    """Write sixteen items of an array from ``at`` on."""
    row = row_in(array)
    if row is None or value not in (row, row.item):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        (items,) = rows_of(builder, row, made.args[2:], args[2:])
        written = builder.store(items, address(context, builder, made.args[0], args[0], args[1], row))
        written.align = row.item.bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.uint64, value), generate


def _columns(context: Any) -> Any:
    """0, 1, 2 .. 15."""

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return ir.Constant(ROW.vector, [float(i) for i in range(TILE)])

    return ROW(), generate


def _as_int(context: Any, row: Any) -> Any:
    """The same numbers as int32, towards zero."""
    if row != ROW:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return builder.fptosi(args[0], INT_ROW.vector)

    return INT_ROW(ROW), generate


def moved(builder: Any, row: Any, step: int) -> Any:
    """Every item moved on by some places, zeros before them."""
    zeros = ir.Constant(INT_ROW.vector, [0] * TILE)
    # Items of `zeros` come first, those of the row after them.
    picks = [i if i < step else TILE + i - step for i in range(TILE)]
    return builder.shuffle_vector(zeros, row, ir.Constant(LANES, picks))


def _shifted(context: Any, row: Any) -> Any:
    """Every item moved to the next place, 0 in the first."""
    if row != INT_ROW:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return moved(builder, args[0], 1)

    return INT_ROW(INT_ROW), generate


def _running_sum(context: Any, row: Any) -> Any:
    """Every item with all before it."""
    if row != INT_ROW:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        total = args[0]
        for step in (1, 2, 4, 8):
            total = builder.add(total, moved(builder, total, step))
        return total

    return INT_ROW(INT_ROW), generate


def _as_float(context: Any, row: Any) -> Any:
    """The same numbers as float32."""
    if row != INT_ROW:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return builder.sitofp(args[0], ROW.vector)

    return ROW(INT_ROW), generate


if DISABLED:

    def get_row(array: Any, at: Any) -> Any:
        """Sixteen items of an array from ``at`` on."""
        return array[int(at) : int(at) + TILE].copy()

    def set_row(array: Any, at: Any, value: Any) -> None:
        """Write sixteen items of an array from ``at`` on."""
        array[int(at) : int(at) + TILE] = value

    def columns() -> Any:
        """0, 1, 2 .. 15."""
        return np.arange(TILE, dtype=np.float32)

    def as_float(row: Any) -> Any:
        """The same numbers as float32."""
        return row.astype(np.float32)

    def as_int(row: Any) -> Any:
        """The same numbers as int32, towards zero."""
        with np.errstate(invalid="ignore"):
            return row.astype(np.int32)

    def where_less(a: Any, b: Any, yes: Any, no: Any) -> Any:
        """`yes` where a < b, `no` otherwise."""
        return np.where(a < b, yes, no)

    def where_equal(a: Any, b: Any, yes: Any, no: Any) -> Any:
        """`yes` where a == b, `no` otherwise."""
        return np.where(a == b, yes, no)

    def shifted(row: Any) -> Any:
        """Every item moved to the next place, 0 in the first."""
        return np.concatenate([np.zeros(1, row.dtype), row[:-1]])

    def running_sum(row: Any) -> Any:
        """Every item with all before it."""
        return np.cumsum(row, dtype=np.int32)

    lesser: Callable[..., Any] = np.minimum
    greater: Callable[..., Any] = np.maximum

else:
    get_row = intrinsic(_get_row)
    set_row = intrinsic(_set_row)
    columns = intrinsic(_columns)
    as_float = intrinsic(_as_float)
    as_int = intrinsic(_as_int)
    shifted = intrinsic(_shifted)
    running_sum = intrinsic(_running_sum)
    lesser = choice("<")
    greater = choice(">")
    where_less = selection("<")
    where_equal = selection("==")
