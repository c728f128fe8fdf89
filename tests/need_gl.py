"""What a test that draws with OpenGL asks first: whether a context can be made here.

A module of its own: a folder of tests may have a conftest.py too, so that name is not one to import from.
"""

from __future__ import annotations

from functools import cache

import left_out


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
