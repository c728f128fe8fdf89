"""Frames that overlap on the GPU: real OpenGL with fences that the test signals, and buffers that are too small."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable

import numpy as np
import pytest
from flight_lab import (
    COUNTED,
    LAYERS,
    SIDE,
    Draw,
    Lab,
    after,
    assert_glazed,
    end,
    glaze,
    glazed,
    shapes,
    squeeze,
    undisturbed,
)

import gpucanvas
from gpucanvas import memory
from gpucanvas.backends import gl as gl_module
from gpucanvas.backends import gl_stages
from gpucanvas.backends.base import HaltedError, Stop
from gpucanvas.backends.gl import GLBackend
from gpucanvas.backends.gl_frame import GLFrame
from gpucanvas.backends.gl_stages import Stages
from gpucanvas.contract import constants as c
from gpucanvas.errors import FrameCancelledError, LostContextError, MemoryBudgetError
from gpucanvas.frames.surface import OnScreen, Surface
from gpucanvas.gl import backups, program, transfer
from gpucanvas.gl.backups import SurfaceBackup
from gpucanvas.gl.owner import owns_a_context
from gpucanvas.gl.sync import CopiedGL
from gpucanvas.pipeline.parts import halves
from gpucanvas.plan.steps import Step
from gpucanvas.sight import spans
from need_gl import need_gl


def test_the_truth_tells_orders_and_repeats_apart() -> None:
    orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [0, 1], [0, 1, 1, 2], [0, 2]]
    found = [glazed(order) for order in orders]
    for i, one in enumerate(found):
        assert all(np.abs(np.subtract(one, other)).max() > 4 for other in found[:i])


# -- the steady scene ------------------------------------------------------------------------------------------------


def test_two_frames_are_issued_before_the_counters_of_the_first_are_looked_at(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    first_overflow = GLFrame.first_overflow
    monkeypatch.setattr(GLFrame, "first_overflow", lambda self: [looked.append(self), first_overflow(self)][1])
    lab.sync.holds = True
    landings = [lab.begin(glaze(number)) for number in range(3)]
    lab.settle_posts()
    assert looked == [] and lab.backend._flight.count == 3
    assert not any(landing._frame.done for landing in landings)
    lab.release()
    for number, landing in enumerate(landings):
        assert_glazed(landing(), list(range(number + 1)))
    assert looked == [landing._frame for landing in landings]
    assert lab.sync.blocking_waits == 0 and lab.replays == 0


def test_a_steady_animation_waits_for_nothing_and_makes_nothing(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gl_module, "_shared", lab.backend)
    rng = np.random.default_rng(2)
    with gpucanvas.Canvas(SIDE, SIDE, backend="gl") as canvas:
        ctx = canvas.get_context("2d")

        def frame(number: int) -> gpucanvas.Ticket:
            ctx.clear_rect(0, 0, SIDE, SIDE)
            ctx.fill_rects(*(rng.random((4, 300)) * [[80], [80], [9], [9]]), color=rng.random((300, 4)))
            return canvas.submit()

        for number in range(8):
            frame(number)
        canvas._settle_frames()
        before, blocking = canvas.stats.total, lab.sync.blocking_waits
        made = lab.backend.counters()
        tickets = [frame(number) for number in range(20)]
        canvas._settle_frames()
        assert all(ticket.state == "done" for ticket in tickets)
        total, counters = canvas.stats.total, lab.backend.counters()
        assert total.waits == before.waits and lab.sync.blocking_waits == blocking
        for name in ("allocations", "growths", "compiles"):
            assert counters[name] == made[name] and getattr(total, name) == getattr(before, name)


def test_pixels_are_of_their_own_frame_whatever_is_drawn_after_it(lab: Lab) -> None:
    lab.sync.holds = True
    landings = [lab.begin(glaze(number)) for number in (0, 1, 2, 3)]
    lab.release()
    pictures = [landing() for landing in landings]
    for number in range(4):
        assert_glazed(pictures[number], list(range(number + 1)))
    assert_glazed(lab.surface.to_numpy(), [0, 1, 2, 3])


# -- overflow --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [("lines",), ("crossings", "segments"), ("binned",), ("words",), COUNTED], ids=str)
@pytest.mark.parametrize("kind", ["lines", "crossings", "binned", "words"])
def test_an_overflow_while_frames_fly_loses_nothing_and_needs_one_replay(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, kind: str, names: tuple[str, ...]
) -> None:
    draws = [glaze(0), after(shapes(kind), glaze(1)), glaze(2), glaze(3)]
    lab.begin(glaze(4))()
    squeeze(monkeypatch, names)
    lab.sync.holds = True
    landings = [lab.begin(draw) for draw in draws]
    lab.settle_posts()
    assert lab.replays == 0
    lab.release()
    pictures = [landing() for landing in landings]
    overflows = kind in names or kind == "lines" and "crossings" in names or "words" in names or "binned" in names
    assert lab.replays <= 1 and (lab.replays == 1 or not overflows)
    for number in range(4):
        assert_glazed(pictures[number], [4, *range(number + 1)])
    np.testing.assert_array_equal(pictures[3], undisturbed([glaze(4), *draws]))


@pytest.mark.parametrize("kind", ["lines", "crossings"])
def test_lines_without_room_are_counted_with_what_they_lead_to(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """One replay, although nothing may grow because of a guess; and no buffer is much larger than it has to be."""
    lab.begin(shapes("words"))()
    names = ("lines", "crossings", "segments")
    for name in names:
        lab.backend._buffers._buffers.pop(name, None)
    monkeypatch.setattr(gl_stages, "GUESS_BYTES", 64)
    squeeze(monkeypatch, names)
    counted, first_overflow = [], GLFrame.first_overflow

    def looked(self: GLFrame) -> int | None:
        counted.extend(found[0].copy() for index in range(len(self.steps)) if (found := self.needs(index)))
        return first_overflow(self)

    monkeypatch.setattr(GLFrame, "first_overflow", looked)
    replays = lab.replays
    pixels = lab.begin(shapes(kind))()
    assert lab.replays == replays + 1
    np.testing.assert_array_equal(pixels, undisturbed([shapes("words"), shapes(kind)]))
    bound, real = (int(each[c.COUNTER_CROSSINGS]) for each in (counted[0], counted[1]))
    assert counted[0][c.COUNTER_LINES] == counted[1][c.COUNTER_LINES] > 1000
    assert real <= bound <= 1.05 * real


def test_layers_and_filters_of_frames_behind_an_overflow_start_from_what_was_before(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def layered(number: int) -> Draw:
        def draw(ctx: gpucanvas.Context2D) -> None:
            ctx.save()
            with ctx.layer("blur(3px)", alpha=0.7):
                glaze(number)(ctx)
                ctx.clear_rect(20 + number, 20, 40, 10)
                ctx.fill_circles([30.0, 60.0], 70.0, 12.0 + number)
            ctx.shadow_color, ctx.shadow_blur = "black", 5
            ctx.fill_rect(60, 10 + 5 * number, 10, 10)
            ctx.restore()

        return draw

    draws = [layered(0), after(shapes("words"), layered(1)), layered(2), after(layered(3), shapes("crossings"))]
    squeeze(monkeypatch, COUNTED)
    lab.sync.holds = True
    landings = [lab.begin(draw) for draw in draws]
    lab.release()
    pictures = [landing() for landing in landings]
    assert lab.replays >= 1
    for number in range(4):
        np.testing.assert_array_equal(pictures[number], undisturbed(draws[: number + 1]))


def layered(number: int) -> Draw:
    """A blurred layer, and a shadow: steps on scratch targets, which frames share."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        with ctx.layer("blur(3px)", alpha=0.7):
            glaze(number)(ctx)
            ctx.clear_rect(20 + number, 20, 40, 10)
        ctx.shadow_color, ctx.shadow_blur = "black", 5
        ctx.fill_rect(60, 10 + 5 * number, 10, 10)
        ctx.shadow_color = "transparent"

    return draw


