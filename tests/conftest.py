"""What every test shares: the backends to run on, and how hypothesis searches.

    backend --"cpu"--> runs everywhere
            +-"gl"---> no OpenGL context? skipped with the cure, or FAILED where GPUCANVAS_REQUIRE_GL=1

The last lines of a run say what was left out: see left_out.py.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

import left_out
from gpucanvas.backends import llvmpipe
from gpucanvas.contract import constants as c
from gpucanvas.contract.operators import OPERATORS
from need_gl import need_gl

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


@pytest.fixture
def all_blend_modes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give software OpenGL shaders with all blend modes, as hardware has them.

    It compiles others for the modes of each scene, in most of a second. They are held to the formula by images
    (pipeline/test_operators.py), and to the cpu by the scenes of all operators (scenes/operators.py).
    """
    blends = [row.code - c.OP_FIRST_BLEND for row in OPERATORS.values() if row.blends]
    modes = c.FEATURE_BLENDS | sum(1 << c.FEATURE_MODE_SHIFT + mode for mode in blends)
    own = llvmpipe.features
    monkeypatch.setattr(llvmpipe, "features", lambda scene: own(scene) | modes)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was not run, and how to get it."""
    left_out.summarise(terminalreporter)
