"""numba's cache of compiled kernels on disk, keyed by the contents of the sources, so that copied trees share it.

    <user's cache>/gpucanvas/kernels-<digest of the sources>/shade_tiles-....nbi, .nbc

numba's default cache is keyed by the file's path and checks only whether the kernel's own file has changed, although
much of a kernel is inlined from other files.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from numba.core import config
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.misc.appdirs import AppDirs

from . import sources

KEPT: Final = 4
"""Versions of the sources whose kernels are kept, including the version in use."""
PREFIX: Final = "kernels-"


@cache
def folder() -> Path:
    """Returns the folder for the kernels of these sources; before it is first used, the oldest versions are deleted."""
    root = Path(config.CACHE_DIR or AppDirs("gpucanvas", appauthor=False).user_cache_dir)
    made = root / f"{PREFIX}{sources.digest()[:16]}"
    if not made.exists():
        with suppress(OSError):
            others = sorted(root.glob(f"{PREFIX}*"), key=lambda each: each.stat().st_mtime, reverse=True)
            for old in others[KEPT - 1 :]:
                shutil.rmtree(old, ignore_errors=True)
    return made


class _Place(_CacheLocator):
    """Tells numba the folder and the key of a kernel's files."""

    def __init__(self, line: int) -> None:
        self._line = line

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> _Place | None:
        """Returns None where the folder is not writable."""
        place = cls(function.__code__.co_firstlineno)
        try:
            place.ensure_cache_path()
        except OSError:
            return None
        return place

    def get_cache_path(self) -> str:
        return str(folder())

    def get_source_stamp(self) -> str:
        return sources.digest()

    def get_disambiguator(self) -> str:
        return str(self._line)


class _Files(CompileResultCacheImpl):
    _locator_classes = [_Place]


class KernelCache(FunctionCache):
    """The files of a kernel."""

    _impl_class = _Files

    @classmethod
    def of(cls, function: Callable[..., Any]) -> KernelCache | None:
        """Returns None where no file can be kept, so that each process compiles again."""
        if not sources.digest():
            return None
        try:
            return cls(function)
        except RuntimeError:
            return None
