"""A Qt program with a gpucanvas view inside its window, which tests drive by lines of JSON: commands in, answers out.

{"do": "state"}                     what the view was told, its size, where the widget is on the screen
{"do": "shot", "path": "a.npz"}     "shown": the widget's pixels on the screen, "canvas": the view's own
{"do": "mouse", "what": "click"}    a click or double click of Qt's own making, for platforms without a mouse
{"do": "delete"}                    whether a view knows that Qt has deleted its widget
{"do": "close"}                     close the window, which ends the program: its last line says what was closed
"""

from __future__ import annotations

import asyncio
import json
import queue
import sys
import threading
from typing import Any

import numpy as np
import shiboken6
from drawings import Drawing
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from rendercanvas.qt import QRenderWidget

import gpucanvas


class Program:
    """The window, and what tests ask of it."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.window.resize(420, 340)
        self.window.addToolBar("Tools").addAction("Tool")
        self.drawing = Drawing()
        self.widget = QRenderWidget(self.window, max_fps=60)
        self.view = gpucanvas.HostedView(self.widget, self.drawing.draw, self.drawing.setup, backend="cpu")
        self.waited: list[bool] = []
        self.view.on(self.wait, "key_down")
        self.window.setCentralWidget(self.widget)
        self.window.show()

    async def wait(self, event: gpucanvas.Event) -> None:
        """An async handler that needs asyncio."""
        await asyncio.sleep(0.02)
        self.waited.append(True)

    def state(self) -> dict[str, Any]:
        """What the view knows."""
        corner = self.widget.mapToGlobal(QPoint(0, 0))
        return {
            "events": self.drawing.events,
            "waited": len(self.waited),
            "corner": [corner.x(), corner.y()],
            "window": int(self.window.winId()),
            "size": self.view.size,
            "widget": [self.widget.width(), self.widget.height()],
        }

    def shot(self, path: str) -> dict[str, Any]:
        """Write down what is shown and what was drawn."""
        screen = self.widget.screen()
        corner, size = self.widget.mapToGlobal(QPoint(0, 0)), self.widget.size()
        if QApplication.platformName() == "xcb":
            found = screen.grabWindow(0, corner.x(), corner.y(), size.width(), size.height())
        else:
            found = self.widget.grab()
        image = found.toImage().convertToFormat(QImage.Format.Format_RGBA8888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
        np.savez(path, shown=rows[:, : image.width(), :3], canvas=self.view.canvas.to_numpy())
        return {}

    def mouse(self, what: str, x: int, y: int) -> dict[str, Any]:
        """A click of the left button that Qt makes."""
        how = (self.widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, y))
        QTest.mouseClick(*how)
        if what == "double":  # What comes from a real mouse: a double click in place of the second press.
            QTest.mouseDClick(*how)
            QTest.mouseRelease(*how)
        return {}

    def key(self, what: str, control: bool) -> dict[str, Any]:
        """A key that Qt presses."""
        modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.widget, what, modifier)
        return {}

    def resize(self, width: int, height: int) -> dict[str, Any]:
        """Resize the window."""
        self.window.resize(width, height)
        return {}

    def delete(self) -> dict[str, Any]:
        """Delete the widget of another view."""
        widget = QRenderWidget()
        view = gpucanvas.HostedView(widget, backend="cpu")
        shiboken6.delete(widget)
        return {"closed": [view.closed, view.canvas._closed]}

    def close(self) -> dict[str, Any]:
        """Close the window."""
        self.window.close()
        return {}


def main() -> None:
    """Run until the window is closed or standard input ends."""
    app = QApplication(sys.argv)
    program, asked = Program(), queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            asked.put(json.loads(line))
        asked.put(None)

    def answer() -> None:
        while not asked.empty():
            command = asked.get()
            if command is None:
                app.quit()
                return
            print(json.dumps(getattr(program, command.pop("do"))(**command)), flush=True)

    threading.Thread(target=read, daemon=True).start()
    timer = QTimer()
    timer.timeout.connect(answer)
    timer.start(5)
    app.exec()
    closed = [program.view.closed, program.view.canvas._closed]
    print(json.dumps({"closed": closed, "events": program.drawing.events}))


if __name__ == "__main__":
    main()
