"""quick: C versions of the verbs that programs call most. They record the frequent cases; Python does everything else.

    ctx.fill_rect(1, 2, 3, 4) --numbers, and nothing to look up--> a command in the stream      *.c
                              --anything else--> Context2D.fill_rect in Python, with the same arguments

The verbs in Python are complete. They alone say what a verb means and raise its errors, and they run where there is no
compiled library. The C code is a part of that library (`kernels/aot`), and it is put in place when the first context is
made: a program that only imports gpucanvas does not load the library.

An object of a class with `__slots__` keeps a pointer for each slot, always in the same place. The C code reads and
writes these: it asks for the slots, constants and verbs that it needs by name, and Python gives it their places.
"""

from __future__ import annotations

import copyreg
import functools
import inspect
import threading
from array import array
from collections.abc import Callable
from types import MethodType
from typing import Any, Final

from ... import forks
from ...contract import commands, outlines
from ...contract import verbs as path_verbs
from ...geometry import affine, arc, corners
from ...geometry.path import Path2D
from ...geometry.stream import StreamWriter
from ...kernels import library
from ...kernels.ways import WAY, Way
from ...paint.color import KNOWN
from ...pipeline import record
from .. import indices, recorder
from ..indices import Indices
from ..state import State
from ..textend import TextEnd

__all__ = ["in_python", "quicken"]

CLASSES: Final = {kind.__name__: kind for kind in (Indices, State, record.Commands, StreamWriter, TextEnd)}
"""The classes whose slots the C code uses."""
CONSTANTS: Final = (commands, outlines, path_verbs, affine, arc, corners, record, indices, recorder)
"""The modules that have the constants which the C code uses."""
in_python: Final[dict[str, Callable[..., Any]]] = {}
"""The verbs in Python that have a quick version in this process, by name; of a property, what sets it."""


_lock = threading.Lock()


@forks.in_child
def _forked() -> None:
    """Another thread of the parent may have held the lock."""
    global _lock
    _lock = threading.Lock()


def quicken(context: type) -> None:
    """Give the class of contexts its quick verbs, where this process uses the compiled library."""
    with _lock:
        if WAY is not Way.LIBRARY or in_python:
            return
        fields, integers, floats, names = library.module.quick_names()
        members = {name: inspect.getattr_static(context, name) for name in names}
        verbs: dict[str, Any] = {
            name: each.fset if isinstance(each, property) else each for name, each in members.items()
        }
        example = array("d", [1.0, 2.0])
        with memoryview(example):
            made = library.module.quicken(
                tuple(_offset(field) for field in fields),
                tuple(_constant(name) for name in integers),
                tuple(_constant(name) for name in floats),
                tuple(verbs.values()),
                (context, State, Path2D, float, int, tuple, str, bytearray, MethodType),
                (array.frombytes, tuple.__new__, KNOWN, record.Batch, "glyphs"),
                (example, array.__basicsize__),
            )
        if made is None:
            return
        copyreg.pickle(type(made[0]), lambda verb: verb.__qualname__)
        for (name, before), quick in zip(members.items(), made, strict=True):
            functools.update_wrapper(quick, verbs[name], updated=())
            is_property = isinstance(before, property)
            setattr(context, name, property(before.fget, quick, None, before.__doc__) if is_property else quick)
        in_python.update(verbs)


def _offset(field: str) -> int:
    """Where objects of a class keep a slot, bytes; ``field`` is Class.slot."""
    kind, _, slot = field.partition(".")
    example, mark = object.__new__(CLASSES[kind]), object()
    setattr(example, slot, mark)
    return int(library.module.offset_of(example, CLASSES[kind].__basicsize__, mark))


def _constant(name: str) -> Any:
    """A constant of one of the modules that have those which the C code uses."""
    return next(getattr(module, name) for module in CONSTANTS if hasattr(module, name))
