"""What the tests of sight share: nothing may be left listening when a test ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gpucanvas.sight import spans


@pytest.fixture(autouse=True)
def nothing_listens_afterwards() -> Iterator[None]:
    """A test that leaves timing on would slow every later frame of the process."""
    yield
    assert not spans.on()
