"""The short forms of the long runs in benchmarks/: they are the same programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the benchmarks' programs."""
    command = [sys.executable, str(BENCHMARKS / program), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(BENCHMARKS.parent)}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)


def test_a_short_soak_holds(backend: str) -> None:
    done = run("soak.py", "--frames", "600", "--backend", backend)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["cancelled"] > 20 and report["stalled"] > 5
    assert report["steady"] == {"compiles": 0, "allocations": 0, "blocks": 0}


@pytest.mark.parametrize("fault", ["leases", "threads", "files", "host", "compiles"])
def test_the_soak_sees_what_grows(fault: str) -> None:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from soak import SLACK, judge
    finally:
        sys.path.remove(str(BENCHMARKS))
    warm = {"host": 1000, "device": 1000, "leases": 0, "threads": 2, "files": 5}
    steady = {"compiles": 0, "allocations": 0, "blocks": 0}
    assert judge(warm, warm, steady) == []
    end = {**warm, fault: warm.get(fault, 0) + (SLACK + 1 if fault == "host" else 21)}
    assert len(judge(warm, end, {**steady, **({fault: 1} if fault in steady else {})})) == 1


def test_icons_of_many_threads_are_right(backend: str) -> None:
    done = run("concurrency.py", "--seconds", "1", "--backend", backend)
    assert done.returncode == 0, done.stderr
    assert all(each["wrong"] == 0 and each["pictures_a_second"] > 0 for each in json.loads(done.stdout)["free"])
