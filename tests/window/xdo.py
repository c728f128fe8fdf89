"""xdo: hands for tests of windows: the pointer, the wheel, the keyboard and the close button of an X server.

    Hands(display, window).click(10, 20) --xdotool--> X server --events--> the program that is tested

Each call returns when the server has taken in all of it; the program is told soon after. Without a window manager a
window has the focus only when `Hands.focus` gives it.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

__all__ = ["Hands"]

LONG = 60.0
LEFT, MIDDLE, RIGHT = 1, 2, 3
WHEEL = {"up": 4, "down": 5, "left": 6, "right": 7}
"""The buttons that stand for the wheel in X11."""
HELD_KEYS = ("shift", "ctrl", "alt", "super", "a", "b", "c", "5")
"""Keys that tests hold."""
CLIENT_MESSAGE = 33


class Hands:
    """Works on one window of a display.

    Parameters
    ----------
    display
        The name of the X server, such as ":99".
    window
        The number of the X window: `glfw.get_x11_window`.
    """

    def __init__(self, display: str, window: int) -> None:
        self.display, self.window = display, window

    def run(self, *words: object) -> None:
        """Run commands of xdotool, as one chain."""
        # The question at the end is answered when what came before it is done.
        self._call("xdotool", *words, "getmouselocation")

    def _call(self, *words: object) -> None:
        environment = {**os.environ, "DISPLAY": self.display}
        done = subprocess.run(
            [str(word) for word in words], env=environment, capture_output=True, text=True, timeout=LONG, check=False
        )
        assert done.returncode == 0, f"{words} failed: {done.stderr}"

    # -- the pointer -------------------------------------------------------------------------------------------

    def move(self, x: int, y: int) -> None:
        """Move the pointer to pixels of the window; beyond its edges, too."""
        self.run("mousemove", "--window", self.window, "--", x, y)

    def press(self, button: int = LEFT) -> None:
        """Press a button of the mouse and hold it."""
        self.run("mousedown", button)

    def release(self, button: int = LEFT) -> None:
        """Release a button of the mouse."""
        self.run("mouseup", button)

    def click(self, button: int = LEFT, repeat: int = 1, milliseconds: int = 60) -> None:
        """Press and release, once or several times."""
        self.run("click", "--repeat", repeat, "--delay", milliseconds, button)

    def wheel(self, direction: str, notches: int = 1) -> None:
        """Turn the wheel "up", "down", "left" or "right"."""
        self.click(WHEEL[direction], notches, 1)

    # -- the keyboard ------------------------------------------------------------------------------------------

    def key(self, *names: str) -> None:
        """Press and release keys by X11's names: "a", "shift+5", "Left", "ctrl+c"."""
        self.run("key", *names)

    def key_down(self, name: str) -> None:
        """Press a key and hold it."""
        self.run("keydown", name)

    def key_up(self, name: str) -> None:
        """Release a key."""
        self.run("keyup", name)

    def type(self, text: str) -> None:
        """Type a text, slowly: a press within 20 ms of the key's release is an automatic repeat to glfw."""
        self.run("type", "--delay", 60, "--args", 1, text)

    def map_key(self, keycode: int, *names: str) -> None:
        """Have a key of the keyboard type something: "eacute". xdotool would do so while it types, and undo it."""
        self._call("xmodmap", "-e", f"keycode {keycode} = {' '.join(names)}")

    def layout(self, *words: str) -> None:
        """Give the server the keyboard of a country: "de", "us". It forgets `map_key`."""
        self._call("setxkbmap", *words)

    def repeat(self, on: bool) -> None:
        """Have the server repeat keys that are held, quickly, or not: then a slow test sees what a quick one does."""
        self._call("xset", "r", *(("rate", 100, 30) if on else ("off",)))
        if on:
            self._call("xset", "r", "on")

    def let_go(self) -> None:
        """Release whatever an earlier test may have left pressed."""
        self.run(*(word for button in (LEFT, MIDDLE, RIGHT) for word in ("mouseup", button)), "keyup", *HELD_KEYS)

    # -- the window --------------------------------------------------------------------------------------------

    def focus(self) -> None:
        """Give the window the keyboard."""
        self.run("windowfocus", self.window)

    def unfocus(self) -> None:
        """Take the keyboard from every window."""
        self._call(sys.executable, __file__, "unfocus", self.window)

    def resize(self, width: int, height: int) -> None:
        """Change the window's size, as its border does; pixels."""
        self.run("windowsize", self.window, width, height)

    def place(self, x: int, y: int) -> None:
        """Move the window; pixels of the screen."""
        self.run("windowmove", self.window, "--", x, y)

    def close(self) -> None:
        """Do what the close button of a window manager does: ask the program to close the window."""
        self._call(sys.executable, __file__, "close", self.window)

    def drop(self, x: int, y: int, *uris: str) -> None:
        """Drop files, as "file:///tmp/a.png", at pixels of the screen that lie in the window."""
        self._call(sys.executable, Path(__file__).parent / "drag.py", self.window, x, y, *uris)

    def screenshot(self, path: Path) -> None:
        """Write what is seen where the window is to a picture file; other windows may cover it."""
        self._call("import", "-silent", "-window", self.window, path)


# -- what xdotool cannot do, in a process of its own: Xlib ends the one that makes a mistake ---------------------


def ask_to_close(lib: ctypes.CDLL, display: ctypes.c_void_p, window: int) -> None:
    """Send the message WM_DELETE_WINDOW."""
    protocols, delete = (lib.XInternAtom(display, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
    # An XClientMessageEvent: type, serial, send_event, display, window, message_type, format, data.
    event = (ctypes.c_long * 24)(CLIENT_MESSAGE, 0, 0, display.value or 0, window, protocols, 32, delete)
    if not lib.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event)):
        sys.exit("XSendEvent failed")


def main(verb: str, number: str) -> None:
    """Do one thing to a window of the display that DISPLAY names."""
    lib = ctypes.CDLL("libX11.so.6")
    lib.XOpenDisplay.restype = ctypes.c_void_p
    lib.XInternAtom.argtypes, lib.XInternAtom.restype = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int), ctypes.c_ulong
    opened = lib.XOpenDisplay(None)
    if not opened:
        sys.exit("the display cannot be opened")
    display = ctypes.c_void_p(opened)
    if verb == "close":
        ask_to_close(lib, display, int(number))
    else:
        lib.XSetInputFocus(display, ctypes.c_ulong(0), 0, ctypes.c_ulong(0))  # The focus is nobody's; at once.
    lib.XSync(display, 0)
    lib.XCloseDisplay(display)


if __name__ == "__main__":
    main(*sys.argv[1:])
