"""Programs and packages that not every machine has.

missing --> skipped with the cure, or FAILED where GPUCANVAS_REQUIRE_WINDOWS=1
"""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest


def need(found: object, missing: str, cure: str) -> None:
    """Skip the running test where something is missing; fail it where all of it was promised."""
    if found:
        return
    if os.environ.get("GPUCANVAS_REQUIRE_WINDOWS") == "1":
        pytest.fail(f"GPUCANVAS_REQUIRE_WINDOWS=1, but there is no {missing}: {cure}", pytrace=False)
    pytest.skip(f"no {missing}: {cure}")


def need_module(name: str, cure: str) -> Any:
    """A module that not every machine has; the test is skipped or failed where it cannot be imported."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        need(False, f"{name} ({error})", cure)
