"""Compiles kernels to object files with numba's front end and LLVM. A process compiles some entries, for every level.

    python -m gpucanvas.kernels.aot.compile ENTRIES.json SHARE SHARES OUT LEVEL...

compiles the entries that no other of the SHARES processes has taken. A kernel becomes a C function
`int32_t symbol(int64_t *slots)`, which `caller.c` calls: it unpacks the slots, calls numba's function, and writes the
result back, without any reference to Python. A process's entries are one LLVM module, which is optimised as a whole for
each level and holds a function that several entries call only once.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import llvmlite.binding as ll
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.compiler_lock import global_compiler_lock
from numba.np.arrayobj import populate_array
from numba.np.numpy_support import from_dtype

from ..library import dtype_of

I64: Final = ir.IntType(64)
I32: Final = ir.IntType(32)
LEVELS: Final = {
    "x86-64-v1": "x86-64",
    "x86-64-v2": "x86-64-v2",
    "x86-64-v3": "x86-64-v3",
    "baseline": "generic",
}
"""Processor levels and LLVM's names for them: the levels of the x86-64 psABI, and a baseline for other processors.

A library never uses the features of a particular processor, because a checkout may be moved to another machine."""
V2: Final = ("sse4.2", "ssse3", "popcnt", "cx16", "sahf")
V3: Final = ("avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe")


def host_level() -> str:
    """Returns the best level of this machine's processor."""
    features = ll.get_host_cpu_features()
    if "sse2" not in features:
        return "baseline"
    if not all(features.get(each) for each in V2):
        return "x86-64-v1"
    return "x86-64-v3" if all(features.get(each) for each in V3) else "x86-64-v2"


def numba_type(description: Any) -> Any:
    """Returns numba's type for a description."""
    kind, *more = description
    if kind == "array":
        dtype, ndim, contiguous, writes = more
        return types.Array(from_dtype(dtype_of(dtype)), ndim, "C" if contiguous else "A", readonly=not writes)
    if kind == "tuple":
        return types.Tuple([numba_type(item) for item in more[0]])
    if kind == "int":
        return getattr(types, f"{'' if more[1] else 'u'}int{more[0]}")
    if kind == "float":
        return {32: types.float32, 64: types.float64}[more[0]]
    return {"bool": types.boolean, "none": types.none}[kind]


def description_of(type_: Any) -> Any:
    """Returns the description of a result's type."""
    if isinstance(type_, types.BaseTuple):
        return ["tuple", [description_of(item) for item in type_]]
    if isinstance(type_, types.Boolean):
        return ["bool"]
    if isinstance(type_, types.Integer):
        return ["int", type_.bitwidth, type_.signed]
    if isinstance(type_, types.Float):
        return ["float", type_.bitwidth]
    if isinstance(type_, types.NoneType):
        return ["none"]
    raise TypeError(f"a kernel called from Python returns {type_}: return numbers, tuples of them, or nothing")


class Slots:
    """The slots of a call, one after another, in the code that is being generated."""

    def __init__(self, builder: Any, base: Any) -> None:
        self._builder, self._base, self.count = builder, base, 0

    def next(self) -> Any:
        """Returns the address of the next slot."""
        self.count += 1
        return self._builder.gep(self._base, [I64(self.count - 1)])

    def load(self) -> Any:
        """Returns the value of the next slot."""
        return self._builder.load(self.next())


def read(context: Any, builder: Any, type_: Any, slots: Slots) -> Any:
    """Generate code that reads a value from slots; returns it in the form that numba's functions take."""
    if isinstance(type_, types.Array):
        return _read_array(context, builder, type_, slots)
    if isinstance(type_, types.BaseTuple):
        return context.make_tuple(builder, type_, [read(context, builder, item, slots) for item in type_])
    if isinstance(type_, types.Boolean):
        return builder.icmp_unsigned("!=", slots.load(), I64(0))
    if isinstance(type_, types.Integer):
        value = slots.load()
        return value if type_.bitwidth == 64 else builder.trunc(value, ir.IntType(type_.bitwidth))
    if isinstance(type_, types.Float):
        value = builder.bitcast(slots.load(), ir.DoubleType())
        return value if type_.bitwidth == 64 else builder.fptrunc(value, ir.FloatType())
    return context.get_dummy_value()


def _read_array(context: Any, builder: Any, type_: Any, slots: Slots) -> Any:
    array = cgutils.create_struct_proxy(type_)(context, builder)
    data = builder.inttoptr(slots.load(), array.data.type)
    shape = [slots.load() for _ in range(type_.ndim)]
    strides = [slots.load() for _ in range(type_.ndim)]
    record = isinstance(type_.dtype, types.Record)
    size = type_.dtype.size if record else context.get_abi_sizeof(context.get_data_type(type_.dtype))
    itemsize = context.get_constant(types.intp, size)
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=itemsize, meminfo=None)
    return array._getvalue()