def covered(ctx: gpucanvas.Context2D) -> None:
    """What was before is not seen: a Clear."""
    ctx.fill_style = "orange"
    ctx.fill_rect(0, 0, SIDE, SIDE)


def copied(ctx: gpucanvas.Context2D) -> None:
    """A small draw that clears what is around it."""
    ctx.global_composite_operation = "copy"
    ctx.fill_rect(70, 70, 9, 9)


SCENARIOS = {"layers": (layered(1), layered(2)), "clear": (covered, layered(2)), "copy": (layered(1), copied)}


def composed_while_another_frame_flies(lab: Lab, patch: pytest.MonkeyPatch, scenario: str = "layers") -> bool:
    """Whether a frame whose last step finds no room, all before it being done, is right after the next one's steps."""
    lab.begin(layered(0))()
    first, second = SCENARIOS[scenario]
    draws = [layered(0), after(first, shapes("words")), second]
    squeeze(patch, ("words",))
    lab.sync.holds = True
    landings = [lab.begin(draw) for draw in draws[1:]]
    lab.release()
    pictures = [landing() for landing in landings]
    assert lab.replays == 1
    truth = [undisturbed(draws[:2]), undisturbed(draws)]
    return all(np.array_equal(*pair) for pair in zip(pictures, truth, strict=True))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_was_drawn_is_there_when_the_rest_runs_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, scenario: str
) -> None:
    assert composed_while_another_frame_flies(lab, monkeypatch, scenario)


