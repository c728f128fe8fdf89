"""A row of a tile as one value: sixteen float32, or int32, that the processor adds, scales and compares at once.

numba makes vector loops where it can prove that it may, and the loops of `fine` are short: what it adds to find out,
and to finish what is left over, takes as long as the pixels. A value of sixteen needs no proof and leaves nothing over:

    c = get_row(px, COVER + at)                         sixteen coverages
    set_row(px, RED + at, r * c + k * get_row(px, RED + at))

Half a row, eight float32, is for shapes that are no wider. Numbers and rows mix: a number stands for as many equal
ones. What takes rows takes numbers alone, too. Without numba's compiler a row is an array of NumPy's.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.core.cgutils import create_struct_proxy, get_or_insert_function
from numba.core.datamodel import models
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, register_model

from ..contract.constants import TILE
from .jit import DISABLED

INDEX: Final = ir.IntType(32)


class RowType(types.Type):
    """So many items of a kind."""

    def __init__(self, name: str, item: Any, vector: Any) -> None:
        self.item, self.vector = item, vector
        super().__init__(name=name)


class Model(models.PrimitiveModel):
    """A row is what the compiler calls a vector."""

    def __init__(self, manager: Any, row: Any) -> None:
        super().__init__(manager, row, row.vector)


register_model(RowType)(Model)

ROW: Final = RowType("Row", types.float32, ir.VectorType(ir.FloatType(), TILE))
HALF: Final = RowType("HalfRow", types.float32, ir.VectorType(ir.FloatType(), TILE // 2))
INT_ROW: Final = RowType("IntRow", types.int32, ir.VectorType(INDEX, TILE))
ROWS: Final = (ROW, HALF, INT_ROW)


def picked(places: list[int]) -> Any:
    """Which items a shuffle picks."""
    return ir.Constant(ir.VectorType(INDEX, len(places)), places)


def spread(builder: Any, row: Any, value: Any) -> Any:
    """A row of equal numbers."""
    nothing = ir.Constant(row.vector, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(INDEX, 0))
    return builder.shuffle_vector(first, nothing, picked([0] * row.vector.count))


def spread_all(builder: Any, row: Any, kinds: Any, values: Any) -> list[Any]:
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
        return getattr(builder, instruction)(*spread_all(builder, row, made.args, args))

    for kinds in ((row, row), (row, row.item), (row.item, row)):
        lower_builtin(operation, *kinds)(generate)


for floats in (ROW, HALF):
    define(operator.add, floats, "fadd")
    define(operator.sub, floats, "fsub")
    define(operator.mul, floats, "fmul")
    define(operator.truediv, floats, "fdiv")
define(operator.add, INT_ROW, "add")
define(operator.sub, INT_ROW, "sub")
define(operator.mul, INT_ROW, "mul")
define(operator.and_, INT_ROW, "and_")
define(operator.or_, INT_ROW, "or_")
define(operator.xor, INT_ROW, "xor")
define(operator.lshift, INT_ROW, "shl")
define(operator.rshift, INT_ROW, "ashr")


def kind_of(kinds: Any) -> Any:
    """The kind of row that these are, numbers among them spread; the kind of number, if that is all; or None."""
    if kinds[0] in (types.float32, types.int32) and all(kind == kinds[0] for kind in kinds):
        return kinds[0]
    return next((row for row in ROWS if takes(row, kinds)), None)


def compare(builder: Any, kind: Any, relation: str, a: Any, b: Any) -> Any:
    """A bit for each pair."""
    item = getattr(kind, "item", kind)
    return (builder.fcmp_ordered if item is types.float32 else builder.icmp_signed)(relation, a, b)


def choice(relation: str) -> Callable[..., Any]:
    """Make an intrinsic that takes of each pair the first where ``first relation second``, the second otherwise."""

    def choose(context: Any, a: Any, b: Any) -> Any:
        kind = kind_of((a, b))
        if kind is None:
            return None

        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            a, b = spread_all(builder, kind, made.args, args)
            return builder.select(compare(builder, kind, relation, a, b), a, b)

        return kind(a, b), generate

    made: Callable[..., Any] = intrinsic(choose)
    return made


def selection(relation: str) -> Callable[..., Any]:
    """Make an intrinsic (a, b, yes, no) that takes ``yes`` where ``a relation b``, ``no`` otherwise."""

    def choose(context: Any, a: Any, b: Any, yes: Any, no: Any) -> Any:
        kind, result = kind_of((a, b)), kind_of((yes, no))
        if kind is None or result is None:
            return None
        if isinstance(kind, RowType) and not isinstance(result, RowType):
            result = next(row for row in ROWS if row.item is result and row.vector.count == kind.vector.count)

        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            a, b = spread_all(builder, kind, made.args[:2], args[:2])
            yes, no = spread_all(builder, result, made.args[2:], args[2:])
            return builder.select(compare(builder, kind, relation, a, b), yes, no)

        return result(a, b, yes, no), generate

    made: Callable[..., Any] = intrinsic(choose)
    return made


def instruction(name: str, count: int) -> Callable[..., Any]:
    """Make an intrinsic of one of the compiler's own functions of so many float32."""

    def call(context: Any, *kinds: Any) -> Any:
        kind = kind_of(kinds)
        if kind is None or kind not in (ROW, HALF, types.float32):
            return None
        value = kind.vector if isinstance(kind, RowType) else ir.FloatType()
        suffix = f"v{value.count}f32" if isinstance(kind, RowType) else "f32"

        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            function = ir.FunctionType(value, [value] * len(args))
            callee = get_or_insert_function(builder.module, function, f"llvm.{name}.{suffix}")
            return builder.call(callee, spread_all(builder, kind, made.args, args))

        return kind(*kinds), generate

    made: Callable[..., Any] = intrinsic(
        (lambda context, a: call(context, a)) if count == 1 else (lambda context, a, b: call(context, a, b))
    )
    return made


