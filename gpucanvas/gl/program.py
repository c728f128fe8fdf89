"""program: compiled shaders by name, each compiled on first use.

Software OpenGL gets a shader for each set of features that a scene needs. Those used last are kept.
"""

from __future__ import annotations

from typing import Any

from ..contract.constants import FEATURE_ALL, FEATURE_KIND_SHIFT
from ..contract.formats import RGBA8, PixelFormat
from ..errors import BackendError
from ..sight.spans import COMPILES, NOTHING, count, span
from .source import Source, load

MOST_SPECIALISED = 128
"""Most shaders for a set of features that are kept. On software OpenGL each takes 4 MB; a frame needs some twenty."""


class Programs:
    """The shaders of one context."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._programs: dict[tuple[str, int | None, str, bool], Any] = {}
        self._new: dict[int, str] = {}
        """Compute shaders that never ran, and their files: drivers compile a part of a shader at its first run."""
        self.compiles = 0

    def get(
        self, name: str, features: int | None = None, format: PixelFormat = RGBA8, fetches: bool = False
    ) -> Any:
        """The compute shader of shaders/NAME.comp, compiled for these FEATURE_* bits (None: all).

        ``format`` is the pixel format of the target; with ``fetches`` it reads buffers as textures.
        """
        key = name, features, format.name, fetches
        program = self._programs.get(key)
        if program is None:
            source = load(f"{name}.comp")
            text = define(source.text, features, format, fetches)
            program = self._programs[key] = self._compile(source, compute_shader=text)
            self._new[id(program)] = source.files[0]
            if features is not None:
                self._drop_oldest()
        elif features is not None:
            self._programs[key] = self._programs.pop(key)  # The dictionary is in the order of use.
        return program

    def _drop_oldest(self) -> None:
        """Release the shaders for a set of features that were not used for longest, if there are too many."""
        specialised = [key for key in self._programs if key[1] is not None]
        for key in specialised[:-MOST_SPECIALISED]:
            program = self._programs.pop(key)
            self._new.pop(id(program), None)
            program.release()  # OpenGL itself keeps it until what it was issued for is done.

    def run(self, program: Any, across: int, down: int) -> None:
        """Dispatch a compute shader of `get` with ``across`` x ``down`` groups; its first run counts as compiling."""
        file = self._new.pop(id(program), None)
        with NOTHING if file is None else span(f"{file}, first run", COMPILES):
            program.run(across, down, 1)

    def triangle(self, name: str, format: PixelFormat = RGBA8) -> Any:
        """A vertex array of a full-screen triangle, coloured by shaders/NAME.frag."""
        key = name, None, format.name, False
        program = self._programs.get(key)
        if program is None:
            source = load(f"{name}.frag")
            text = define(source.text, None, format)
            made = self._compile(source, vertex_shader=load("triangle.vert").text, fragment_shader=text)
            program = self._programs[key] = self._context.vertex_array(made, [])
        return program

    def release(self) -> None:
        """Release the full-screen triangles, in a context without compute shaders; on its thread."""
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


def define(text: str, features: int | None, format: PixelFormat, fetches: bool = False) -> str:
    """A shader's text with the #define lines for its features and pixel format."""
    version, rest = text.split("\n", 1)
    lines = [version]
    if features is not None:
        lines.append(f"#define FEATURES {features & FEATURE_ALL}")
        lines.append(f"#define PAINT_KINDS {features >> FEATURE_KIND_SHIFT}")
    if format is not RGBA8:
        lines.append(f"#define {format.name.upper()}")
    if fetches:
        lines.append("#define TEXEL_BUFFERS")
    return "\n".join([*lines, rest])
