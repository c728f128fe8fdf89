"""Compiled shaders, by name; each is compiled when it is first used."""

from __future__ import annotations

from typing import Any

from ..contract.constants import FEATURE_ALL, FEATURE_KIND_SHIFT
from ..errors import BackendError
from ..sight.spans import COMPILES, count, span
from .source import Source, load


class Programs:
    """The shaders of one context."""

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
                kinds, features_ = features >> FEATURE_KIND_SHIFT, features & FEATURE_ALL
                text = f"{version}\n#define FEATURES {features_}\n#define PAINT_KINDS {kinds}\n{rest}"
            program = self._programs[name, features] = self._compile(source, compute_shader=text)
        return program

    def triangle(self, name: str) -> Any:
        """A vertex array of one triangle over all of a framebuffer, coloured by shaders/NAME.frag."""
        program = self._programs.get((name, None))
        if program is None:
            source = load(f"{name}.frag")
            made = self._compile(source, vertex_shader=load("triangle.vert").text, fragment_shader=source.text)
            program = self._programs[name, None] = self._context.vertex_array(made, [])
        return program

    def release(self) -> None:
        """Let go of everything, in a context that has triangles only; on its thread."""
        while self._programs:
            _, triangle = self._programs.popitem()
            triangle.program.release()
            triangle.release()

    def _compile(self, source: Source, **texts: str) -> Any:
        file = source.files[0]
        context = self._context
        try:
            with span(file, COMPILES):
                compute = texts.get("compute_shader")
                program = context.program(**texts) if compute is None else context.compute_shader(compute)
        except Exception as error:
            raise BackendError(f"the driver rejects shaders/{file}:\n{source.explain(str(error))}") from error
        self.compiles += 1
        count("compiles")
        return program