def address(context: Any, builder: Any, kind: Any, array: Any, index: Any, row: Any) -> Any:
    """Where a row lies in an array of one dimension without gaps."""
    items = create_struct_proxy(kind)(context, builder, array)
    return builder.bitcast(builder.gep(items.data, [index]), row.vector.as_pointer())


def items_of(array: Any) -> Any:
    """The kind of number that an array holds from which rows can be taken, or None."""
    if not isinstance(array, types.Array) or array.ndim != 1 or array.layout != "C":
        return None
    return array.dtype


def load_of(row: Any) -> Callable[..., Any]:
    """The code of an intrinsic whose first arguments are an array and a place: it loads the row there."""

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        value = builder.load(address(context, builder, made.args[0], args[0], args[1], row))
        value.align = row.item.bitwidth // 8
        return value

    return generate


def _get_row(context: Any, array: Any, at: Any) -> Any:
    """Sixteen items of an array from ``at`` on."""
    row = {types.float32: ROW, types.int32: INT_ROW}.get(items_of(array))
    return row and (row(array, types.uint64), load_of(row))


def _get_like(context: Any, array: Any, at: Any, like: Any) -> Any:
    """As many items of an array of float32 from ``at`` on as another row has; sixteen for a number."""
    row = HALF if like == HALF else ROW
    return (row(array, types.uint64, like), load_of(row)) if items_of(array) is types.float32 else None


def _set_row(context: Any, array: Any, at: Any, value: Any) -> Any:
    """Write the items of a row to an array from ``at`` on; of a number, a row of sixteen."""
    row = next((row for row in ROWS if value in (row, row.item) and row.item is items_of(array)), None)
    if row is None:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        (items,) = spread_all(builder, row, made.args[2:], args[2:])
        written = builder.store(items, address(context, builder, made.args[0], args[0], args[1], row))
        written.align = row.item.bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.uint64, value), generate


def counted(row: Any) -> Callable[..., Any]:
    """Make an intrinsic that is 0, 1, 2 and so on."""

    def count(context: Any) -> Any:
        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            return ir.Constant(row.vector, [float(i) for i in range(row.vector.count)])

        return row(), generate

    made: Callable[..., Any] = intrinsic(count)
    return made


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
    return builder.shuffle_vector(zeros, row, picked(picks))


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

    def get_like(array: Any, at: Any, like: Any) -> Any:
        """As many items of an array from ``at`` on as another row has; sixteen for a number."""
        return array[int(at) : int(at) + (len(like) if np.ndim(like) else TILE)].copy()

    def set_row(array: Any, at: Any, value: Any) -> None:
        """Write the items of a row to an array from ``at`` on; of a number, a row of sixteen."""
        array[int(at) : int(at) + (len(value) if np.ndim(value) else TILE)] = value

    def columns() -> Any:
        """0, 1, 2 .. 15."""
        return np.arange(TILE, dtype=np.float32)

    def half_columns() -> Any:
        """0, 1, 2 .. 7."""
        return np.arange(TILE // 2, dtype=np.float32)

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
    root: Callable[..., Any] = np.sqrt
    rounded_down: Callable[..., Any] = np.floor
    magnitude: Callable[..., Any] = np.abs
    with_sign: Callable[..., Any] = np.copysign

else:
    get_row = intrinsic(_get_row)
    get_like = intrinsic(_get_like)
    set_row = intrinsic(_set_row)
    columns = counted(ROW)
    half_columns = counted(HALF)
    as_float = intrinsic(_as_float)
    as_int = intrinsic(_as_int)
    shifted = intrinsic(_shifted)
    running_sum = intrinsic(_running_sum)
    lesser = choice("<")
    greater = choice(">")
    where_less = selection("<")
    where_equal = selection("==")
    root = instruction("sqrt", 1)
    rounded_down = instruction("floor", 1)
    magnitude = instruction("fabs", 1)
    with_sign = instruction("copysign", 2)
