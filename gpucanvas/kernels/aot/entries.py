"""The kernels that Python calls, and the types of their arguments, recorded while pictures are drawn in plain Python.

    python -m gpucanvas.kernels.aot.entries OUT.json

An argument is described by a list, as JSON holds it:

    ["array", dtype, ndim, contiguous, writes]  ["int", bits, signed]  ["float", bits]  ["bool"]
    ["tuple", [...]]  ["none"]
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from .. import plain
from ..library import name_of
from ..ways import VARIABLE

PACKAGE: Final = Path(__file__).parents[2]
KERNEL_FOLDERS: Final = ("stages", "kernels")
"""The folders whose files, at any depth, may define kernels."""


@dataclass
class Entry:
    """A kernel that Python calls.

    Parameters
    ----------
    module, name
        The module that defines it, and its name there.
    arguments, result
        Descriptions, in the form that this module's docstring shows.
    """

    module: str
    name: str
    arguments: list[Any]
    result: Any


class EntryError(Exception):
    """A kernel is called with types that cannot be compiled, or no picture calls it."""


def describe(value: Any) -> Any:
    """Returns the description of an argument."""
    if isinstance(value, np.ndarray):
        flags = value.flags
        return ["array", describe_dtype(value.dtype), value.ndim, bool(flags.c_contiguous), bool(flags.writeable)]
    if isinstance(value, (bool, np.bool_)):
        return ["bool"]
    if isinstance(value, int):
        return ["int", 64, True]
    if isinstance(value, np.integer):
        return ["int", 8 * value.dtype.itemsize, value.dtype.kind == "i"]
    if isinstance(value, (float, np.float64)):
        return ["float", 64]
    if isinstance(value, np.float32):
        return ["float", 32]
    if isinstance(value, tuple):
        return ["tuple", [describe(item) for item in value]]
    if value is None:
        return ["none"]
    raise EntryError(f"a kernel is given a {type(value).__name__}: give arrays, int, float, bool, or tuples of these")


def describe_dtype(dtype: np.dtype[Any]) -> Any:
    """Returns the description of a dtype for JSON: its name, or a list of its fields."""
    if not dtype.names:
        return dtype.str
    fields: list[Any] = []
    for name in dtype.names:
        field = dtype.fields[name][0] if dtype.fields else dtype
        fields.append([name, field.base.str, *([list(field.shape)] if field.shape else [])])
    return fields


def merge(first: Any, second: Any, where: str) -> Any:
    """Returns a description that fits both: an array is contiguous, or writeable, only where both are."""
    if first[0] == "tuple" and second[0] == "tuple" and len(first[1]) == len(second[1]):
        return ["tuple", [merge(a, b, where) for a, b in zip(first[1], second[1], strict=True)]]
    if first[0] == "array" and second[:3] == first[:3]:
        return [*first[:3], first[3] and second[3], first[4] and second[4]]
    if first != second:
        raise EntryError(f"{where} is called with {first} and with {second}: give the same types everywhere")
    return first


def record(draw: Callable[[], None]) -> list[Entry]:
    """Returns the kernels that Python calls during ``draw``. Kernels must run in plain Python in this process."""
    found: dict[str, Entry] = {}

    def watch(function: Callable[..., Any], args: tuple[Any, ...], result: Any) -> None:
        arguments = [describe(arg) for arg in args]
        entry = Entry(function.__module__, function.__name__, arguments, None)
        before = found.setdefault(name_of(function), entry)
        if len(before.arguments) != len(arguments):
            counts = f"{len(arguments)} and {len(before.arguments)}"
            raise EntryError(f"{name_of(function)} is called with {counts} arguments: give the same everywhere")
        before.arguments = [
            merge(a, b, f"{name_of(function)}, argument {i + 1},")
            for i, (a, b) in enumerate(zip(before.arguments, arguments, strict=True))
        ]

    plain.watcher = watch
    try:
        draw()
    finally:
        plain.watcher = None
    return [found[name] for name in sorted(found)]


def called() -> dict[str, str]:
    """Returns every kernel that a module outside KERNEL_FOLDERS mentions, by name, with one such module."""
    found: dict[str, str] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        module = ".".join((PACKAGE.name, *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        text = file.read_text(encoding="utf-8")
        # Parsing takes a while, and most files never mention the folders.
        if file.relative_to(PACKAGE).parts[0] not in KERNEL_FOLDERS and any(each in text for each in KERNEL_FOLDERS):
            for name in _mentions(module, ast.parse(text)):
                found.setdefault(name, module)
    return found


def _mentions(module: str, tree: ast.Module) -> Iterator[str]:
    """Yield the kernels that a module imports, or reads as attributes of modules that it imports."""
    kernels = {name: importlib.import_module(name) for name in _kernel_modules()}
    modules: list[Any] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            parent = module.split(".")[: -node.level] if node.level else []
            source = ".".join((*parent, *filter(None, (node.module or "").split("."))))
            for alias in node.names:
                if f"{source}.{alias.name}" in kernels:
                    modules.append(kernels[f"{source}.{alias.name}"])
                elif source in kernels:
                    yield from _kernel_name(kernels[source], alias.name)
    # Attributes are matched by name alone: an imported module may be kept in a variable, or returned by a function.
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for imported in modules:
        for attribute in sorted(attributes):
            yield from _kernel_name(imported, attribute)


@cache
def _kernel_modules() -> tuple[str, ...]:
    """Returns the names of the modules that define kernels."""
    files = (file for folder in KERNEL_FOLDERS for file in sorted(PACKAGE.joinpath(folder).rglob("*.py")))
    marks = ("\n@kernel\n", "\n@inlined\n")
    return tuple(
        ".".join((PACKAGE.name, *file.relative_to(PACKAGE).with_suffix("").parts))
        for file in files
        if any(mark in file.read_text(encoding="utf-8") for mark in marks)
    )


def _kernel_name(module: Any, name: str) -> Iterator[str]:
    function: Any = getattr(module, name, None)
    if getattr(function, "is_kernel", False):
        yield name_of(function)


def find() -> list[Entry]:
    """Returns every entry kernel.

    Raises
    ------
    EntryError
        A module mentions a kernel that no picture calls.
    """
    from .pictures import draw_all

    entries = record(draw_all)
    known = {f"{entry.module.partition('.')[2]}.{entry.name}" for entry in entries}
    missing = {name: module for name, module in called().items() if name not in known}
    if missing:
        listed = ", ".join(f"{name} (in {module})" for name, module in missing.items())
        raise EntryError(f"no picture of kernels/aot/pictures.py reaches {listed}: add one that does")
    return entries


def main(out: str) -> None:
    """Write the entries to a file."""
    os.environ.setdefault(VARIABLE, "python")
    Path(out).write_text(json.dumps([asdict(entry) for entry in find()], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
