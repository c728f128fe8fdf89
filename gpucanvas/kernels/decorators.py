"""The decorators that kernels carry. What a decorated function is depends on the way that kernels run.

    library   an entry kernel is the library's own function; one that only other kernels call is kept as Python, and
              numba compiles it should a test call it
    jit       a dispatcher of numba's
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
    """A kernel that the library has no function for: numba compiles it, if it is called after all."""

    def __init__(self, function: Callable[..., Any], inline: bool) -> None:
        self._function, self._inline = function, inline
        self._made: Any = None
        update_wrapper(self, function)

    @property
    def dispatcher(self) -> Any:
        """What numba makes of the kernel."""
        if self._made is None:
            from . import jit

            self._made = jit.compiled(self._function, self._inline)
        return self._made

    @property
    def _numba_type_(self) -> Any:
        """What numba asks of a name that a kernel mentions."""
        return self.dispatcher._numba_type_

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.dispatcher(*args, **kwargs)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of numbers, arrays and tuples of these.

    Never with fastmath: both backends must round alike. Compiled kernels release the interpreter's lock.
    """
    return _decorated(function, inline=False)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """As `kernel`, for what is called a pixel at a time: a loop around a call that stays a call is no vector loop."""
    return _decorated(function, inline=True)


def holding_lock(function: Callable[P, R]) -> Callable[P, R]:
    """The same kernel, without letting other Python threads run meanwhile: for work of some microseconds.

    To give the interpreter's lock away and get it back costs a thread more than that where others are waiting for it.
    Only kernels of the library have this form; else it is the function that was given.
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
