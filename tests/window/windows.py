"""windows: programs with windows that a test can ask things, while their loop runs.

WindowProgram.ask("window.size") --stdin--> the loop, between two frames: eval --> JSON --> the test
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from typing import Any

from programs import Program
from xdo import Hands
from xserver import Display

__all__ = ["SCENE", "WindowProgram"]

SCENE = '''
def scene(ctx, frame):
    """Something opaque, something translucent, edges, and a part that stays empty."""
    ctx.clear_rect(0, 0, frame.width, frame.height)
    shade = ctx.create_linear_gradient(0, 0, frame.width, 0)
    shade.add_color_stop(0, "rgb(255 0 0 / 20%)")
    shade.add_color_stop(1, "rgb(0 0 255 / 80%)")
    ctx.fill_style = shade
    ctx.fill_rect(10, 10, frame.width - 60, frame.height - 40)
    ctx.fill_style = "green"
    ctx.begin_path()
    ctx.arc(70.3, 60.7, 50, 0, 7)
    ctx.fill()
    ctx.line_width = 3
    ctx.stroke_rect(30.5, 30.5, 100, 60)
'''

ANSWERS = """
import traceback
import gpucanvas
from talking import Commands, plain, say

def answer(event):
    if "line" not in event:
        return
    try:
        say({"answer": eval(event.line, globals())})
    except SyntaxError:
        exec(event.line, globals())
        say({"answer": None})

def listen(window):
    '''Have a window's loop answer the lines of stdin.'''
    window.on(answer, "drop", order=-1)
    def wake():
        while commands.lines:
            line = commands.lines.popleft()
            line = "window.close()" if line == "end" else line
            window.submit_event(gpucanvas.Event("drop", x=0, y=0, paths=(), line=line))
    commands = Commands(wake)
    wake()

def draw_until(count, window):
    '''Turn the loop until so many frames have been shown.'''
    from gpucanvas.window.loop import loop
    while window.frame_times.shown < count:
        loop()._turn(0.05)
"""

OPEN = """
import glfw
window = gpucanvas.Window(300, 200, position=(40, 30), **OPTIONS)
listen(window)
say(glfw.get_x11_window(window._handle))
"""


class WindowProgram:
    """A program with one window, called ``window``, whose loop runs.

    Parameters
    ----------
    start
        The fixture.
    text
        What the program does when its window is open and before it runs; it may use ``say``, ``plain``, ``scene``.
    options
        Parameters of `gpucanvas.Window`.
    """

    def __init__(
        self,
        start: Callable[..., Program],
        display: Display,
        text: str = "window.draw(scene)",
        *,
        run: str = "window.run()",
        environment: dict[str, str | None] | None = None,
        **options: Any,
    ) -> None:
        source = (
            f"OPTIONS = {options!r}\n" + ANSWERS + SCENE + OPEN + textwrap.dedent(text) + "\n" + textwrap.dedent(run)
        )
        self.program = start(source, **(environment or {}))
        self.hands = Hands(display.name, self.program.line())

    def ask(self, expression: str) -> Any:
        """The value of an expression in the program, or None for a statement; what it says meanwhile is skipped."""
        self.program.send(expression)
        return self.program.until(lambda value: isinstance(value, dict) and "answer" in value)[-1]["answer"]

    def wait_for(self, expression: str, value: Any = True) -> None:
        """Ask until it is so."""
        import time

        end = time.monotonic() + 30
        while (found := self.ask(expression)) != value:
            if time.monotonic() > end:
                self.program.fail(f"{expression} is {json.dumps(found)}, not {value!r}")
            time.sleep(0.02)

    def settle(self) -> None:
        """Wait until a frame has been shown that was recorded after now."""
        self.ask("window.request_draw()")
        self.wait_for("not window._requested")
        self.ask("window.canvas._settle_frames() and None")
