"""system: functions that call glfw for one window: open, destroy, size, appearance. All run on the main thread.

screen coordinates (glfw's, differ by system) --framebuffer / window--> pixels --1 / content scale--> logical pixels
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import BackendError
from ..geometry.numbers import Number, as_float
from ..recording import MAX_SIDE
from .desktop import Desktop

CURSORS: Final = {
    "default": "ARROW_CURSOR",
    "text": "IBEAM_CURSOR",
    "crosshair": "CROSSHAIR_CURSOR",
    "pointer": "POINTING_HAND_CURSOR",
    "grab": "POINTING_HAND_CURSOR",
    "grabbing": "POINTING_HAND_CURSOR",
    "move": "RESIZE_ALL_CURSOR",
    "all-scroll": "RESIZE_ALL_CURSOR",
    "ew-resize": "RESIZE_EW_CURSOR",
    "ns-resize": "RESIZE_NS_CURSOR",
    "nwse-resize": "RESIZE_NWSE_CURSOR",
    "nesw-resize": "RESIZE_NESW_CURSOR",
    "not-allowed": "NOT_ALLOWED_CURSOR",
    "none": "",
}
"""CSS names of cursors, and those of glfw."""
_cursors: dict[str, Any] = {}


def open_window(
    desktop: Desktop,
    width: int,
    height: int,
    title: str,
    resizable: bool,
    transparent: bool,
    always_on_top: bool,
    fullscreen: bool,
    monitor: int | None,
    position: tuple[int, int] | None,
) -> Any:
    """Make a window of a size in logical pixels, not visible yet."""
    import glfw

    screen = _monitor(monitor) if monitor is not None else glfw.get_primary_monitor() if fullscreen else None
    desktop.set_hints(
        visible=False,
        resizable=resizable,
        transparent_framebuffer=transparent,
        floating=always_on_top,
        scale_to_monitor=True,
        focus_on_show=True,
        auto_iconify=False,
    )
    size = width, height
    if fullscreen and screen is not None:
        mode = glfw.get_video_mode(screen)
        size = mode.size.width, mode.size.height
        glfw.window_hint(glfw.REFRESH_RATE, mode.refresh_rate)
    handle = glfw.create_window(*size, title, screen if fullscreen else None, desktop.hidden)
    if not handle:
        raise BackendError(
            f"no window of {width}x{height} can be opened here: {desktop.last_error()}: "
            "draw without one: gpucanvas.Canvas"
        )
    if position is not None:
        set_position(handle, *position)
    elif screen is not None and not fullscreen:
        left, top, wide, high = glfw.get_monitor_workarea(screen)
        own = glfw.get_window_size(handle)
        set_position(handle, left + max(wide - own[0], 0) // 2, top + max(high - own[1], 0) // 2)
    return handle


def _monitor(number: int) -> Any:
    import glfw

    found = glfw.get_monitors()
    if not 0 <= number < len(found):
        raise ValueError(f"Window: monitor is {number!r}: give 0 to {len(found) - 1}, there are {len(found)} here")
    return found[number]


def destroy(desktop: Desktop, handle: Any) -> None:
    """Destroy a window. No context may be bound to it."""
    import glfw

    if not desktop.owner.lost:
        desktop.run(lambda: desktop.forget(handle))
    glfw.destroy_window(handle)


# -- sizes -----------------------------------------------------------------------------------------------------


def sizes_of(handle: Any) -> tuple[tuple[int, int], tuple[float, float], float]:
    """Size of the framebuffer in pixels, of the content in logical pixels, and pixels for a logical pixel."""
    import glfw

    width, height = glfw.get_framebuffer_size(handle)
    ratio = max(glfw.get_window_content_scale(handle)[0], 0.1)
    return (width, height), (width / ratio, height / ratio), ratio


def logical_of(handle: Any) -> float:
    """Logical pixels for one screen coordinate, the unit of glfw's window sizes and pointer positions."""
    import glfw

    _, (logical, _), _ = sizes_of(handle)
    wide, _ = glfw.get_window_size(handle)
    return logical / wide if wide and logical else 1.0


def resize(handle: Any, width: Number, height: Number) -> None:
    """Request another size, in logical pixels; fractions are allowed, for displays of scale 1.5 and the like."""
    import glfw

    sides = as_float("resize", "width", width), as_float("resize", "height", height)
    for name, side in zip(("width", "height"), sides, strict=True):
        if not 0 < side <= MAX_SIDE:
            raise ValueError(f"resize: {name} is {side:g}: give up to {MAX_SIDE} logical pixels, more than 0")
    scale = logical_of(handle)
    glfw.set_window_size(handle, *(max(round(side / scale), 1) for side in sides))


def monitor_of(handle: Any) -> Any:
    """The monitor that shows most of a window, or None."""
    import glfw

    own = glfw.get_window_monitor(handle)
    if own:
        return own
    left, top = position_of(handle)
    wide, high = glfw.get_window_size(handle)
    best, most = glfw.get_primary_monitor(), 0
    for each in glfw.get_monitors():
        x, y = glfw.get_monitor_pos(each)
        size = glfw.get_video_mode(each).size
        across = min(left + wide, x + size.width) - max(left, x)
        down = min(top + high, y + size.height) - max(top, y)
        if across > 0 and down > 0 and across * down > most:
            best, most = each, across * down
    return best