IGNORED = {
    "fine stores": "counters[COUNTER_OVERFLOW] != 0u",
    "a clear stores": "is_halted()",
    "a filter stores": "is_halted()",
}


@pytest.mark.parametrize(
    ("mutation", "scenario"),
    [
        ("fine stores", "layers"),
        ("a clear stores", "copy"),
        ("a filter stores", "layers"),
        ("nothing is rewound", "clear"),
        ("nobody looks", "layers"),
    ],
)
def test_with_a_part_taken_out_the_picture_is_wrong(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, mutation: str, scenario: str
) -> None:
    """A test of the tests: the same frames, where one part of the flight does not do its work."""
    if mutation in IGNORED:
        define = program.define
        kinds = {"fine stores": "imageStore(surface", "a clear stores": "discard", "a filter stores": "find_unit"}

        def mutated(text: str, *more: object) -> str:
            if kinds[mutation] in text:
                text = text.replace(f"if ({IGNORED[mutation]})", "if (false)").replace(f"|| {IGNORED[mutation]}", "")
            return define(text, *more)

        monkeypatch.setattr(program, "define", mutated)
    elif mutation == "nothing is rewound":
        monkeypatch.setattr(GLFrame, "rewind", lambda self, first: None)
    else:
        first_overflow = GLFrame.first_overflow
        monkeypatch.setattr(GLFrame, "first_overflow", lambda self: [first_overflow(self), None][1])
        with pytest.raises(AssertionError):
            composed_while_another_frame_flies(lab, monkeypatch)
        monkeypatch.undo()
        lab.backend._owner.run(lab.backend.take_up)
        return
    assert not composed_while_another_frame_flies(lab, monkeypatch, scenario)


def test_a_texture_is_not_let_go_while_a_frame_uses_it(lab: Lab) -> None:
    released = []
    lab.sync.holds = True
    first, second = lab.begin(glaze(0)), lab.begin(glaze(1))
    lab.settle_posts()
    lab.backend._flight.later(lambda: released.append(1))
    assert not released
    lab.release()
    first()
    second()
    assert released == [1]


