"""The library of kernels that were compiled when gpucanvas was built: `_library`, next to this file.

The library holds every entry kernel once per processor level, and the digest of the sources that it was built from. A
library of other sources is refused, because it would silently draw as those sources did.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import numpy as np

from . import sources

CURE: Final = (
    "install numba (python -m pip install 'gpucanvas[jit]'), or, in a checkout, compile the kernels with "
    "python -m gpucanvas.kernels.aot"
)
LEVEL_VARIABLE: Final = "GPUCANVAS_KERNELS_LEVEL"
"""The environment variable for a processor level below the best available one: for tests and measurements."""

module: Any = None
"""The library, once it is loaded."""
level = ""
"""The processor level whose kernels are used, e.g. x86-64-v3; empty until the library is loaded."""
_releasing: dict[str, Any] = {}
_holding: dict[str, Any] = {}


def load() -> str:
    """Load the library; returns an empty string, or the reason why it cannot be used."""
    global level, module
    if _releasing:
        return ""
    try:
        found: Any = import_module(f"{__package__}._library")
    except ImportError as error:
        if (error.name or "").endswith("._library") and error.path is None:
            return _why_never_built() or "gpucanvas was installed without compiled kernels"
        return f"its compiled kernels cannot be loaded ({error})"
    if found.digest != sources.digest():
        return "the sources of its kernels have changed since they were compiled"
    about = json.loads(found.about)
    index = _level_index(about["levels"], int(found.processor_level))
    if index is None:
        return f"its kernels are compiled for {about['levels'][0]} and better processors, which this one is not"
    dtypes = tuple(dtype_of(each) for each in about["dtypes"])
    releasing, holding = found.bind(index, np.ndarray, float, np.float32, dtypes)
    _releasing.update(releasing)
    _holding.update(holding)
    level, module = about["levels"][index], found
    return ""


def name_of(function: Callable[..., Any]) -> str:
    """Returns a kernel's name in the library: the module's name within the package, and the function's."""
    return f"{function.__module__.partition('.')[2]}.{function.__name__}"


def find(function: Callable[..., Any]) -> Any:
    """Returns the compiled form of a function; None for kernels that only other kernels call."""
    return _releasing.get(name_of(function))


def holding(function: Any) -> Any:
    """Returns the variant of a kernel of `find` that keeps the GIL."""
    return _holding.get(function.__name__, function)


def names() -> list[str]:
    """Returns the names of the library's kernels, sorted."""
    return sorted(_releasing)


def _level_index(levels: list[str], processor: int) -> int | None:
    """Returns the index of the best level that the processor has; None where it has none of them."""
    limit = os.environ.get(LEVEL_VARIABLE)
    if limit:
        if limit not in levels:
            raise ValueError(f"{LEVEL_VARIABLE} is {limit!r}: the library has {', '.join(levels)}")
        return levels.index(limit)
    fit = [i for i, each in enumerate(levels) if not each.startswith("x86-64-v") or int(each[8:]) <= processor]
    return max(fit, default=None)


def dtype_of(text: Any) -> np.dtype[Any]:
    """Returns a dtype from its description in JSON."""
    return np.dtype(text if isinstance(text, str) else [_field(*field) for field in text])


def _field(name: str, kind: str, shape: list[int] | None = None) -> tuple[Any, ...]:
    return (name, kind) if shape is None else (name, kind, tuple(shape))


def _why_never_built() -> str:
    """Returns the note that the build leaves where it cannot compile the kernels; empty where there is none."""
    from pathlib import Path

    note = Path(__file__).with_name("_library.txt")
    return note.read_text(encoding="utf-8").strip() if note.exists() else ""
