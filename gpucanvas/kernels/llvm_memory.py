"""The LLVM code of loads and stores: rows in arrays, records in arrays of words, and words at an address."""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any, Final

from llvmlite import ir
from numba.core import types
from numba.core.cgutils import create_struct_proxy, get_or_insert_function
from numba.np.arrayobj import populate_array

from ..contract.constants import TILE
from . import instructions
from . import row as rows
from .llvm_rows import (
    BYTE_PAIR,
    FLOAT_ROWS,
    HALF_INT_ROW,
    INDEX,
    INT_ROW,
    ROW,
    ROWS,
    SHORT_PAIR,
    SHORT_ROW,
    kind_of,
    picked,
    spread,
    spread_all,
)

X86: Final = platform.machine().lower() in ("x86_64", "amd64", "i386", "i686")


def address(context: Any, builder: Any, kind: Any, array: Any, index: Any, row: Any) -> Any:
    """Returns the address of a row in a contiguous array of one dimension."""
    items = create_struct_proxy(kind)(context, builder, array)
    return builder.bitcast(builder.gep(items.data, [index]), row.vector.as_pointer())


def items_of(array: Any) -> Any:
    """Returns the type of the items of a contiguous array of one dimension; None for other arrays."""
    if not isinstance(array, types.Array) or array.ndim != 1 or array.layout != "C":
        return None
    return array.dtype


def load_of(row: Any) -> Callable[..., Any]:
    """Returns a generator of code that loads a row; its first arguments are an array and a place."""

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        value = builder.load(address(context, builder, made.args[0], args[0], args[1], row))
        value.align = row.item.bitwidth // 8
        return value

    return generate


def _get_row(context: Any, array: Any, at: Any) -> Any:
    """Defines `get_row`: sixteen items of an array from ``at`` on."""
    row = {types.float32: ROW, types.int32: INT_ROW, types.int16: SHORT_ROW}.get(items_of(array))
    return row and (row(array, types.uint64), load_of(row))


def _get_pair(context: Any, array: Any, at: Any) -> Any:
    """Defines `get_pair`: two consecutive rows of an array of int16 or int8."""
    row = {types.int16: SHORT_PAIR, types.int8: BYTE_PAIR}.get(items_of(array))
    return row and (row(array, types.uint64), load_of(row))


def _get_bytes(context: Any, array: Any, at: Any, like: Any) -> Any:
    """Defines `get_bytes`: bytes of an array from ``at`` on, as many as ``like`` has items, as float32."""
    if items_of(array) is not types.uint8 or like not in FLOAT_ROWS:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        items = create_struct_proxy(made.args[0])(context, builder, args[0])
        place = builder.gep(items.data, [args[1]])
        count = like.vector.count
        value = builder.load(builder.bitcast(place, ir.VectorType(ir.IntType(8), count).as_pointer()))
        value.align = 1
        return builder.sitofp(builder.zext(value, ir.VectorType(ir.IntType(32), count)), like.vector)

    return like(array, types.uint64, like), generate


def _get_like(context: Any, array: Any, at: Any, like: Any) -> Any:
    """Defines `get_like`: items of an array of float32 from ``at`` on, as many as ``like`` has; 16 for a number."""
    row = like if like in FLOAT_ROWS else ROW
    return (row(array, types.uint64, like), load_of(row)) if items_of(array) is types.float32 else None


def _pick(context: Any, array: Any, places: Any) -> Any:
    """Defines `pick`: the items of an array of int32 at a row of places."""
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
    """Defines `get_half`: eight items of an array of int32 from ``at`` on."""
    if items_of(array) is not types.int32:
        return None
    return HALF_INT_ROW(array, types.uint64), load_of(HALF_INT_ROW)


def _get_two(context: Any, array: Any, at: Any) -> Any:
    """Defines `get_two`: sixteen items of an array of int32 as two half rows, the even and the odd places."""
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
    """Defines `set_row`: writes a row to an array from ``at`` on; for a number, a row of sixteen equal items."""
    row = next((row for row in ROWS if value in (row, row.item) and row.item is items_of(array)), None)
    if row is None:
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        (items,) = spread_all(builder, row, made.args[2:], args[2:])
        written = builder.store(items, address(context, builder, made.args[0], args[0], args[1], row))
        written.align = row.item.bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.uint64, value), generate


