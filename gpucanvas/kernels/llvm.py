"""The LLVM code of `row.py` and `instructions.py`: what numba makes of those functions inside a kernel.

Each function there has a definition here: given the types of its arguments it says the type of the result and the
code. Only numba's half of the package imports this module.
"""

from __future__ import annotations

import operator
import platform
from collections.abc import Callable, Sequence
from typing import Any, Final

from llvmlite import ir
from numba.core import types
from numba.core.cgutils import create_struct_proxy, get_or_insert_function
from numba.core.datamodel import models
from numba.core.typing.templates import AbstractTemplate, infer, infer_global, make_intrinsic_template, signature
from numba.extending import lower_builtin, register_model
from numba.np.arrayobj import populate_array

from ..contract.constants import TILE
from . import instructions
from . import row as rows

INDEX: Final = ir.IntType(32)
X86: Final = platform.machine().lower() in ("x86_64", "amd64", "i386", "i686")


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
QUARTER: Final = RowType("QuarterRow", types.float32, ir.VectorType(ir.FloatType(), TILE // 4))
EIGHTH: Final = RowType("EighthRow", types.float32, ir.VectorType(ir.FloatType(), TILE // 8))
FLOAT_ROWS: Final = (ROW, HALF, QUARTER, EIGHTH)
INT_ROW: Final = RowType("IntRow", types.int32, ir.VectorType(INDEX, TILE))
HALF_INT_ROW: Final = RowType("HalfIntRow", types.int32, ir.VectorType(INDEX, TILE // 2))
SHORT_ROW: Final = RowType("ShortRow", types.int16, ir.VectorType(ir.IntType(16), TILE))
INT_ROWS: Final = (INT_ROW, HALF_INT_ROW, SHORT_ROW)
ROWS: Final = (*FLOAT_ROWS, *INT_ROWS)


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


def kind_of(kinds: Any) -> Any:
    """The kind of row that these are, numbers among them spread; the kind of number, if that is all; or None."""
    if kinds[0] in (types.float32, types.int32, types.int16) and all(kind == kinds[0] for kind in kinds):
        return kinds[0]
    return next((row for row in ROWS if takes(row, kinds)), None)


def compare(builder: Any, kind: Any, relation: str, a: Any, b: Any) -> Any:
    """A bit for each pair."""
    item = getattr(kind, "item", kind)
    return (builder.fcmp_ordered if item is types.float32 else builder.icmp_signed)(relation, a, b)


def choice(relation: str) -> Callable[..., Any]:
    """Of each pair the first where ``first relation second``, the second otherwise."""

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
    """(a, b, yes, no): ``yes`` where ``a relation b``, ``no`` otherwise."""

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
    """One of the compiler's own functions of so many float32."""

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
    """The code of a function whose first arguments are an array and a place: it loads the row there."""

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        value = builder.load(address(context, builder, made.args[0], args[0], args[1], row))
        value.align = row.item.bitwidth // 8
        return value

    return generate


def _get_row(context: Any, array: Any, at: Any) -> Any:
    """Sixteen items of an array from ``at`` on."""
    row = {types.float32: ROW, types.int32: INT_ROW, types.int16: SHORT_ROW}.get(items_of(array))
    return row and (row(array, types.uint64), load_of(row))


def _get_bytes(context: Any, array: Any, at: Any) -> Any:
    """Sixteen bytes of an array from ``at`` on, as int32."""
    if items_of(array) is not types.uint8:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        items = create_struct_proxy(made.args[0])(context, builder, args[0])
        place = builder.gep(items.data, [args[1]])
        value = builder.load(builder.bitcast(place, ir.VectorType(ir.IntType(8), TILE).as_pointer()))
        value.align = 1
        return builder.zext(value, INT_ROW.vector)

    return INT_ROW(array, types.uint64), generate


def _get_like(context: Any, array: Any, at: Any, like: Any) -> Any:
    """As many items of an array of float32 from ``at`` on as another row has; sixteen for a number."""
    row = like if like in FLOAT_ROWS else ROW
    return (row(array, types.uint64, like), load_of(row)) if items_of(array) is types.float32 else None


def _pick(context: Any, array: Any, places: Any) -> Any:
    """The items of an array of int32 at a row of places."""
    if items_of(array) is not types.int32 or places not in (INT_ROW, HALF_INT_ROW):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        row = made.args[1]
        items = create_struct_proxy(array)(context, builder, args[0])
        found = ir.Constant(row.vector, ir.Undefined)
        last = spread(builder, row, builder.trunc(builder.sub(items.nitems, items.nitems.type(1)), INDEX))
        places = builder.select(builder.icmp_unsigned("<", args[1], last), args[1], last)
        for i in range(row.vector.count):
            place = builder.zext(builder.extract_element(places, INDEX(i)), items.nitems.type)
            found = builder.insert_element(found, builder.load(builder.gep(items.data, [place])), INDEX(i))
        return found

    return places(array, places), generate


def _get_half(context: Any, array: Any, at: Any) -> Any:
    """Eight items of an array of int32 from ``at`` on."""
    if items_of(array) is not types.int32:
        return None
    return HALF_INT_ROW(array, types.uint64), load_of(HALF_INT_ROW)


def _get_two(context: Any, array: Any, at: Any) -> Any:
    """Sixteen items of an array of int32 as two half rows."""
    if items_of(array) is not types.int32:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        words = builder.load(address(context, builder, made.args[0], args[0], args[1], INT_ROW))
        words.align = 4
        nothing = ir.Constant(words.type, ir.Undefined)
        rows = [builder.shuffle_vector(words, nothing, picked(list(range(k, TILE, 2)))) for k in (0, 1)]
        return context.make_tuple(builder, made.return_type, rows)

    return types.UniTuple(HALF_INT_ROW, 2)(array, types.uint64), generate


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


def address_of_pair(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """Where sixteen rows lie in an array (N, 2) of int32 without gaps."""
    items = create_struct_proxy(kind)(context, builder, array)
    place = builder.gep(items.data, [builder.shl(index, index.type(1))])
    return builder.bitcast(place, ir.VectorType(INDEX, 2 * TILE).as_pointer())


def is_pairs(array: Any) -> bool:
    """Whether this is an array (N, 2) of int32 without gaps."""
    return isinstance(array, types.Array) and array.ndim == 2 and array.layout == "C" and array.dtype is types.int32


def _get_pairs(context: Any, array: Any, at: Any) -> Any:
    """Sixteen rows of an array (N, 2) from ``at`` on, column by column."""
    if not is_pairs(array):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        words = builder.load(address_of_pair(context, builder, made.args[0], args[0], args[1]))
        words.align = 4
        nothing = ir.Constant(words.type, ir.Undefined)
        rows = [builder.shuffle_vector(words, nothing, picked(list(range(i, 2 * TILE, 2)))) for i in (0, 1)]
        return context.make_tuple(builder, made.return_type, rows)

    return types.UniTuple(INT_ROW, 2)(array, types.uint64), generate


def _pick_pairs(context: Any, array: Any, places: Any) -> Any:
    """The rows of an array (N, 2) at sixteen places, column by column."""
    if not is_pairs(array) or places != INT_ROW:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        items = create_struct_proxy(array)(context, builder, args[0])
        half = builder.lshr(items.nitems, items.nitems.type(1))
        last = spread(builder, INT_ROW, builder.trunc(builder.sub(half, half.type(1)), INDEX))
        places = builder.select(builder.icmp_unsigned("<", args[1], last), args[1], last)
        found = [ir.Constant(INT_ROW.vector, ir.Undefined)] * 2
        for i in range(TILE):
            place = builder.shl(builder.zext(builder.extract_element(places, INDEX(i)), half.type), half.type(1))
            for k in (0, 1):
                word = builder.load(builder.gep(items.data, [builder.add(place, place.type(k))]))
                found[k] = builder.insert_element(found[k], word, INDEX(i))
        return context.make_tuple(builder, made.return_type, found)

    return types.UniTuple(INT_ROW, 2)(array, INT_ROW), generate


def _set_pairs(context: Any, array: Any, at: Any, low: Any, high: Any) -> Any:
    """Write two rows to the columns of an array (N, 2) from ``at`` on."""
    if not is_pairs(array) or kind_of((low, high)) not in (INT_ROW, types.int32):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        low, high = spread_all(builder, INT_ROW, made.args[2:], args[2:])
        words = builder.shuffle_vector(low, high, picked([i // 2 + i % 2 * TILE for i in range(2 * TILE)]))
        written = builder.store(words, address_of_pair(context, builder, made.args[0], args[0], args[1]))
        written.align = 4
        return context.get_dummy_value()

    return types.void(array, types.uint64, low, high), generate


def cast(source: Any, target: Any) -> Callable[..., Any]:
    """The same bits as another kind of row."""

    def choose(context: Any, row: Any) -> Any:
        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            return builder.bitcast(args[0], target.vector)

        return (target(source), generate) if row == source else None

    return choose


def fixed(row: Any, numbers: Sequence[float]) -> Callable[..., Any]:
    """The same numbers at every call."""

    def choose(context: Any) -> Any:
        def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
            return ir.Constant(row.vector, [float(number) for number in numbers])

        return row(), generate

    return choose


def _quarters(context: Any, row: Any) -> Any:
    """The four quarters of a row, or of half a row."""
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
    """The same numbers, float32 or int16, as int32, towards zero."""
    if row not in (ROW, HALF, SHORT_ROW):
        return None
    result = HALF_INT_ROW if row == HALF else INT_ROW

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return (builder.sext if row == SHORT_ROW else builder.fptosi)(args[0], result.vector)

    return result(row), generate


def _as_short(context: Any, row: Any) -> Any:
    """The low 16 bits of int32."""
    if row != INT_ROW:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return builder.trunc(args[0], SHORT_ROW.vector)

    return SHORT_ROW(INT_ROW), generate


def _spread(context: Any, value: Any, like: Any) -> Any:
    """A row of equal numbers."""
    if not isinstance(like, RowType) or value != like.item:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return spread(builder, like, args[0])

    return like(value, like), generate


def moved(builder: Any, row: Any, value: Any, step: int) -> Any:
    """Every item of a row moved on by some places, zeros before them."""
    zeros = ir.Constant(row.vector, [0] * TILE)
    # Items of `zeros` come first, those of the row after them.
    picks = [i if i < step else TILE + i - step for i in range(TILE)]
    return builder.shuffle_vector(zeros, value, picked(picks))


def _least(context: Any, row: Any) -> Any:
    """The least item of a row."""
    return _reduced(row, "<")


def _greatest(context: Any, row: Any) -> Any:
    """The greatest item of a row."""
    return _reduced(row, ">")


def _reduced(row: Any, relation: str) -> Any:
    """The item that stands in this relation to all others: halves are compared until one item is left."""
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
    """Every item moved to the next place, 0 in the first."""
    if row != INT_ROW:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return moved(builder, INT_ROW, args[0], 1)

    return INT_ROW(INT_ROW), generate


def _running_sum(context: Any, row: Any) -> Any:
    """Every item with all before it."""
    if row not in (INT_ROW, SHORT_ROW):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        total = args[0]
        for step in (1, 2, 4, 8):
            total = builder.add(total, moved(builder, row, total, step))
        return total

    return row(row), generate


def _as_float(context: Any, row: Any) -> Any:
    """The same numbers as float32."""
    result = {INT_ROW: ROW, HALF_INT_ROW: HALF}.get(row)
    if result is None:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        return builder.sitofp(args[0], result.vector)

    return result(row), generate


def _prefetch(context: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        items = create_struct_proxy(signature.args[0])(context, builder, args[0])
        byte = ir.IntType(8).as_pointer()
        step = builder.extract_value(items.strides, 0)
        address = builder.add(builder.ptrtoint(items.data, step.type), builder.mul(args[1], step))
        flag = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        call = get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        size = context.get_abi_sizeof(context.get_data_type(signature.args[0].dtype))
        for at in (address, builder.add(address, step.type(size - 1))):
            builder.call(call, [builder.inttoptr(at, byte), flag(0), flag(3), flag(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


def _copy_pair(context: Any, source: Any, at: Any, target: Any, to: Any) -> Any:
    if items_of(source) is not types.int32 or items_of(target) is not types.int32:
        return None

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pair = ir.IntType(64).as_pointer()
        places = []
        for k in (0, 2):
            items = create_struct_proxy(signature.args[k])(context, builder, args[k])
            places.append(builder.bitcast(builder.gep(items.data, [args[k + 1]]), pair))
        both = builder.load(places[0])
        both.align = 4
        builder.store(both, places[1]).align = 4
        return context.get_dummy_value()

    return types.void(source, types.uint64, target, types.uint64), generate


def _look(context: Any, flag: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        items = create_struct_proxy(signature.args[0])(context, builder, args[0])
        if X86:
            kind = ir.FunctionType(ir.VoidType(), [])
            builder.call(get_or_insert_function(builder.module, kind, "llvm.x86.sse2.pause"), [])
        return builder.load_atomic(items.data, "acquire", 8)

    return types.int64(flag), generate


def _record_at(context: Any, words: Any, at: Any, kind: Any) -> Any:
    """The record of a dtype that begins with a word of an array: where it lies, nothing is copied."""
    if items_of(words) is not types.uint32 or not isinstance(kind, types.DType):
        return None
    if not isinstance(kind.dtype, types.Record):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        items = create_struct_proxy(words)(context, builder, args[0])
        place = builder.gep(items.data, [args[1]])
        return builder.bitcast(place, context.get_value_type(kind.dtype))

    return kind.dtype(words, types.int64, kind), generate


def _words_at(context: Any, address: Any, count: Any) -> Any:
    """An array over the words at an address."""
    if not isinstance(address, types.Integer) or not isinstance(count, types.Integer):
        return None
    kind = types.Array(types.int32, 1, "C")

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        array = context.make_array(kind)(context, builder)
        place = builder.inttoptr(args[0], context.get_value_type(types.int32).as_pointer())
        size, word = args[1], context.get_constant(types.intp, 4)
        populate_array(array, data=place, shape=[size], strides=[word], itemsize=word, meminfo=None)
        return array._getvalue()

    return kind(types.int64, types.int64), generate


DEFINITIONS: Final = {
    rows.get_row: _get_row,
    rows.get_bytes: _get_bytes,
    rows.get_like: _get_like,
    rows.pick: _pick,
    rows.get_half: _get_half,
    rows.get_two: _get_two,
    rows.set_row: _set_row,
    rows.get_pairs: _get_pairs,
    rows.set_pairs: _set_pairs,
    rows.pick_pairs: _pick_pairs,
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
    instructions.prefetch: _prefetch,
    instructions.copy_pair: _copy_pair,
    instructions.look: _look,
    instructions.record_at: _record_at,
    instructions.words_at: _words_at,
}
"""The definition of each function: of the types of its arguments, as numba's `intrinsic` takes them."""

for function, definition in DEFINITIONS.items():
    template = make_intrinsic_template(function, definition, function.__name__)
    infer(template)
    infer_global(function, types.Function(template))
