"""programs: a program in a process of its own, that a test talks to by lines, and that never outlives the test.

    Program(text, environment) --start--> prints JSON lines --line, until, told--> the test
                                    <---------- send(line) on stdin --------------+

glfw, OpenGL and their crashes belong to a process, so each test of a window has its own. Whatever a program does,
waiting for it has an end, and the test that waited in vain shows all that the program has said.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

__all__ = ["DEADLINE", "Program"]

DEADLINE = 60.0
"""Longest wait for a line, seconds: a cold start on a busy machine takes several."""
HERE = Path(__file__).parent
ROOT = HERE.parent.parent


class Program:
    """A running Python program; end it by `end`, or `kill`, as the fixture does.

    Parameters
    ----------
    text
        Its source; it may import ``talking`` for `talking.say` and the loop that answers `told`.
    environment
        Variables that differ from this process's; None takes one away.
    """

    def __init__(self, text: str, environment: Mapping[str, str | None] | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="gpucanvas-test-")
        self.path = Path(self._folder.name, "program.py")
        self.path.write_text(textwrap.dedent(text))
        self._errors = Path(self._folder.name, "stderr").open("w+")  # noqa: SIM115
        self.heard: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-W", "error", str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env=environment_of(environment or {}),
            start_new_session=True,
            # Of a run in the background of a shell, programs inherit that they do not hear of Ctrl-C.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    @property
    def errors(self) -> str:
        """What it has written to stderr so far."""
        return Path(self._errors.name).read_text()

    # -- talking -----------------------------------------------------------------------------------------------

    def send(self, line: str) -> None:
        """Give it a line on stdin."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.fail(f"it was gone when it was to be told {line!r}")

    def line(self, seconds: float = DEADLINE) -> Any:
        """The next value that it says; a test that waits in vain fails."""
        try:
            text = self._lines.get(timeout=seconds)
        except queue.Empty:
            self.fail(f"it said nothing for {seconds:g} s")
        if text is None:
            self.fail("it ended and had nothing more to say")
        self.heard.append(text)
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            self.fail(f"it said what is no JSON: {text!r}")

    def until(self, is_wanted: Callable[[Any], bool], seconds: float = DEADLINE) -> list[Any]:
        """All that it says up to the first value that is wanted, that one included."""
        end = time.monotonic() + seconds
        found: list[Any] = []
        while not (found and is_wanted(found[-1])):
            found.append(self.line(max(end - time.monotonic(), 0.001)))
        return found

    def until_event(self, event_type: str) -> list[Any]:
        """All events up to the first of a type, that one included."""
        return self.until(lambda value: isinstance(value, dict) and value.get("type") == event_type)

    def told(self) -> list[Any]:
        """All events of what has happened so far: everything up to the answer to a mark."""
        self.send("mark")
        return self.until_event("mark")[:-1]

    # -- ending ------------------------------------------------------------------------------------------------

    def end(self, line: str | None = "end", seconds: float = DEADLINE) -> list[Any]:
        """Tell it to end, wait for it, and give what it said last; a test fails where it does not end well."""
        if line is not None:
            self.send(line)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.fail(f"it did not end within {seconds:g} s")
        self._reader.join(DEADLINE)
        if self.process.returncode != 0:
            self.fail(f"it ended with {self.process.returncode}")
        rest: list[Any] = []
        while (text := self._lines.get(timeout=DEADLINE)) is not None:
            self.heard.append(text)
            rest.append(json.loads(text))
        self._lines.put(None)
        return rest

    def interrupt(self) -> None:
        """Do what Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it and all that it has started, whatever it does."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        for stream in (self.process.stdin, self.process.stdout, self._errors):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        self._folder.cleanup()

    def fail(self, reason: str) -> NoReturn:
        """Fail the test, and show what the program has said."""
        with contextlib.suppress(queue.Empty):
            while (text := self._lines.get_nowait()) is not None:
                self.heard.append(text)
        said = "".join(self.heard[-60:])
        pytest.fail(f"the program: {reason}\n-- stdout\n{said}-- stderr\n{self.errors}", pytrace=True)


def environment_of(changes: Mapping[str, str | None]) -> dict[str, str]:
    """This process's environment with changes, where programs find the package and ``talking``."""
    paths = [str(ROOT), str(HERE), os.environ.get("PYTHONPATH", "")]
    made: dict[str, str | None] = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **changes}
    return {name: value for name, value in made.items() if value is not None}