def _set_pair(context: Any, array: Any, at: Any, value: Any) -> Any:
    """Defines `set_pair`: writes both rows of a pair to an array from ``at`` on."""
    row = {types.int16: SHORT_PAIR, types.int8: BYTE_PAIR}.get(items_of(array))
    if row is None or value not in (row, row.item):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        (items,) = spread_all(builder, row, made.args[2:], args[2:])
        written = builder.store(items, address(context, builder, made.args[0], args[0], args[1], row))
        written.align = row.item.bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.uint64, value), generate


def address_of_pair(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """Returns the address of sixteen rows of a contiguous array (N, 2) of int32."""
    items = create_struct_proxy(kind)(context, builder, array)
    place = builder.gep(items.data, [builder.shl(index, index.type(1))])
    return builder.bitcast(place, ir.VectorType(INDEX, 2 * TILE).as_pointer())


def is_pairs(array: Any) -> bool:
    """Returns whether this is the type of contiguous arrays (N, 2) of int32."""
    return isinstance(array, types.Array) and array.ndim == 2 and array.layout == "C" and array.dtype is types.int32


def _get_pairs(context: Any, array: Any, at: Any) -> Any:
    """Defines `get_pairs`: sixteen rows of an array (N, 2) from ``at`` on, as its two columns."""
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
    """Defines `pick_pairs`: the rows of an array (N, 2) at sixteen places, as its two columns."""
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
    """Defines `set_pairs`: writes two rows to the columns of an array (N, 2) from ``at`` on."""
    if not is_pairs(array) or kind_of((low, high)) not in (INT_ROW, types.int32):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        low, high = spread_all(builder, INT_ROW, made.args[2:], args[2:])
        words = builder.shuffle_vector(low, high, picked([i // 2 + i % 2 * TILE for i in range(2 * TILE)]))
        written = builder.store(words, address_of_pair(context, builder, made.args[0], args[0], args[1]))
        written.align = 4
        return context.get_dummy_value()

    return types.void(array, types.uint64, low, high), generate


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
    """Defines `record_at`: the record whose first word is at a place of an array, without a copy."""
    if items_of(words) is not types.uint32 or not isinstance(kind, types.DType):
        return None
    if not isinstance(kind.dtype, types.Record):
        return None

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        items = create_struct_proxy(words)(context, builder, args[0])
        place = builder.gep(items.data, [args[1]])
        return builder.bitcast(place, context.get_value_type(kind.dtype))

    return kind.dtype(words, types.int64, kind), generate


def _array_at(item: Any, address: Any, count: Any) -> Any:
    """Defines a function that returns an array of the items at an address, without a copy."""
    if not isinstance(address, types.Integer) or not isinstance(count, types.Integer):
        return None
    kind = types.Array(item, 1, "C")

    def generate(context: Any, builder: Any, made: Any, args: Any) -> Any:
        array = context.make_array(kind)(context, builder)
        place = builder.inttoptr(args[0], context.get_value_type(item).as_pointer())
        size, nbytes = args[1], context.get_constant(types.intp, item.bitwidth // 8)
        populate_array(array, data=place, shape=[size], strides=[nbytes], itemsize=nbytes, meminfo=None)
        return array._getvalue()

    return kind(types.int64, types.int64), generate


def _words_at(context: Any, address: Any, count: Any) -> Any:
    return _array_at(types.int32, address, count)


def _doubles_at(context: Any, address: Any, count: Any) -> Any:
    return _array_at(types.float64, address, count)


DEFINITIONS: Final = {
    rows.get_row: _get_row,
    rows.get_bytes: _get_bytes,
    rows.get_pair: _get_pair,
    rows.get_like: _get_like,
    rows.pick: _pick,
    rows.get_half: _get_half,
    rows.get_two: _get_two,
    rows.set_row: _set_row,
    rows.set_pair: _set_pair,
    rows.get_pairs: _get_pairs,
    rows.set_pairs: _set_pairs,
    rows.pick_pairs: _pick_pairs,
    instructions.prefetch: _prefetch,
    instructions.copy_pair: _copy_pair,
    instructions.look: _look,
    instructions.record_at: _record_at,
    instructions.words_at: _words_at,
    instructions.doubles_at: _doubles_at,
}
"""The definition of each function, in the form of numba's `intrinsic`: a function of the arguments' types."""