def write(context: Any, builder: Any, type_: Any, value: Any, slots: Slots) -> None:
    """Generate code that writes a result to slots."""
    if isinstance(type_, types.BaseTuple):
        for i, item in enumerate(type_):
            write(context, builder, item, builder.extract_value(value, i), slots)
    elif isinstance(type_, types.Boolean):
        builder.store(builder.zext(value, I64) if value.type != I64 else value, slots.next())
    elif isinstance(type_, types.Integer):
        if type_.bitwidth < 64:
            value = (builder.sext if type_.signed else builder.zext)(value, I64)
        builder.store(value, slots.next())
    elif isinstance(type_, types.Float):
        if type_.bitwidth < 64:
            value = builder.fpext(value, ir.DoubleType())
        builder.store(builder.bitcast(value, I64), slots.next())


class Compiled:
    """An entry translated to LLVM: the modules of the kernel and of its C function, and its row of the table."""

    def __init__(self, entry: dict[str, Any]) -> None:
        function = getattr(importlib.import_module(entry["module"]), entry["name"])
        signature = tuple(numba_type(each) for each in entry["arguments"])
        part = function.part
        part.compile(signature)
        result = part.overloads[signature]
        self.symbol = f"{entry['module'].replace('.', '_')}_{entry['name']}"
        self.body = result.library._get_module_for_linking()
        module, slot_count = self._wrapper(result)
        self.wrapper = ll.parse_assembly(cgutils.normalize_ir_text(str(module)))
        self.row = entry | {
            "symbol": self.symbol,
            "slots": slot_count,
            "result": description_of(result.signature.return_type),
        }

    def _wrapper(self, result: Any) -> tuple[Any, int]:
        """Returns the module of the C function, and the number of slots that it uses."""
        context, descriptor = result.target_context, result.fndesc
        module = context.create_module(f"wrapper_{self.symbol}")
        kind = context.call_conv.get_function_type(descriptor.restype, descriptor.argtypes)
        callee = ir.Function(module, kind, descriptor.llvm_func_name)
        function = ir.Function(module, ir.FunctionType(I32, [I64.as_pointer()]), self.symbol)
        builder = ir.IRBuilder(function.append_basic_block("entry"))
        given = Slots(builder, function.args[0])
        args = [read(context, builder, type_, given) for type_ in descriptor.argtypes]
        status, value = context.call_conv.call_function(
            builder, callee, descriptor.restype, descriptor.argtypes, args
        )
        returned = Slots(builder, function.args[0])
        with builder.if_then(status.is_ok, likely=True):
            write(context, builder, descriptor.restype, value, returned)
        builder.ret(status.code)
        return module, max(given.count, returned.count)


def link(entries: list[Compiled], level: str) -> Any:
    """Link entries into one module; only the C functions, under names with the level, are visible from outside."""
    module = ll.parse_assembly("")
    module.triple, module.data_layout = entries[0].body.triple, entries[0].body.data_layout
    for entry in entries:
        # The C function comes first, because a body without a caller is dropped.
        module.link_in(entry.wrapper, preserve=True)
        module.link_in(entry.body, preserve=True)
    symbols = {entry.symbol for entry in entries}
    for function in list(module.functions):
        if not function.is_declaration:
            if function.name in symbols:
                function.name = symbol_of(function.name, level)
            else:
                function.linkage = "internal"
    for variable in module.global_variables:
        if not variable.is_declaration:
            variable.linkage = "internal"
    return module


def symbol_of(symbol: str, level: str) -> str:
    """Returns the name of a kernel's C function for a level."""
    return f"{symbol}_{level.replace('-', '_')}"


def emit(module: Any, level: str) -> bytes:
    """Optimise a module for a level; returns the bytes of its object file."""
    target = ll.Target.from_triple(module.triple)
    machine = target.create_target_machine(cpu=LEVELS[level], opt=3, reloc="pic", codemodel="default")
    options = ll.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization, options.slp_vectorization = True, False
    builder = ll.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    module.verify()
    found: bytes = machine.emit_object(module)
    return found


def in_turn(count: int, share: int, shares: int) -> Iterator[int]:
    """Yield the numbers of entries in the order in which a process tries to take them.

    Neighbours in the list belong to one module and call the same parts, which a process translates once. So each
    process begins with a range of its own, and then takes entries from the far ends of the other ranges.
    """
    ranges = [range(count * each // shares, count * (each + 1) // shares) for each in range(shares)]
    for step in range(shares):
        each = (share + step) % shares
        # The last entries are the largest kernels: every other process begins at the end of its range.
        yield from ranges[each] if (each % 2 == 0) == (step == 0) else reversed(ranges[each])


def take(folder: Path, number: int) -> bool:
    """Returns whether this process may compile an entry: the first process to create its file takes it."""
    try:
        folder.joinpath(f"taken_{number}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def main(entries: str, share: str, shares: str, out: str, *levels: str) -> None:
    """Compile entries into OUT/kernels_SHARE_LEVEL.o, with their rows in OUT/rows_SHARE.json."""
    listed, folder = json.loads(Path(entries).read_text(encoding="utf-8")), Path(out)
    with global_compiler_lock:
        order = in_turn(len(listed), int(share), int(shares))
        made = [Compiled(listed[number]) for number in order if take(folder, number)]
        for level in levels if made else ():
            folder.joinpath(f"kernels_{share}_{level}.o").write_bytes(emit(link(made, level), level))
        rows = json.dumps([each.row for each in made])
        folder.joinpath(f"rows_{share}.json").write_text(rows, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
