"""The calls that a piece of work makes, for tests that count them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any


def calls_made(work: Callable[..., Any], *arguments: Any, events: tuple[str, ...] = ("call",)) -> list[str]:
    """Run `work` and name the functions of Python that are called meanwhile, `work` itself among them if it is one.

    `events` are those of `sys.setprofile`: with "c_call" the callers of functions built in are named, too. The garbage
    collector, which could begin anywhere and calls functions of other packages, is off meanwhile.
    """
    made: list[str] = []

    def note(frame: Any, event: str, _: object) -> None:
        if event in events:
            made.append(frame.f_code.co_name)

    was_enabled = gc.isenabled()
    gc.disable()
    sys.setprofile(note)
    try:
        work(*arguments)
    finally:
        sys.setprofile(None)
        if was_enabled:
            gc.enable()
    return made
