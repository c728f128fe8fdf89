"""Compiled compute shaders, by name; each is compiled when it is first used."""

from __future__ import annotations

from typing import Any

from ..errors import BackendError
from ..sight.spans import COMPILES, count, span
from .source import load


class Programs:
    """The compute shaders of one context."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._programs: dict[tuple[str, int | None], Any] = {}
        self.compiles = 0

    def get(self, name: str, features: int | None = None) -> Any:
        """The compute shader of shaders/NAME.comp, for scenes that hold no more than these FEATURE_* bits."""
        program = self._programs.get((name, features))
        if program is None:
            source = load(f"{name}.comp")
            text = source.text
            if features is not None:
                version, rest = text.split("\n", 1)
                text = f"{version}\n#define FEATURES {features}\n{rest}"
            try:
                with span(f"{name}.comp", COMPILES):
                    program = self._context.compute_shader(text)
            except Exception as error:
                raise BackendError(f"the driver rejects shaders/{name}.comp:\n{source.explain(str(error))}") from error
            self.compiles += 1
            count("compiles")
            self._programs[name, features] = program
        return program
