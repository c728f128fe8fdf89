"""What every test shares: the backends to run on, and how hypothesis searches.

    backend --"cpu"--> runs everywhere
            +-"gl"---> no OpenGL context? skipped with the cure, or FAILED where GPUCANVAS_REQUIRE_GL=1

The last lines of a run say what was left out: see left_out.py.
"""

from __future__ import annotations

import os
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

import left_out

settings.register_profile(
    "ci",
    deadline=None,
    max_examples=25,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # The first example compiles kernels and shaders.
)
settings.register_profile("long", parent=settings.get_profile("ci"), max_examples=2000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@cache
def why_no_gl() -> str | None:
    """Return why no OpenGL canvas can be made here, None where one can.

    Only `BackendError` counts as "cannot run here": any other error is a defect and is left to fail the test.
    """
    import gpucanvas  # Not at the top: collecting tests of the comparer needs no library.
    from gpucanvas.errors import BackendError

    try:
        gpucanvas.Canvas(1, 1, backend="gl").to_numpy()
    except BackendError as error:
        return str(error)
    return None


def need_gl() -> None:
    """Skip the running test where there is no OpenGL; fail it where GPUCANVAS_REQUIRE_GL=1 promises one."""
    reason = why_no_gl()
    if reason is not None:
        left_out.GL.missing(f"no OpenGL context can be made: {reason}")


@pytest.fixture(scope="session", params=["cpu", "gl"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each backend's name in turn."""
    name = str(request.param)
    if name == "gl":
        need_gl()
    return name


@pytest.fixture(scope="session")
def gl() -> str:
    """The name of the OpenGL backend, for tests that compare it with the CPU's."""
    need_gl()
    return "gl"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was not run, and how to get it."""
    left_out.summarise(terminalreporter)
