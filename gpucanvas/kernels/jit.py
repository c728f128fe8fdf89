"""Kernels compiled by numba when they are called: no interpreter's lock, no fused or reordered arithmetic.

A kernel has two dispatchers. Python calls the entry; other kernels call the part, which is linked into their entries:

    shade_tiles (entry)  wrapped for Python, optimised with all its parts as one, kept on disk
      run_tile (part)    translated to LLVM, neither optimised nor wrapped nor kept

Optimising each part by itself, before it is optimised again in the kernels that call it, took 40 % of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from numba.core import compiler, event, registry
from numba.core.codegen import JITCodeLibrary

from ..sight.spans import COMPILES, count, span
from . import llvm  # noqa: F401  # Rows and instructions get their LLVM code here.
from .cache import KernelCache
from .notice import notice

OPTIONS: Final = {"nopython": True, "nogil": True, "error_model": "numpy", "_nrt": False, "boundscheck": None}
"""Without numba's runtime a kernel cannot make arrays, and does not count references to those it is given: a count that
two threads change at every call of an inner kernel takes longer than the kernel."""
PART: Final = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


class _Codegen:
    """Wraps a library's code generator and skips preparations for calls from Python, which a part never gets."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, name: str, environment: Any) -> None:
        """Where numba would write to the compiled code."""


class PartLibrary(JITCodeLibrary):
    """The LLVM code of a part, as it was translated: it is linked into entries, and becomes machine code there."""

    @property
    def codegen(self) -> Any:
        """Without what writes to machine code."""
        return _Codegen(self._codegen)

    def _optimize_functions(self, module: Any) -> None:
        module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Returns 0: a part has no machine code of its own."""
        return 0


class PartCompiler(compiler.Compiler):
    """numba's compiler, into a `PartLibrary`."""

    def __init__(self, typing: Any, target: Any, library: Any, *more: Any) -> None:
        super().__init__(typing, target, PartLibrary(target.codegen(), "part"), *more)


class Part(registry.CPUDispatcher):
    """A kernel as other kernels call it."""


class Entry(registry.CPUDispatcher):
    """A kernel as Python calls it. A kernel that mentions it gets the part."""

    def __init__(self, function: Callable[..., Any], part: Part) -> None:
        super().__init__(function, targetoptions=dict(OPTIONS))
        self.part = part
        kept = KernelCache.of(function)
        if kept:
            self._cache = kept

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """How a kernel calls the part."""
        return self.part.get_call_template(args, kws)

    def get_overload(self, sig: Any) -> Any:
        """What a kernel calls."""
        return self.part.get_overload(sig)


def compiled(function: Callable[..., Any], inline: bool) -> Any:
    """What numba makes of a kernel; ``inline`` says whether it must be inlined where it is called."""
    options = OPTIONS | PART | {"forceinline": inline}  # Else numba hands it down to what is called.
    return Entry(function, Part(function, targetoptions=options, pipeline_class=PartCompiler))


class Events(event.Listener):
    """Counts kernels that are compiled and shows them in traces. numba tells only of those not kept on disk."""

    def __init__(self) -> None:
        # Kernels compile those they call; one thread at a time compiles, under numba's lock.
        self._spans: list[AbstractContextManager[None]] = []

    def on_start(self, event: Any) -> None:
        """A kernel begins to compile."""
        dispatcher = event.data["dispatcher"]
        if not isinstance(dispatcher, (Entry, Part)):
            return  # It is the user's.
        notice.begin()
        self._spans.append(span(dispatcher.py_func.__name__, COMPILES))
        self._spans[-1].__enter__()

    def on_end(self, event: Any) -> None:
        """A kernel is compiled."""
        if not isinstance(event.data["dispatcher"], (Entry, Part)):
            return
        self._spans.pop().__exit__(None, None, None)
        count("compiles")
        notice.compiled()


event.register("numba:compile", Events())
