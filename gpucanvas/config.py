"""config: defaults for all canvases, in an immutable `Config` that `configure` replaces as a whole.

    configure(colors=...) --makes--> new Config --one assignment--> current()

Reading needs no lock. A recording keeps the `Config` it began with, so that one picture is never drawn with two themes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any, Final, TypedDict, Unpack

from .backends.choose import NAMES, BackendName
from .frames.queue import IN_FLIGHT, POLICIES, Policy
from .geometry.path import OnInvalid, take_default_from
from .names import Hinted
from .paint.color import to_rgba

__all__ = ["Config", "configure", "current"]

NO_COLORS: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Config(Hinted):
    """Defaults for canvases and recordings.

    Attributes
    ----------
    backend : str
        ``"auto"``, ``"cpu"`` or ``"gl"``, for a `Canvas` that names none.
    on_invalid : str
        ``"raise"`` or ``"ignore"``, for canvases, recordings and paths that say neither.
    policy : str
        What `Canvas.submit` does while ``in_flight`` frames are queued or running.
    in_flight : int
        Frames of a canvas that may be queued or running.
    colors : mapping of str to colour
        A theme: names that styles can refer to as CSS does, ``ctx.fill_style = "var(--accent)"``, with a fallback as
        in ``"var(--accent, teal)"``. The name may be given with its dashes or without.
    """

    backend: BackendName = "auto"
    on_invalid: OnInvalid = "raise"
    policy: Policy = "block"
    in_flight: int = IN_FLIGHT
    colors: Mapping[str, Any] = field(default_factory=lambda: NO_COLORS)

    def __copy__(self) -> Config:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Config:
        return self

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        # A mappingproxy cannot be pickled.
        return _restored, (self.backend, self.on_invalid, self.policy, self.in_flight, dict(self.colors))


def _restored(backend: Any, on_invalid: Any, policy: Any, in_flight: int, colors: dict[str, Any]) -> Config:
    """Restore a pickled configuration."""
    return Config(backend, on_invalid, policy, in_flight, MappingProxyType(colors))


_current = Config()
_writers = threading.Lock()


def current() -> Config:
    """The configuration in force. Reading it takes no lock."""
    return _current


class Changes(TypedDict, total=False):
    """The arguments of `configure`: attributes of `Config`; a colour of None removes its name."""

    backend: BackendName
    on_invalid: OnInvalid
    policy: Policy
    in_flight: int
    colors: Mapping[str, Any]


take_default_from(lambda: _current.on_invalid)


def configure(**changes: Unpack[Changes]) -> Config:
    """Change the configuration; returns the previous one.

    Existing canvases keep the settings they were made with. Colours apply to recordings that begin later, and to a
    canvas from its next frame on. May be called on any thread.

    Parameters
    ----------
    changes
        Attributes of `Config`. ``colors`` are added to the present ones; None removes a name.

    Raises
    ------
    TypeError
        For an unknown name.
    ValueError
        For an invalid value; nothing is changed then.

    Examples
    --------
    >>> import gpucanvas
    >>> before = gpucanvas.configure(colors={"accent": "tomato"})
    >>> icon = gpucanvas.Recording(1, 1)
    >>> icon.get_context("2d").fill_style = "var(--accent)"
    >>> icon.get_context("2d").fill_style
    '#ff6347'
    >>> _ = gpucanvas.configure(colors={"accent": None})
    """
    global _current
    names = [each.name for each in fields(Config)]
    for name, value in changes.items():
        if name not in names:
            raise TypeError(f"configure: {name!r} is no setting: give {', '.join(names)}")
        _check(name, value)
    with _writers:
        before = _current
        if "colors" in changes:
            given = {name.removeprefix("--"): color for name, color in changes["colors"].items()}
            merged = {**before.colors, **given}
            changes["colors"] = MappingProxyType({k: to_rgba(v) for k, v in merged.items() if v is not None})
        _current = replace(before, **changes)
    return before


def _check(name: str, value: Any) -> None:
    allowed = {"backend": NAMES, "on_invalid": ("raise", "ignore"), "policy": POLICIES}
    if name in allowed and value not in allowed[name]:
        raise ValueError(f"configure: {name} is {value!r}: give one of {', '.join(allowed[name])}")
    if name == "in_flight" and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise ValueError(f"configure: in_flight is {value!r}: give a whole number of at least 1")
    if name == "colors":
        if not isinstance(value, Mapping):
            raise ValueError(f"configure: colors is {value!r:.80}: give a dict of names and colours")
        for key, color in value.items():
            if not isinstance(key, str) or not key.removeprefix("--") or set(key) & set("() ,;"):
                raise ValueError(f"configure: the colour name is {key!r}: give one without spaces and brackets")
            if color is not None:
                to_rgba(color)
