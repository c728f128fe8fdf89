"""The library of kernels that were compiled when gpucanvas was built: `_library`, next to this file.

It holds every entry kernel once for each processor level. It knows the digest of the sources that it was made of: a
library of other sources is refused, since it would silently draw what the sources drew before.
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
"""The environment variable that names a lower processor level than the best: for tests and measurements."""

module: Any = None
"""The library, once it is loaded."""
level = ""
"""The processor level whose kernels are used, e.g. x86-64-v3; empty until the library is loaded."""
_releasing: dict[str, Any] = {}
_holding: dict[str, Any] = {}


def load() -> str:
    """Load the library; returns why not, or an empty string."""
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
    """A kernel's name in the library: its module's and its own."""
    return f"{function.__module__.partition('.')[2]}.{function.__name__}"


def find(function: Callable[..., Any]) -> Any:
    """The compiled form of a function; None where it is not called from Python, only by other kernels."""
    return _releasing.get(name_of(function))


def holding(function: Any) -> Any:
    """The form of a kernel, as `find` gave it, that keeps the interpreter's lock."""
    return _holding.get(function.__name__, function)


def names() -> list[str]:
    """The kernels that the library holds."""
    return sorted(_releasing)


def _level_index(levels: list[str], processor: int) -> int | None:
    """Which of the levels to use, the best that the processor has; None where it has none of them."""
    limit = os.environ.get(LEVEL_VARIABLE)
    if limit:
        if limit not in levels:
            raise ValueError(f"{LEVEL_VARIABLE} is {limit!r}: the library has {', '.join(levels)}")
        return levels.index(limit)
    fit = [i for i, each in enumerate(levels) if not each.startswith("x86-64-v") or int(each[8:]) <= processor]
    return max(fit, default=None)


def dtype_of(text: Any) -> np.dtype[Any]:
    """A dtype from the form in which JSON holds it."""
    return np.dtype(text if isinstance(text, str) else [_field(*field) for field in text])


def _field(name: str, kind: str, shape: list[int] | None = None) -> tuple[Any, ...]:
    return (name, kind) if shape is None else (name, kind, tuple(shape))


def _why_never_built() -> str:
    """What the build wrote where it could not compile the kernels."""
    from pathlib import Path

    note = Path(__file__).with_name("_library.txt")
    return note.read_text(encoding="utf-8").strip() if note.exists() else ""
