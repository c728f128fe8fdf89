"""How a kernel is compiled: no GIL, cached on disk, IEEE division, and no fused or reordered arithmetic.

The first picture on a machine waits for the compiler. After two seconds of that, one line on stderr says so and grows
by a dot a kernel; later runs load the kernels from numba's cache.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import event, types
from numba.core.cgutils import create_struct_proxy
from numba.extending import intrinsic

from ..sight.spans import COMPILES, count, span

P = ParamSpec("P")
R = TypeVar("R")

DISABLED: Final[bool] = numba.config.DISABLE_JIT  # type: ignore[attr-defined]
"""Whether the environment variable NUMBA_DISABLE_JIT is set."""

PACKAGE: Final = __name__.partition(".")[0] + "."

PARTS: Final = ("stages", "contract", "geometry")
"""The folders of the package from which kernels are compiled: constants count."""

PATIENCE: Final = 2.0
"""Seconds of compiling before the user is told."""


def fingerprint() -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file that kernels are compiled from; nothing where they lie in an archive."""
    package = Path(__file__).parents[1]
    files = sorted(file for part in PARTS for file in package.joinpath(part).glob("*.py"))
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


class CompileNotice(event.Listener):
    """Tells the user about compiling that takes long. numba reports only kernels that its cache does not hold."""

    def __init__(self) -> None:
        self.compiles = 0
        self._since = 0.0
        self._told = False
        # Kernels compile those they call; one thread at a time compiles, under numba's lock.
        self._spans: list[AbstractContextManager[None]] = []

    def on_start(self, event: Any) -> None:
        """A kernel begins to compile."""
        function = event.data["dispatcher"].py_func
        if not self._spans and not function.__module__.startswith(PACKAGE):
            return  # It is the user's.
        if not self.compiles and not self._spans:
            from . import ahead

            ahead.start()
        self._since = self._since or time.perf_counter()
        self._spans.append(span(function.__name__, COMPILES))
        self._spans[-1].__enter__()

    def on_end(self, event: Any) -> None:
        """A kernel is compiled."""
        if not self._spans:
            return
        self.compiles += 1
        self._spans.pop().__exit__(None, None, None)
        count("compiles")
        self.tell()

    def tell(self) -> None:
        """Something is done, or goes on: show it, where it has taken long."""
        if not self._since or time.perf_counter() - self._since < PATIENCE:
            return
        if not self._told:
            self._told = True
            sys.stderr.write("gpucanvas compiles its CPU kernels, once on this machine: some 10 to 20 seconds ")
        sys.stderr.write(".")
        sys.stderr.flush()

    def settle(self) -> None:
        """A picture is done: end the line."""
        if self._told:
            sys.stderr.write(" done\n")
            sys.stderr.flush()
        self._told, self._since = False, 0.0


notice: Final = CompileNotice()
event.register("numba:compile", notice)

OPTIONS: Final = {"nogil": True, "cache": True, "error_model": "numpy", "_nrt": False}
"""Without numba's runtime a kernel cannot make arrays, and does not count references to those it is given: a count that
two threads change at every call of an inner kernel takes longer than the kernel."""


sources: Final = fingerprint()


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first call. Never fastmath: both backends must round alike."""
    return _compile(function)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """As `kernel`, for what is called a pixel at a time: a loop around a call that stays a call is no vector loop."""
    return _compile(function, forceinline=True)


def _compile(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    if DISABLED:
        return _interpreted(function)
    compile_: Any = numba.njit
    compiled: Callable[P, R]
    try:
        compiled = compile_(**OPTIONS, **options)(function)
    except RuntimeError:
        # Neither the package nor the user's cache folder can be written to: compile anew in each process.
        compiled = compile_(**{**OPTIONS, "cache": False}, **options)(function)
        return compiled
    # numba asks only whether the kernel's own file has changed, and much is inlined from others. What it keeps begins
    # with a version, which is asked for before anything else is read: types may be gone since.
    index: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(index, "_version"):
        index._version = index._version, sources
    return compiled


class Item:
    """An item of a structured array, with fields as attributes: NumPy's own would have ``clip`` be a method."""

    def __init__(self, array: Any, index: Any) -> None:
        self.__dict__["_array"], self.__dict__["_index"] = array, index

    def __getattr__(self, name: str) -> Any:
        return self._array[name][self._index]

    def __setattr__(self, name: str, value: Any) -> None:
        self._array[name][self._index] = value


class Items:
    """A structured array as kernels see it."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, index: Any) -> Any:
        return Items(self._array[index]) if isinstance(index, slice) else Item(self._array, index)


def _interpreted(function: Callable[P, R]) -> Callable[P, R]:
    """The kernel as plain Python, for debuggers and for tools that measure what tests reach: NUMBA_DISABLE_JIT=1."""

    def as_items(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(as_items(item) for item in value)
        return Items(value) if isinstance(value, np.ndarray) and value.dtype.names else value

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with np.errstate(all="ignore"):
            return function(*map(as_items, args), **kwargs)

    return call


@intrinsic
def _prefetch(context: Any, array: Any, index: Any) -> Any:
    """Ask for the cache lines of ``array[index]``, one dimension, without waiting for them: most records lie in two."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        items = create_struct_proxy(signature.args[0])(context, builder, args[0])
        byte = ir.IntType(8).as_pointer()
        step = builder.extract_value(items.strides, 0)
        address = builder.add(builder.ptrtoint(items.data, step.type), builder.mul(args[1], step))
        flag = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        call = builder.module.globals.get("llvm.prefetch.p0i8") or ir.Function(
            builder.module, kind, "llvm.prefetch.p0i8"
        )
        size = context.get_abi_sizeof(context.get_data_type(signature.args[0].dtype))
        for at in (address, builder.add(address, step.type(size - 1))):
            builder.call(call, [builder.inttoptr(at, byte), flag(0), flag(3), flag(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


if DISABLED:

    def prefetch(array: Any, index: Any) -> None:
        """Nothing to do without a compiler."""

else:
    prefetch = _prefetch
