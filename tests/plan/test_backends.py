"""What a backend must have: a handful of methods, the same for all; and the one that draws nothing."""

from __future__ import annotations

import ast
import inspect

import pytest

import gpucanvas
from gpucanvas.backends import base, cpu, gl, null
from gpucanvas.backends.null import NullBackend
from gpucanvas.frames.surface import Surface

CONTRACT = {
    "staging",
    "check_surface",
    "new_surface",
    "run",
    "read",
    "snapshot",
    "drop_surface",
    "counters",
}
CLASSES = {
    "base": (base, "Backend"),
    "cpu": (cpu, "CPUBackend"),
    "gl": (gl, "GLBackend"),
    "null": (null, "NullBackend"),
}


def methods(name: str) -> dict[str, list[str]]:
    """The public methods of a backend, as its source has them, and their arguments' names."""
    module, kind = CLASSES[name]
    tree = ast.parse(inspect.getsource(module))
    [found] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind]
    return {
        node.name: [argument.arg for argument in node.args.args]
        for node in found.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def test_the_contract_is_a_handful_of_methods() -> None:
    assert set(methods("base")) == CONTRACT


@pytest.mark.parametrize("name", ["cpu", "gl", "null"])
def test_a_backend_has_the_methods_of_the_contract_with_their_arguments(name: str) -> None:
    wanted, found = methods("base"), methods(name)
    for method, arguments in wanted.items():
        assert found.get(method) == arguments, method


def test_what_null_was_given_is_held_until_its_fence_signals() -> None:
    backend = NullBackend()
    surface = Surface(backend, 40, 30)
    recording = gpucanvas.Recording(40, 30)
    ctx = recording.get_context("2d")
    with ctx.layer("blur(2px)"):
        ctx.fill_rect(5, 5, 20, 10)
    for _ in range(3):
        surface.draw([recording._commands])
    backend.staging.trim(0)
    held = backend.staging.stats()
    assert held.submissions_pending == 3
    assert held.bytes_total > 0, "what the imagined GPU still reads is not let go"
    backend.fence.signal()
    backend.staging.poll()
    backend.staging.trim(0)
    free = backend.staging.stats()
    assert (free.submissions_pending, free.bytes_total) == (0, 0)
    assert len(backend.plans) == 3
    assert str(backend.plans[0]) == str(backend.plans[2])
    surface.close()
    backend.close()


def test_null_draws_nothing() -> None:
    backend = NullBackend()
    surface = Surface(backend, 4, 3)
    recording = gpucanvas.Recording(4, 3)
    recording.get_context("2d").fill_rect(0, 0, 4, 3)
    surface.draw([recording._commands])
    assert surface.to_numpy().shape == (3, 4, 4)
    assert not surface.to_numpy().any()
    surface.close()
    backend.close()
