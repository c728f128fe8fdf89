"""A Qt program with a gpucanvas drawing inside its window: a flower, a slider for its petals, and clicks that turn it.

python examples/hosts/qt_app.py        needs: pip install "gpucanvas[hosts]" PySide6-Essentials
"""

from __future__ import annotations

import math
import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QSlider, QVBoxLayout, QWidget
from rendercanvas.qt import QRenderWidget

import gpucanvas


class Flower:
    """What is drawn; it knows nothing of Qt, and would be drawn in a window or a notebook alike."""

    def __init__(self) -> None:
        self.petals = 9
        self.turn = 0.0

    def draw(self, ctx: gpucanvas.Context2D, frame: gpucanvas.Frame) -> None:
        """Draw a frame."""
        ctx.fill_style = "#fbf7ef"
        ctx.fill_rect(0, 0, frame.width, frame.height)
        ctx.translate(frame.width / 2, frame.height / 2)
        ctx.rotate(self.turn + 0.2 * frame.time)
        size = 0.4 * min(frame.size)
        for petal in range(self.petals):
            ctx.rotate(2 * math.pi / self.petals)
            ctx.fill_style = f"oklch(70% 0.17 {360 * petal / self.petals:.0f} / 60%)"
            ctx.begin_path()
            ctx.ellipse(size / 2, 0, size / 2, size * 1.8 / self.petals, 0, 0, 2 * math.pi)
            ctx.fill()
        ctx.fill_style = "#503c1e"
        ctx.begin_path()
        ctx.arc(0, 0, size / 6, 0, 2 * math.pi)
        ctx.fill()

    def setup(self, view: gpucanvas.View) -> None:
        """Add handlers of events."""

        @view.on("pointer_down")
        def press(event: gpucanvas.Event) -> None:
            self.turn += 0.5 if event.x < view.width / 2 else -0.5


def make_window(flower: Flower) -> QMainWindow:
    """The window: the drawing with a slider below."""
    window = QMainWindow()
    window.setWindowTitle("gpucanvas in Qt")
    window.resize(480, 520)
    page = QWidget()
    column = QVBoxLayout(page)

    canvas = QRenderWidget(page, max_fps=60)
    gpucanvas.HostedView(canvas, flower.draw, flower.setup)
    column.addWidget(canvas, 1)

    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(3, 24)
    slider.setValue(flower.petals)
    slider.valueChanged.connect(lambda value: setattr(flower, "petals", value))
    column.addWidget(slider)

    window.setCentralWidget(page)
    return window


def main() -> None:
    """Run the program."""
    app = QApplication(sys.argv)
    window = make_window(Flower())
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
