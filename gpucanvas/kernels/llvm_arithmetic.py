"""The LLVM code of arithmetic on rows: operators, comparisons, conversions, and sums along a row."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from llvmlite import ir
from numba.core import types
from numba.core.cgutils import get_or_insert_function
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin

from ..contract.constants import TILE
from . import row as rows
from .llvm_rows import (
    BYTE_PAIR,
    EIGHTH,
    FLOAT_ROWS,
    HALF,
    HALF_INT_ROW,
    INDEX,
    INT_ROW,
    INT_ROWS,
    PAIRS,
    QUARTER,
    ROW,
    ROWS,
    SHORT_ROW,
    RowType,
    kind_of,
    picked,
    spread,
    spread_all,
    takes,
)


def define(operation: Any, row: Any, instruction: str) -> None:
    """Define a Python operator for rows, and for rows with numbers."""

    class Operator(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            return signature(row, *args) if len(args) == 2 and takes(row, args) else None

    infer_global(operation)(Operator)

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return getattr(builder, instruction)(*spread_all(builder, row, made.args, args))

    for kinds in ((row, row), (row, row.item), (row.item, row)):
        lower_builtin(operation, *kinds)(generate)


for floats in FLOAT_ROWS:
    define(operator.add, floats, "fadd")
    define(operator.sub, floats, "fsub")
    define(operator.mul, floats, "fmul")
    define(operator.truediv, floats, "fdiv")
for ints in INT_ROWS:
    define(operator.add, ints, "add")
    define(operator.sub, ints, "sub")
    define(operator.mul, ints, "mul")
    define(operator.and_, ints, "and_")
    define(operator.or_, ints, "or_")
    define(operator.xor, ints, "xor")
    define(operator.lshift, ints, "shl")
    define(operator.rshift, ints, "ashr")


def compare(builder: Any, kind: Any, relation: str, a: Any, b: Any) -> Any:
    """Returns the code of a comparison: a bit per pair of items."""
    item = getattr(kind, "item", kind)
    return (builder.fcmp_ordered if item is types.float32 else builder.icmp_signed)(relation, a, b)


def choice(relation: str) -> Callable[..., Any]:
    """Returns a definition with the result ``a`` where ``a relation b``, else ``b``."""

    def choose(context: Any, a: Any, b: Any) -> Any:
        kind = kind_of((a, b))
        if kind is None:
            return None

        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            a, b = spread_all(builder, kind, made.args, args)
            return builder.select(compare(builder, kind, relation, a, b), a, b)

        return kind(a, b), generate

    return choose


def selection(relation: str) -> Callable[..., Any]:
    """Returns a definition, of (a, b, yes, no), with the result ``yes`` where ``a relation b``, else ``no``."""

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

    return choose


def instruction(name: str, count: int) -> Callable[..., Any]:
    """Returns the definition of an LLVM intrinsic function of ``count`` float32 numbers or rows."""

    def call(context: Any, *kinds: Any) -> Any:
        kind = kind_of(kinds)
        if kind is None or kind not in (*FLOAT_ROWS, types.float32):
            return None
        value = kind.vector if isinstance(kind, RowType) else ir.FloatType()
        suffix = f"v{value.count}f32" if isinstance(kind, RowType) else "f32"

        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            function = ir.FunctionType(value, [value] * len(args))
            callee = get_or_insert_function(builder.module, function, f"llvm.{name}.{suffix}")
            return builder.call(callee, spread_all(builder, kind, made.args, args))

        return kind(*kinds), generate

    return (lambda context, a: call(context, a)) if count == 1 else (lambda context, a, b: call(context, a, b))


def cast(source: Any, target: Any) -> Callable[..., Any]:
    """Returns a definition that reinterprets the bits of a row as another kind of row."""

    def choose(context: Any, row: Any) -> Any:
        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            return builder.bitcast(args[0], target.vector)

        return (target(source), generate) if row == source else None

    return choose


def fixed(row: Any, numbers: Sequence[float]) -> Callable[..., Any]:
    """Returns the definition of a function without arguments whose result is a constant row."""

    def choose(context: Any) -> Any:
        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            return ir.Constant(row.vector, [float(number) for number in numbers])

        return row(), generate

    return choose


def _quarters(context: Any, row: Any) -> Any:
    """Defines `quarters`: the four quarters of a row, or of half a row."""
    part = {ROW: QUARTER, HALF: EIGHTH}.get(row)
    if part is None:
        return None
    count = part.vector.count

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        nothing = ir.Constant(row.vector, ir.Undefined)
        places = [list(range(first, first + count)) for first in range(0, 4 * count, count)]
        parts = [builder.shuffle_vector(args[0], nothing, picked(each)) for each in places]
        return context.make_tuple(builder, made.return_type, parts)

    return types.UniTuple(part, 4)(row), generate


def _as_int(context: Any, row: Any) -> Any:
    """Defines `as_int`: float32 or int16 as int32, rounded towards zero."""
    if row not in (ROW, HALF, SHORT_ROW):
        return None
    result = HALF_INT_ROW if row == HALF else INT_ROW

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return (builder.sext if row == SHORT_ROW else builder.fptosi)(args[0], result.vector)

    return result(row), generate


def _as_short(context: Any, row: Any) -> Any:
    """Defines `as_short`: the low 16 bits of int32."""
    if row != INT_ROW:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return builder.trunc(args[0], SHORT_ROW.vector)

    return SHORT_ROW(INT_ROW), generate


def _spread(context: Any, value: Any, like: Any) -> Any:
    """Defines `spread`: a row of equal numbers."""
    if not isinstance(like, RowType) or value != like.item:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return spread(builder, like, args[0])

    return like(value, like), generate


def moved(builder: Any, row: Any, value: Any, step: int) -> Any:
    """Returns the code that shifts the items of a row by ``step`` places and fills the first places with zeros."""
    count = row.vector.count
    zeros = ir.Constant(row.vector, [0] * count)
    # Places below `count` pick from `zeros`, the others from the row. The two rows of a pair are shifted separately.
    picks = [i if i % TILE < step else count + i - step for i in range(count)]
    return builder.shuffle_vector(zeros, value, picked(picks))


def _least(context: Any, row: Any) -> Any:
    """Defines `least`: the least item of a row."""
    return _reduced(row, "<")


def _greatest(context: Any, row: Any) -> Any:
    """Defines `greatest`: the greatest item of a row."""
    return _reduced(row, ">")


def _reduced(row: Any, relation: str) -> Any:
    """Defines a reduction to the item that comes first by a relation: halves are compared until one item is left."""
    if row not in (ROW, HALF):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        value, count = args[0], row.vector.count
        while count > 1:
            count //= 2
            nothing = ir.Constant(value.type, ir.Undefined)
            low = builder.shuffle_vector(value, nothing, picked(list(range(count))))
            high = builder.shuffle_vector(value, nothing, picked(list(range(count, 2 * count))))
            value = builder.select(builder.fcmp_ordered(relation, low, high), low, high)
        return builder.extract_element(value, INDEX(0))

    return types.float32(row), generate


def _shifted(context: Any, row: Any) -> Any:
    """Defines `shifted`: every item moved to the next place, 0 in the first place."""
    if row != INT_ROW:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return moved(builder, INT_ROW, args[0], 1)

    return INT_ROW(INT_ROW), generate


def _running_sum(context: Any, row: Any) -> Any:
    """Defines `running_sum`: the sum of each item and all items before it."""
    if row not in (INT_ROW, SHORT_ROW, *PAIRS):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        total = args[0]
        for step in (1, 2, 4, 8):
            total = builder.add(total, moved(builder, row, total, step))
        return total

    return row(row), generate


def _spread_pair(context: Any, a: Any, b: Any, like: Any) -> Any:
    """Defines `spread_pair`: a pair of two rows, each of equal numbers."""
    if like not in PAIRS or a != like.item or b != like.item:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        nothing = ir.Constant(like.vector, ir.Undefined)
        both = builder.insert_element(nothing, args[0], INDEX(0))
        both = builder.insert_element(both, args[1], INDEX(1))
        return builder.shuffle_vector(both, nothing, picked([0] * TILE + [1] * TILE))

    return like(a, b, like), generate


def _doubled(context: Any, row: Any, like: Any) -> Any:
    """Defines `doubled`: a pair of two equal rows, the low bits of a row of int32."""
    if row != INT_ROW or like not in PAIRS:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        low = builder.trunc(args[0], ir.VectorType(like.vector.element, TILE))
        return builder.shuffle_vector(low, low, picked([*range(TILE), *range(TILE)]))

    return like(row, like), generate


def _halves(context: Any, row: Any) -> Any:
    """Defines `halves`: the two rows of a pair, as int16."""
    if row not in PAIRS:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        nothing = ir.Constant(row.vector, ir.Undefined)
        parts = [builder.shuffle_vector(args[0], nothing, picked(list(range(k, k + TILE)))) for k in (0, TILE)]
        if row == BYTE_PAIR:
            parts = [builder.sext(part, SHORT_ROW.vector) for part in parts]
        return context.make_tuple(builder, made.return_type, parts)

    return types.UniTuple(SHORT_ROW, 2)(row), generate


def _as_float(context: Any, row: Any) -> Any:
    """Defines `as_float`: int32 as float32."""
    result = {INT_ROW: ROW, HALF_INT_ROW: HALF}.get(row)
    if result is None:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return builder.sitofp(args[0], result.vector)

    return result(row), generate


DEFINITIONS: Final = {
    rows.as_bits: cast(ROW, INT_ROW),
    rows.from_bits: cast(INT_ROW, ROW),
    rows.columns: fixed(ROW, range(TILE)),
    rows.half_columns: fixed(HALF, range(TILE // 2)),
    rows.part_columns: fixed(ROW, rows.part_columns().tolist()),
    rows.half_part_columns: fixed(HALF, rows.half_part_columns().tolist()),
    rows.quarters: _quarters,
    rows.as_float: _as_float,
    rows.as_int: _as_int,
    rows.as_short: _as_short,
    rows.spread: _spread,
    rows.shifted: _shifted,
    rows.running_sum: _running_sum,
    rows.spread_pair: _spread_pair,
    rows.halves: _halves,
    rows.doubled: _doubled,
    rows.lesser: choice("<"),
    rows.greater: choice(">"),
    rows.where_less: selection("<"),
    rows.where_equal: selection("=="),
    rows.least: _least,
    rows.greatest: _greatest,
    rows.root: instruction("sqrt", 1),
    rows.rounded_down: instruction("floor", 1),
    rows.magnitude: instruction("fabs", 1),
    rows.with_sign: instruction("copysign", 2),
}
"""The definition of each function, in the form of numba's `intrinsic`: a function of the arguments' types."""
