"""drag: drops files on a window, as a file manager does by the protocol XDND.

    source --XdndEnter, XdndPosition--> target --XdndStatus--> source --XdndDrop--> target --asks for the selection-->
    source --text/uri-list--> target --XdndFinished--> the end

https://freedesktop.org/wiki/Specifications/XDND. A program of its own, ``drag.py WINDOW X Y URI...``: Xlib ends one
that makes mistakes. X and Y are pixels of the screen.
"""

from __future__ import annotations

import ctypes
import sys
import time

DEADLINE = 30.0
SELECTION_REQUEST, SELECTION_NOTIFY, CLIENT_MESSAGE = 30, 31, 33
VERSION = 5
LONG, POINTER, BYTES = ctypes.c_ulong, ctypes.c_void_p, ctypes.c_char_p
Event = ctypes.c_ulong * 24
"""An XEvent: its fields of one machine word each; an int fills one, too."""
SIGNATURES = {
    "XOpenDisplay": ((BYTES,), POINTER),
    "XDefaultRootWindow": ((POINTER,), LONG),
    "XCreateSimpleWindow": ((POINTER, LONG, *[ctypes.c_int] * 4, ctypes.c_uint, LONG, LONG), LONG),
    "XInternAtom": ((POINTER, BYTES, ctypes.c_int), LONG),
    "XSetSelectionOwner": ((POINTER, LONG, LONG, LONG), ctypes.c_int),
    "XSendEvent": ((POINTER, LONG, ctypes.c_int, ctypes.c_long, POINTER), ctypes.c_int),
    "XChangeProperty": ((POINTER, LONG, LONG, LONG, ctypes.c_int, ctypes.c_int, BYTES, ctypes.c_int), ctypes.c_int),
    "XPending": ((POINTER,), ctypes.c_int),
    "XNextEvent": ((POINTER, POINTER), ctypes.c_int),
    "XSync": ((POINTER, ctypes.c_int), ctypes.c_int),
    "XCloseDisplay": ((POINTER,), ctypes.c_int),
}


class Source:
    """The window that files are dragged from."""

    def __init__(self, target: int, data: bytes) -> None:
        self.lib = ctypes.CDLL("libX11.so.6")
        for name, (arguments, result) in SIGNATURES.items():
            function = getattr(self.lib, name)
            function.argtypes, function.restype = arguments, result
        self.display = self.lib.XOpenDisplay(None)
        if not self.display:
            sys.exit("the display cannot be opened")
        self.target, self.data = target, data
        root = self.lib.XDefaultRootWindow(self.display)
        self.window = self.lib.XCreateSimpleWindow(self.display, root, 0, 0, 1, 1, 0, 0, 0)
        self.lib.XSetSelectionOwner(self.display, self.atom("XdndSelection"), self.window, 0)

    def atom(self, name: str) -> int:
        return int(self.lib.XInternAtom(self.display, name.encode(), 0))

    def tell(self, name: str, *words: int) -> None:
        """Send the target a message of the protocol."""
        event = Event(CLIENT_MESSAGE, 0, 0, self.display, self.target, self.atom(name), 32, self.window, *words)
        self.lib.XSendEvent(self.display, self.target, 0, 0, ctypes.byref(event))

    def serve_until(self, name: str) -> None:
        """Give the target the files when it asks, until it sends a message of the protocol."""
        wanted, end, event = self.atom(name), time.monotonic() + DEADLINE, Event()
        while True:
            while not self.lib.XPending(self.display):
                if time.monotonic() > end:
                    sys.exit(f"the window did not answer with {name}")
                time.sleep(0.005)
            self.lib.XNextEvent(self.display, ctypes.byref(event))
            kind = event[0] & 0xFFFFFFFF
            if kind == CLIENT_MESSAGE and event[5] == wanted:
                return
            if kind == SELECTION_REQUEST:
                self.give(*event[5:10])

    def give(self, requestor: int, selection: int, target: int, name: int, when: int) -> None:
        """Put the files where the target asked for them, and tell it."""
        size = len(self.data)
        self.lib.XChangeProperty(self.display, requestor, name, target, 8, 0, self.data, size)
        event = Event(SELECTION_NOTIFY, 0, 0, self.display, requestor, selection, target, name, when)
        self.lib.XSendEvent(self.display, requestor, 0, 0, ctypes.byref(event))

    def drop(self, x: int, y: int) -> None:
        """Drag to pixels of the root, and let go."""
        self.tell("XdndEnter", VERSION << 24, self.atom("text/uri-list"))
        self.tell("XdndPosition", 0, x << 16 | y, 0, self.atom("XdndActionCopy"))
        self.serve_until("XdndStatus")
        self.tell("XdndDrop", 0, 0)
        self.serve_until("XdndFinished")
        self.lib.XSync(self.display, 0)
        self.lib.XCloseDisplay(self.display)


if __name__ == "__main__":
    _, window, left, top, *uris = sys.argv
    Source(int(window), "".join(f"{uri}\r\n" for uri in uris).encode()).drop(int(left), int(top))
