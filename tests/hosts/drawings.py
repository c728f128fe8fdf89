"""One drawing for every host, with handlers that note what they are told; and what a picture is over white."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import gpucanvas

PRESSED = "rgb(0, 160, 0)"


class Drawing:
    """A picture with opaque, translucent and empty parts; its disc goes where the pointer is pressed.

    Attributes
    ----------
    events : list of Event
        Everything that happened but frames.
    times : list of float
        `Frame.time` of every frame, where ``moves``.
    views : list of View
        What ``setup`` was called with.
    """

    def __init__(self, moves: bool = False) -> None:
        self.moves = moves
        self.at: tuple[float, float] | None = None
        self.events: list[gpucanvas.Event] = []
        self.times: list[float] = []
        self.views: list[gpucanvas.View] = []

    def draw(self, ctx: gpucanvas.Context2D, frame: gpucanvas.Frame) -> None:
        """Draw a frame."""
        if self.moves:
            self.times.append(frame.time)
        width, height = frame.size
        ctx.clear_rect(0, 0, width, height)
        ctx.fill_style = "rgba(0, 0, 255, 0.4)"
        ctx.fill_rect(0, 0, width / 2, height / 3)
        ctx.fill_style = "navy"
        ctx.fill_rect(width - 10, height - 20, 10, 20)
        x, y = self.at or (width / 2, height / 2)
        ctx.fill_style = "rgba(255, 96, 0, 0.7)" if self.at is None else PRESSED
        ctx.begin_path()
        ctx.arc(x, y, 25, 0, 7)
        ctx.fill()

    def setup(self, view: gpucanvas.View) -> None:
        """Add handlers."""
        self.views.append(view)

        @view.on("*")
        def note(event: gpucanvas.Event) -> None:
            if event.type not in ("before_draw", "animate"):
                self.events.append(event)

        @view.on("pointer_down")
        def press(event: gpucanvas.Event) -> None:
            self.at = event.x, event.y
            view.request_draw()

    def told(self, *types: str) -> list[gpucanvas.Event]:
        """The events of some types."""
        return [event for event in self.events if event.type in types]

    def kinds(self, *but: str) -> list[str]:
        """The types of the events in order, without some."""
        return [event.type for event in self.events if event.type not in but]


def fields_of(event: gpucanvas.Event) -> set[str]:
    """The names of an event's own fields."""
    return set(event) - {"event_type", "type", "time_stamp", "timestamp"}


def over_white(straight: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What a picture of straight RGBA looks like on white paper: (height, width, 3), worked out in float64."""
    alpha = straight[..., 3:] / 255.0
    color: NDArray[Any] = straight[..., :3] * alpha + 255.0 * (1 - alpha)
    return np.floor(color + 0.5).astype(np.uint8)
