"""Trace files: valid JSON whatever happens inside, every track named, events that nest."""

from __future__ import annotations

import gc
import io
import json
from pathlib import Path
from typing import Any

import pytest

import gpucanvas
from gpucanvas.backends.stage_runner import StageRunner
from gpucanvas.sight.spans import Event
from gpucanvas.sight.trace import document, lanes


def draw(canvas: gpucanvas.Canvas) -> None:
    ctx = canvas.get_context("2d")
    ctx.fill_rect(2, 2, 20, 20)
    ctx.fill(gpucanvas.Path2D("M 0 0 C 40 0 40 40 0 40 Z"))
    canvas.to_numpy()


def tracks(trace: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The complete events by the name of their thread."""
    names = {e["tid"]: e["args"]["name"] for e in trace["traceEvents"] if e["name"] == "thread_name"}
    out: dict[str, list[dict[str, Any]]] = {name: [] for name in names.values()}
    for event in trace["traceEvents"]:
        if event["ph"] == "X":
            out[names[event["tid"]]].append(event)
    return out


def assert_nests(events: list[dict[str, Any]]) -> None:
    """Any two events of a line lie apart or one inside the other."""
    spans = [(round(e["ts"] * 1000), round((e["ts"] + e["dur"]) * 1000)) for e in events]
    for i, (a, b) in enumerate(spans):
        assert 0 <= a <= b
        for c, d in spans[i + 1 :]:
            assert b <= c or d <= a or (a <= c and d <= b) or (c <= a and b <= d)


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["name"] for event in sorted(events, key=lambda e: e["ts"])]


def test_trace_has_every_track_and_its_events_nest(backend: str, tmp_path: Path) -> None:
    file = tmp_path / "frame.json"
    with gpucanvas.trace(file):
        canvas = gpucanvas.Canvas(60, 60, backend=backend)
        draw(canvas)
        gc.collect()
        canvas.to_png()
        canvas.save(tmp_path / "a.webp")
    found = tracks(json.loads(file.read_text(encoding="utf-8")))
    for line in found.values():
        assert_nests(line)
    assert {"frames", "recording", "encode", "encoders", "garbage collector"} <= set(found)
    on_stages = [e for name, line in found.items() if name.startswith("stages") for e in line]
    on_stages.sort(key=lambda e: e["ts"])
    assert names(on_stages)[:5] == ["flatten", "binning", "coarse", "fine", "present"]
    assert names(found["encoders"]) == ["PNG", "WEBP"]
    assert found["recording"][0]["args"]["commands"] == found["encode"][0]["args"]["commands"] == 2
    if backend == "gl":
        assert {e["name"] for e in found["uploads"]} == {"scene", "vertices"}
        assert all(e["args"]["bytes"] > 0 for e in found["uploads"])
        assert {e["name"] for e in found["gpu"]} == {"flatten", "binning", "coarse", "fine"}
        waits = [e for name, line in found.items() if name.startswith("fence waits") for e in line]
        assert {e["name"] for e in waits} == {"read counters", "read surface"}
    frame = found["frames"][0]
    for event in [*found["encode"], *on_stages[:4]]:
        assert frame["ts"] <= event["ts"]
        assert event["ts"] + event["dur"] <= frame["ts"] + frame["dur"]


def test_trace_shows_compiles_of_shaders(gl: str, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = gpucanvas.Canvas(20, 20, backend=gl)
    monkeypatch.setattr(canvas._backend._programs, "_programs", {})  # type: ignore[attr-defined]
    file = io.StringIO()
    with gpucanvas.trace(file):
        draw(canvas)
    found = tracks(json.loads(file.getvalue()))
    compiled = {e["name"] for name, line in found.items() if name.startswith("compiles") for e in line}
    assert {"coarse.comp", "fine.comp", "flatten_curves.comp"} <= compiled


def test_trace_shows_compiles_of_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """By numba's own events, as a kernel that is compiled anew gives them."""
    numba = pytest.importorskip("numba")
    from gpucanvas.kernels import jit

    # What an earlier run kept on disk would not be compiled.
    monkeypatch.setattr(jit.KernelCache, "of", lambda function: None)

    def doubled(x):  # type: ignore[no-untyped-def]
        return x + x

    def tripled(x):  # type: ignore[no-untyped-def]
        return x + x + x

    file = io.StringIO()
    with gpucanvas.trace(file):
        numba.njit(tripled)(2)  # A user's own is none of the library's compiles.
        jit.compiled(doubled, inline=False)(2)
    (compiled,) = [e for e in tracks(json.loads(file.getvalue()))["compiles"] if e["name"] in ("doubled", "tripled")]
    assert compiled["ts"] > 0
    assert compiled["dur"] > 0


def test_trace_shows_a_pause_of_the_garbage_collector() -> None:
    file = io.StringIO()
    with gpucanvas.trace(file):
        gc.collect()
    (pause,) = [e for e in json.loads(file.getvalue())["traceEvents"] if e["name"] == "generation 2"]
    assert pause["dur"] > 0
    assert pause["args"]["generation"] == 2


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_trace_is_complete_when_the_block_raises(tmp_path: Path, error: type[BaseException]) -> None:
    file = tmp_path / "frame.json"
    canvas = gpucanvas.Canvas(8, 8, backend="cpu")
    with pytest.raises(error), gpucanvas.trace(file):
        draw(canvas)
        raise error
    assert "fine" in names(tracks(json.loads(file.read_text(encoding="utf-8")))["stages"])
    assert [path.name for path in tmp_path.iterdir()] == ["frame.json"]


def test_trace_is_complete_when_drawing_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = gpucanvas.Canvas(8, 8, backend="cpu")
    draw(canvas)
    file = io.StringIO()
    with gpucanvas.trace(file), monkeypatch.context() as patch:
        patch.setattr(StageRunner, "shade", lambda *a: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            draw(canvas)
    found = tracks(json.loads(file.getvalue()))
    assert found["stages"][-1]["args"]["error"] == "ZeroDivisionError"
    assert canvas.stats.total.frames == 1
    draw(canvas)
    assert canvas.stats.total.frames == 2


def test_trace_inside_a_trace_gets_its_own_part(tmp_path: Path) -> None:
    canvas = gpucanvas.Canvas(8, 8, backend="cpu")
    with gpucanvas.trace(tmp_path / "outer.json"):
        draw(canvas)
        with gpucanvas.trace(tmp_path / "inner.json"):
            draw(canvas)
        draw(canvas)
    frames = [len(tracks(json.loads((tmp_path / f"{n}.json").read_text()))["frames"]) for n in ("outer", "inner")]
    assert frames == [3, 1]


def test_trace_takes_files_of_text_and_of_bytes_and_can_be_used_again() -> None:
    text, data = io.StringIO(), io.BytesIO()
    with gpucanvas.trace(text), gpucanvas.trace(data):
        pass
    assert json.loads(text.getvalue()).keys() == json.loads(data.getvalue()).keys()
    again = gpucanvas.trace(io.StringIO())
    for _ in range(2):
        with again:
            pass


def test_trace_refuses_a_second_trace_to_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with gpucanvas.trace("frame.json"):
        with (
            pytest.raises(ValueError, match=r"being written to .*frame\.json already: end it, or give another file"),
            gpucanvas.trace(tmp_path / "sub" / ".." / "frame.json"),
        ):
            pass
        gc.collect()
    assert "generation 2" in (tmp_path / "frame.json").read_text(encoding="utf-8")
    with gpucanvas.trace("frame.json"):
        pass
    file = io.StringIO()
    with gpucanvas.trace(file), pytest.raises(ValueError, match="already"), gpucanvas.trace(file):
        pass


def test_trace_says_at_once_where_it_cannot_write(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match=r"no/frame\.json cannot be written"),
        gpucanvas.trace(tmp_path / "no" / "frame.json"),
    ):
        pytest.fail("the block ran")
    with pytest.raises(IsADirectoryError, match="is a folder"), gpucanvas.trace(tmp_path):
        pytest.fail("the block ran")
    with pytest.raises(TypeError, match="the target is 5"):
        gpucanvas.trace(5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the file .* is closed: give one"):
        closed = io.StringIO()
        closed.close()
        with gpucanvas.trace(closed):
            pytest.fail("the block ran")


def test_trace_keeps_a_device_a_device(tmp_path: Path) -> None:
    with gpucanvas.trace("/dev/null"):
        pass
    assert not Path("/dev/null").is_file()


def test_trace_replaces_a_file_only_when_it_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "frame.json"
    file.write_text("before", encoding="utf-8")
    with gpucanvas.trace(file):
        assert file.read_text(encoding="utf-8") == "before"
    json.loads(file.read_text(encoding="utf-8"))


def test_lanes_part_what_overlaps_without_nesting() -> None:
    def event(name: str, start: int, end: int) -> Event:
        return Event(name, "recording", start, end, "main", {})

    dealt = lanes([event("b", 4, 9), event("a", 0, 6), event("in a", 1, 2), event("after", 9, 12), event("in b", 5, 6)])
    assert [[e.name for e in lane] for lane in dealt] == [["a", "in a", "in b", "after"], ["b"]]


def test_document_cuts_what_began_before_and_drops_what_ended_before() -> None:
    events = [Event("early", "stages", 0, 5, "main", {}), Event("cut", "stages", 5, 3000, "main", {"x": 1})]
    (event,) = [e for e in document(events, 1000)["traceEvents"] if e["ph"] == "X"]
    assert (event["name"], event["ts"], event["dur"]) == ("cut", 0.0, 2.0)
    assert event["args"] == {"x": 1, "thread": "main"}