@pytest.mark.parametrize("number", [1, 2])
def test_without_buffer_storage_frames_are_waited_for_and_right(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    need_gl()
    monkeypatch.setattr(transfer, "open_sync", CopiedGL)
    backend = GLBackend()
    surface = Surface(backend, SIDE, SIDE)
    squeeze(monkeypatch, COUNTED)
    draws = [glaze(0), after(shapes("words"), glaze(1)), glaze(2)]
    landings = []
    for draw in draws:
        recording = gpucanvas.Recording(SIDE, SIDE)
        draw(recording.get_context("2d"))
        landings.append(surface.begin([recording._commands]))
    assert_glazed(landings[number](), list(range(number + 1)))
    backend._owner.run(backend._flight.settle)
    surface.close()
    assert backend.staging.stats().leases_live == 0
    end(backend)


def test_an_overflow_on_one_surface_keeps_the_frames_of_another(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Surface(lab.backend, SIDE, SIDE)
    squeeze(monkeypatch, COUNTED)
    lab.sync.holds = True
    frames = [
        lab.begin(glaze(0), other),
        lab.begin(after(shapes("words"), glaze(1))),
        lab.begin(glaze(2), other),
        lab.begin(glaze(3)),
    ]
    lab.release()
    pictures = [landing() for landing in frames]
    assert_glazed(pictures[2], [0, 2])
    assert_glazed(pictures[3], [1, 3])
    assert lab.replays == 1
    other.close()


def test_a_scratch_target_that_grows_in_flight_does_not_change_earlier_frames(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blurred(size: int, number: int) -> Draw:
        def draw(ctx: gpucanvas.Context2D) -> None:
            with ctx.layer("blur(2px)"):
                ctx.fill_style = (*LAYERS[number], 1.0)
                ctx.fill_rect(4, 4, size, size)
            ctx.fill_rects(np.arange(30) * 3.0, 90.0, 2.0, 2.0)

        return draw

    draws = [blurred(10, 0), after(blurred(20, 1), shapes("binned")), blurred(80, 2)]
    squeeze(monkeypatch, COUNTED)
    lab.sync.holds = True
    landings = [lab.begin(draw) for draw in draws]
    lab.release()
    pictures = [landing() for landing in landings]
    assert lab.replays >= 1
    for number in range(3):
        np.testing.assert_array_equal(pictures[number], undisturbed(draws[: number + 1]))


def test_a_frame_is_posted_while_the_owner_is_busy(lab: Lab) -> None:
    with lab.busy():
        first, second = lab.begin(glaze(0)), lab.begin(glaze(1))
        assert lab.backend._flight.count == 0 and not first._frame.done
    assert_glazed(second(), [0, 1])
    assert_glazed(first(), [0])


def test_a_posted_frame_is_cancelled_before_the_owner_comes_to_it(lab: Lab) -> None:
    cancelled = threading.Event()
    lab.begin(glaze(4))()
    with lab.busy():
        first = lab.begin(glaze(0), stop=cancelled.is_set)
        behind = lab.begin(glaze(1))
        cancelled.set()
    with pytest.raises(FrameCancelledError):
        first()
    with pytest.raises(HaltedError):
        behind()
    assert lab.held()[0] == 0
    first.resume()
    assert_glazed(lab.begin(glaze(1))(), [4, 1])


def test_an_owner_that_loses_its_context_ends_what_was_posted(lab: Lab) -> None:
    with lab.busy():
        landings = [lab.begin(glaze(number)) for number in range(3)]
        lab.backend._owner.lost = "the driver lost its OpenGL context"
    for landing in landings:
        with pytest.raises(LostContextError, match="lost its OpenGL context"):
            landing()
    assert lab.held()[0] == 0 and lab.backend._flight.count == 0
    with pytest.raises(LostContextError):
        lab.backend._owner.post(lambda: None)


def test_what_fails_behind_an_issued_frame_is_the_error_of_that_frame(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: GLBackend) -> None:
        raise MemoryError("no room to tidy")

    with monkeypatch.context() as patch:
        patch.setattr(GLBackend, "_tidy", fail)
        landing = lab.begin(glaze(0))
        with pytest.raises(MemoryError, match="no room to tidy"):
            landing()
    assert landing.is_drawn
    assert_glazed(lab.begin(glaze(1))(), [0, 1])


@pytest.mark.parametrize("where", ["showing", "looking for errors"])
def test_a_frame_that_cannot_be_shown_keeps_no_other_from_being_drawn(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    class Screen:
        """A screen that shows nothing."""

        def show_texture(self, *_: object) -> None:
            """Refuse."""
            if where == "showing":
                raise MemoryError("no screen")

    checked = []

    def check(self: GLBackend) -> None:
        checked.append(self)
        if len(checked) == 2:
            raise MemoryError("no screen")

    if where != "showing":
        monkeypatch.setattr(GLBackend, "check_errors", check)
    with lab.busy():
        landing = lab.begin(glaze(0))
        landing.show(OnScreen(Screen(), None, lambda surface: None, lambda: True))
        behind = lab.begin(glaze(1))
    with pytest.raises(MemoryError, match="no screen"):
        landing()
    assert landing.is_drawn
    assert_glazed(behind(), [0, 1])


# -- frames that draw on their surface several times -----------------------------------------------------------------


def in_halves(patch: pytest.MonkeyPatch) -> None:
    """Have each Draw run as two."""
    parts = GLBackend._parts

    def halved(self: GLBackend, step: Step, stop: Stop | None) -> list[Step]:
        found = halves(step.scene) if isinstance(step, gl_module.Draw) else None
        return [step._replace(scene=half) for half in found] if found else parts(self, step, stop)

    patch.setattr(GLBackend, "_parts", halved)


def test_a_steady_scene_of_several_draws_makes_no_texture(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    in_halves(monkeypatch)
    lab.sync.holds = True
    first = [lab.begin(after(glaze(0), shapes("binned"))) for _ in range(3)]
    lab.release()
    for landing in first:
        landing()
    gc.collect()
    before, held = spans.totals()["allocations"], memory.snapshot().device_bytes
    lab.sync.holds = True
    landings = [lab.begin(after(glaze(number), shapes("binned"))) for number in (1, 2)]
    lab.release()
    for landing in landings:
        landing()
    assert spans.totals()["allocations"] == before
    gc.collect()
    assert memory.snapshot().device_bytes == held
    assert len(lab.backend._backups._free) == 3
    monkeypatch.setattr(backups, "FREE_BYTES", 4 * SIDE * SIDE)
    lab.sync.holds = True
    landings = [lab.begin(after(glaze(number), shapes("binned"))) for number in (3, 4)]
    lab.release()
    for landing in landings:
        landing()
    assert len(lab.backend._backups._free) == 1, "free ones are few"
    for _ in range(2):
        lab.backend._owner.run(lab.backend._backups.trim)
    assert lab.backend._backups._free == [] and memory.snapshot().device_bytes < held


def undone(lab: Lab, patch: pytest.MonkeyPatch) -> bool:
    """Whether a frame that fails in the second of its draws, another being in flight, leaves the surface as it was."""
    in_halves(patch)
    lab.begin(after(glaze(4), shapes("binned")))()
    truth = lab.begin(after(glaze(0), shapes("binned")))()
    run_step, drawn = GLBackend.run_step, []

    def failing(self: GLBackend, frame: GLFrame, index: int) -> None:
        if isinstance(frame.steps[index], gl_module.Draw):
            drawn.append(index)
            if len(drawn) == 2:
                raise MemoryError("no room for the second half")
        run_step(self, frame, index)

    lab.sync.holds = True
    flying = lab.begin(after(covered, glaze(2)))
    lab.settle_posts()
    with patch.context() as inner:
        inner.setattr(GLBackend, "run_step", failing)
        failed = lab.begin(after(glaze(1), shapes("binned")))
        lab.settle_posts()
    lab.release()
    before = flying()
    with pytest.raises(MemoryError, match="second half"):
        failed()
    failed.resume()
    assert not np.array_equal(truth, before)
    return np.array_equal(lab.surface.to_numpy(), before)


def test_a_frame_that_fails_in_its_second_draw_is_undone(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    assert undone(lab, monkeypatch)


@pytest.mark.parametrize("mutation", ["nothing is copied", "the copy is not used"])
def test_without_its_copy_a_surface_keeps_half_a_frame(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, mutation: str
) -> None:
    """A test of the test above."""
    if mutation == "nothing is copied":
        monkeypatch.setattr(SurfaceBackup, "keep", lambda self, clear_color: None)
    else:
        monkeypatch.setattr(SurfaceBackup, "restore", lambda self: None)
    assert not undone(lab, monkeypatch)


# -- what goes wrong -------------------------------------------------------------------------------------------------


def test_a_frame_cancelled_half_way_leaves_the_surface_and_the_others_as_they_were(lab: Lab) -> None:
    asked = 0

    def stop() -> bool:
        """Between two steps of the frame, on the thread of OpenGL."""
        nonlocal asked
        asked += owns_a_context()
        return asked > 2

    lab.sync.holds = True
    first = lab.begin(glaze(0))

    def twice(ctx: gpucanvas.Context2D) -> None:
        with ctx.layer(alpha=0.5):
            glaze(1)(ctx)
            ctx.fill_rect(0, 0, 9, 9)

    with lab.busy():
        cancelled, behind = lab.begin(twice, stop=stop), lab.begin(glaze(2))
    with pytest.raises(FrameCancelledError):
        cancelled()
    assert asked == 3 and not cancelled.is_drawn
    with pytest.raises(HaltedError):
        behind()
    lab.release()
    assert_glazed(first(), [0])
    cancelled.resume()
    assert_glazed(lab.begin(glaze(2))(), [0, 2])


def test_an_upload_that_fails_half_way_belongs_to_its_frame(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.sync.holds = True
    first = lab.begin(glaze(0))
    write = Stages._write

    def refuse(self: Stages, name: str, nbytes: int, fill: Callable[[np.ndarray], None]) -> None:
        if name == "vertices":
            raise MemoryBudgetError("no room for vertices")
        write(self, name, nbytes, fill)

    with monkeypatch.context() as patch:
        patch.setattr(Stages, "_write", refuse)
        failing = lab.begin(after(glaze(1), shapes("crossings")))
        with pytest.raises(MemoryBudgetError, match="no room for vertices"):
            failing()
    assert not failing.is_drawn and failing._recordings, "what was not drawn is kept"
    lab.release()
    assert_glazed(first(), [0])
    failing.resume()
    assert_glazed(lab.begin(glaze(2))(), [0, 2])


def test_a_frame_that_cannot_grow_fails_alone_and_halts_those_behind_it(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Surface(lab.backend, SIDE, SIDE)
    lab.begin(glaze(4))()
    squeeze(monkeypatch, ("words",))

    def refuse(self: GLBackend, frame: GLFrame, index: int, strictly: bool) -> None:
        if strictly:
            raise MemoryError("no room to grow")

    lab.sync.holds = True
    with monkeypatch.context() as patch:
        patch.setattr(GLBackend, "grow", refuse)
        before = lab.begin(glaze(0))
        failing = lab.begin(after(glaze(1), shapes("words")))
        behind, elsewhere = lab.begin(glaze(2)), lab.begin(glaze(3), other)
        lab.release()
        assert_glazed(before(), [4, 0])
        with pytest.raises(MemoryError, match="no room to grow"):
            failing()
    assert not failing.is_drawn and failing._recordings, "what was not drawn is kept"
    with pytest.raises(HaltedError):
        behind()
    with pytest.raises(HaltedError):
        lab.begin(glaze(4))
    assert_glazed(elsewhere(), [3])
    failing.resume()
    assert_glazed(lab.begin(glaze(2))(), [4, 0, 2])
    other.close()


@pytest.mark.parametrize("fault", ["null fence", "failing wait", "lost"])
def test_a_context_lost_in_flight_fails_every_frame_and_frees_what_it_held(lab: Lab, fault: str) -> None:
    lab.sync.holds = True
    frames = [lab.begin(glaze(0))]
    lab.settle_posts()
    if fault == "null fence":
        lab.sync.null_fences = 100
    frames.append(lab.begin(glaze(1)))
    lab.settle_posts()
    if fault == "failing wait":
        lab.sync.failing_waits = 100
    if fault == "lost":
        lab.backend._owner.lost = "the driver lost its OpenGL context"
    lab.release()
    errors = 0
    for landing in frames:
        try:
            landing()
        except LostContextError:
            errors += 1
    # The first may have been drawn before.
    assert errors >= 1 and not landing.is_drawn and lab.backend.lost
    assert lab.backend._flight.count == 0 and lab.held()[0] == 0
