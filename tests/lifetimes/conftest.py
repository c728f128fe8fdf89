"""The lab of tests that have frames fly: flight_lab.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flight_lab import Lab, end
from scripted_sync import ScriptedSync, scripted

from gpucanvas.backends.gl import GLBackend
from gpucanvas.gl import transfer
from need_gl import need_gl


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    need_gl()
    made: list[ScriptedSync] = []
    monkeypatch.setattr(transfer, "open_sync", lambda context: scripted(context, made))
    backend = GLBackend()
    lab = Lab(backend, made[0])
    yield lab
    lab.release()
    lab.surface.close()
    if not backend.lost:
        backend._owner.run(backend._flight.settle)
        backend.staging.poll()
        assert lab.held() == (0, 0)
        assert backend._flight.count == 0
    end(backend)