def refresh_rate_of(handle: Any) -> float:
    """Refresh rate of the window's monitor, Hz; 0 where it is unknown."""
    import glfw

    screen = monitor_of(handle)
    return float(glfw.get_video_mode(screen).refresh_rate) if screen else 0.0


# -- appearance ------------------------------------------------------------------------------------------------


PLACE_CALLBACKS: Final = (
    "set_framebuffer_size_callback",
    "set_window_content_scale_callback",
    "set_window_pos_callback",
    "set_window_iconify_callback",
)


def watch(handle: Any, moved: Callable[[], None], damaged: Callable[[], None]) -> None:
    """Set callbacks for changes of a window's position or size, and for damage that requires a redraw.

    They must not raise: pyGLFW would raise the error from another call.
    """
    import glfw

    for setter in PLACE_CALLBACKS:
        getattr(glfw, setter)(handle, lambda *_: moved())
    glfw.set_window_refresh_callback(handle, lambda _: damaged())


def unwatch(handle: Any) -> None:
    """Remove the callbacks of `watch`."""
    import glfw

    for setter in (*PLACE_CALLBACKS, "set_window_refresh_callback"):
        # Not None: pyGLFW would wrap None as a callback, which fails when called.
        getattr(glfw, setter)(handle, lambda *_: None)


def should_close(handle: Any) -> bool:
    """Whether the user wants the window closed."""
    import glfw

    return bool(glfw.window_should_close(handle))


def keep_open(handle: Any) -> None:
    """Reset the request to close, for a window that stays open."""
    import glfw

    glfw.set_window_should_close(handle, False)


def set_title(handle: Any, title: str) -> None:
    """Set the text of the title bar."""
    import glfw

    if not isinstance(title, str):
        raise TypeError(f"Window title is {title!r:.80}: give a text")
    glfw.set_window_title(handle, title)


def is_visible(handle: Any) -> bool:
    """Whether the window is shown."""
    import glfw

    return bool(glfw.get_window_attrib(handle, glfw.VISIBLE))


def set_visible(handle: Any, value: bool) -> None:
    """Show or hide the window."""
    import glfw

    (glfw.show_window if value else glfw.hide_window)(handle)


def position_of(handle: Any) -> tuple[int, int]:
    """Position of the content's upper left corner, in screen coordinates."""
    import glfw

    if glfw.get_platform() == glfw.PLATFORM_WAYLAND:  # Wayland does not tell positions.
        return 0, 0
    x, y = glfw.get_window_pos(handle)
    return int(x), int(y)


def set_position(handle: Any, x: int, y: int) -> None:
    """Move the window, where the system allows it."""
    import glfw

    if glfw.get_platform() != glfw.PLATFORM_WAYLAND:
        glfw.set_window_pos(handle, round(x), round(y))


def is_fullscreen(handle: Any) -> bool:
    """Whether the window covers a monitor."""
    import glfw

    return bool(glfw.get_window_monitor(handle))


_windowed: dict[int, tuple[int, int, int, int]] = {}
"""Positions and sizes of fullscreen windows from before, by the address of their handles."""


def set_fullscreen(handle: Any, value: bool) -> None:
    """Cover the monitor that shows most of the window, or restore the window's position and size."""
    import ctypes

    import glfw

    key = ctypes.cast(handle, ctypes.c_void_p).value or 0
    if value == is_fullscreen(handle):
        return
    if value:
        screen = monitor_of(handle)
        if not screen:
            raise BackendError("Window: there is no monitor to cover")
        _windowed[key] = (*position_of(handle), *glfw.get_window_size(handle))
        mode = glfw.get_video_mode(screen)
        glfw.set_window_monitor(handle, screen, 0, 0, mode.size.width, mode.size.height, mode.refresh_rate)
    else:
        place = _windowed.pop(key, (50, 50, 800, 600))
        glfw.set_window_monitor(handle, None, *place, 0)


def focus(handle: Any) -> None:
    """Give the window the keyboard focus."""
    import glfw

    glfw.focus_window(handle)


def set_cursor(handle: Any, name: str) -> None:
    """Change the pointer's shape over a window."""
    import glfw

    if name not in CURSORS:
        raise ValueError(f"Window cursor is {name!r}: give one of {', '.join(CURSORS)}")
    hidden = glfw.CURSOR_HIDDEN if name == "none" else glfw.CURSOR_NORMAL
    glfw.set_input_mode(handle, glfw.CURSOR, hidden)
    if CURSORS[name]:
        kind = CURSORS[name]
        if kind not in _cursors:
            _cursors[kind] = glfw.create_standard_cursor(getattr(glfw, kind))
        glfw.set_cursor(handle, _cursors[kind])


def clipboard() -> str:
    """The clipboard's text."""
    import glfw

    found: Any = glfw.get_clipboard_string(None)
    return found.decode(errors="replace") if isinstance(found, bytes) else found or ""


def set_clipboard(text: str) -> None:
    """Set the clipboard's text."""
    import glfw

    if not isinstance(text, str):
        raise TypeError(f"Window clipboard is {text!r:.80}: give a text")
    glfw.set_clipboard_string(None, text)


def set_icon(handle: Any, pictures: Sequence[NDArray[np.uint8]]) -> None:
    """Set a window's icon in several sizes, (H, W, 4) straight RGBA each."""
    import glfw

    made = [(each.shape[1], each.shape[0], each.tolist()) for each in pictures]
    glfw.set_window_icon(handle, len(made), made)
