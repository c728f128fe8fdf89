"""Kernels compiled by numba when they are called. They release the GIL and neither fuse nor reorder arithmetic.

A kernel has two dispatchers. Python calls the entry; other kernels call the part, which is linked into their entries:

    shade_tiles (entry)  wrapped for Python, optimised together with all its parts, cached on disk
      run_tile (part)    translated to LLVM, neither optimised nor wrapped nor cached

By default numba also optimises each part by itself, which took 40 % of the time for nothing: the part is optimised
again in the kernels that call it.
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
"""Options of all kernels. Without numba's runtime (_nrt) a kernel cannot allocate arrays, and does not count references
to its arguments: a count that two threads change at every call of an inner kernel takes longer than the kernel."""
PART: Final = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


class _Codegen:
    """Wraps a library's code generator and skips preparations for calls from Python, which a part never gets."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, name: str, environment: Any) -> None:
        """Does nothing: numba would write to the machine code here, and a part has none."""


class PartLibrary(JITCodeLibrary):
    """The LLVM code of a part, not optimised: it is linked into entries and compiled to machine code there."""

    @property
    def codegen(self) -> Any:
        """Returns the code generator without the methods that write to machine code."""
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
    """numba's compiler with a `PartLibrary` as its output."""

    def __init__(self, typing: Any, target: Any, library: Any, *more: Any) -> None:
        super().__init__(typing, target, PartLibrary(target.codegen(), "part"), *more)


class Part(registry.CPUDispatcher):
    """The dispatcher of a kernel that other kernels call."""


class Entry(registry.CPUDispatcher):
    """The dispatcher of a kernel that Python calls. A kernel that calls it gets its part."""

    def __init__(self, function: Callable[..., Any], part: Part) -> None:
        super().__init__(function, targetoptions=dict(OPTIONS))
        self.part = part
        kept = KernelCache.of(function)
        if kept:
            self._cache = kept

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Returns the part's template: a kernel that calls this entry calls the part."""
        return self.part.get_call_template(args, kws)

    def get_overload(self, sig: Any) -> Any:
        """Returns the part's compiled function: a kernel that calls this entry calls the part."""
        return self.part.get_overload(sig)


def compiled(function: Callable[..., Any], inline: bool) -> Any:
    """Returns numba's dispatcher of a kernel; with ``inline`` the kernel is inlined wherever it is called."""
    options = OPTIONS | PART | {"forceinline": inline}  # Set in any case: callees would inherit the caller's option.
    return Entry(function, Part(function, targetoptions=options, pipeline_class=PartCompiler))


class Events(event.Listener):
    """Counts kernels that are compiled and shows them in traces. numba reports no kernels that are loaded from disk."""

    def __init__(self) -> None:
        # A stack: compiling a kernel compiles its callees. numba's lock lets one thread compile at a time.
        self._spans: list[AbstractContextManager[None]] = []

    def on_start(self, event: Any) -> None:
        """Called by numba before a function is compiled."""
        dispatcher = event.data["dispatcher"]
        if not isinstance(dispatcher, (Entry, Part)):
            return  # A function of the user's program.
        notice.begin()
        self._spans.append(span(dispatcher.py_func.__name__, COMPILES))
        self._spans[-1].__enter__()

    def on_end(self, event: Any) -> None:
        """Called by numba after a function was compiled."""
        if not isinstance(event.data["dispatcher"], (Entry, Part)):
            return
        self._spans.pop().__exit__(None, None, None)
        count("compiles")
        notice.compiled()


event.register("numba:compile", Events())
