"""The decorators of kernels. A decorated function is a different object for each way in which kernels run.

    library   an entry kernel is the library's compiled function; a kernel that only other kernels call stays Python,
              and numba compiles it when a test calls it
    jit       a numba dispatcher
    python    the function itself
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, ParamSpec, TypeVar

from . import library
from .ways import REASON, WAY, Way

P = ParamSpec("P")
R = TypeVar("R")


class Uncompiled:
    """A kernel that is not in the library: numba compiles it if it is called."""

    def __init__(self, function: Callable[..., Any], inline: bool) -> None:
        self._function, self._inline = function, inline
        self._made: Any = None
        update_wrapper(self, function)

    @property
    def dispatcher(self) -> Any:
        """The kernel's numba dispatcher."""
        if self._made is None:
            from . import jit

            self._made = jit.compiled(self._function, self._inline)
        return self._made

    @property
    def _numba_type_(self) -> Any:
        """The type that numba looks up where another kernel refers to this one."""
        return self.dispatcher._numba_type_

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.dispatcher(*args, **kwargs)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of numbers, arrays and tuples of these.

    Never with fastmath: both backends must round alike. Compiled kernels release the interpreter's lock.
    """
    return _decorated(function, inline=False)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """`kernel` for functions that are called per pixel: they must be inlined, or the loop is not vectorised."""
    return _decorated(function, inline=True)


def holding_lock(function: Callable[P, R]) -> Callable[P, R]:
    """Returns a variant of a kernel that keeps the GIL, for work of a few microseconds.

    Releasing the GIL and taking it back costs more than that where other threads wait for it. Only kernels of the
    library have this variant; otherwise the given function is returned.
    """
    return library.holding(function) if WAY is Way.LIBRARY else function


def _decorated(function: Callable[P, R], inline: bool) -> Callable[P, R]:
    made: Any
    if WAY is Way.PYTHON:
        from . import plain

        made = plain.kernel(function)
    elif WAY is Way.JIT:
        try:
            from . import jit
        except ImportError as error:
            raise ImportError(f"{REASON}, and numba cannot be imported ({error}): {library.CURE}") from None

        made = jit.compiled(function, inline)
    else:
        made = library.find(function) or Uncompiled(function, inline)
    compiled: Callable[P, R] = made
    return compiled
