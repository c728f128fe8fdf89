"""Frames that overlap on the GPU: real OpenGL with fences that the test signals, and buffers that are too small."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from scripted_sync import ScriptedSync, scripted

import gpucanvas
from gpucanvas.backends import gl as gl_module
from gpucanvas.backends.base import HaltedError
from gpucanvas.backends.gl import GLBackend
from gpucanvas.backends.gl_frame import GLFrame
from gpucanvas.contract.stages import BUFFERS
from gpucanvas.errors import FrameCancelledError, LostContextError, MemoryBudgetError
from gpucanvas.gl import program, transfer
from gpucanvas.gl.buffers import Buffers
from gpucanvas.gl.owner import owns_a_context
from gpucanvas.gl.sync import CopiedGL
from gpucanvas.surface import Surface, SurfaceLanding
from need_gl import need_gl

COUNTED = tuple(name for name, buffer in BUFFERS.items() if buffer.counter is not None)
SIDE = 96
Draw = Callable[[gpucanvas.Context2D], None]


class Lab:
    """A backend of its own, whose fences are scripted, with a surface."""

    def __init__(self, backend: GLBackend, sync: ScriptedSync) -> None:
        self.backend, self.sync = backend, sync
        self.surface = Surface(backend, SIDE, SIDE)

    @property
    def replays(self) -> int:
        """How often frames were taken up again."""
        return self.backend._flight.replays

    def begin(
        self, draw: Draw, surface: Surface | None = None, stop: Callable[[], bool] | None = None
    ) -> SurfaceLanding:
        """Begin a frame."""
        recording = gpucanvas.Recording(SIDE, SIDE)
        draw(recording.get_context("2d"))
        return (surface or self.surface).begin([recording._commands], stop)

    def held(self) -> tuple[int, int]:
        """What the staging pool says of leases and submissions."""
        stats = self.backend.staging.stats()
        return stats.leases_live, stats.submissions_pending


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    need_gl()
    made: list[ScriptedSync] = []
    monkeypatch.setattr(transfer, "open_sync", lambda context: scripted(context, made))
    backend = GLBackend()
    lab = Lab(backend, made[0])
    yield lab
    lab.sync.release()
    lab.surface.close()
    if not backend.lost:
        backend._owner.run(backend._flight.settle)
        backend.staging.poll()
        assert lab.held() == (0, 0)
        assert backend._flight.count == 0
    backend._owner.end()


def glaze(number: int) -> Draw:
    """A frame that lays a colour over all, half of it: the order of frames decides about the picture."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        ctx.fill_style = (*LAYERS[number], 0.5)
        ctx.fill_rect(0, 0, SIDE, SIDE)

    return draw


LAYERS = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 1.0, 0.0), (0.0, 1.0, 1.0))


def glazed(numbers: list[int]) -> list[int]:
    """What a pixel is after these frames, straight: half of each colour over what was before, 8 bits each time."""
    pixel = np.zeros(4)
    for number in numbers:
        pixel = np.floor(255 * 0.5 * np.array([*LAYERS[number], 1.0]) + 0.5 * pixel + 0.5)
    return np.floor(255 * np.minimum(pixel / pixel[3], 1.0) * [1, 1, 1, 0] + [0.5, 0.5, 0.5, pixel[3]]).tolist()


def assert_glazed(pixels: np.ndarray, numbers: list[int], at: tuple[int, int] = (4, 4)) -> None:
    """The picture is that of these frames, in this order, each drawn once."""
    assert np.abs(pixels[at].astype(int) - glazed(numbers)).max() <= 1


def test_the_truth_tells_orders_and_repeats_apart() -> None:
    orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [0, 1], [0, 1, 1, 2], [0, 2]]
    found = [glazed(order) for order in orders]
    for i, one in enumerate(found):
        assert all(np.abs(np.subtract(one, other)).max() > 4 for other in found[:i])


def shapes(kind: str) -> Draw:
    """Work for one stage in the lower part of the canvas: below row 48."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        rng = np.random.default_rng(5)
        ctx.fill_style = ctx.stroke_style = (1.0, 1.0, 1.0, 1.0)
        if kind == "lines":
            ctx.line_width, ctx.line_join, ctx.line_cap = 9, "round", "round"
            points = rng.random((400, 3, 2)) * [60, 20] + [16, 62]
            ctx.stroke_lines(points)
        elif kind == "crossings":
            ctx.fill_polygons(rng.random((300, 5, 2)) * [80, 40] + [8, 50])
        elif kind == "binned":
            ctx.fill_rects(*(rng.random((2, 3000)) * [[80], [30]] + [[4], [52]]), 3.0, 3.0)
        else:
            places = rng.random((2, 3000)) * [[20], [10]] + [[30], [60]]
            ctx.fill_rects(*places, 30.0, 20.5, color=rng.random((3000, 4)))

    return draw


def after(first: Draw, then: Draw) -> Draw:
    """Two drawings as one frame."""

    def draw(ctx: gpucanvas.Context2D) -> None:
        first(ctx)
        then(ctx)

    return draw


def squeeze(patch: pytest.MonkeyPatch, names: tuple[str, ...]) -> None:
    """Have the host believe at first that a few items of these would do: what shaders count is far more."""
    reserve, take = GLBackend._reserve, Buffers.take

    def reserved(self: GLBackend, scene: object) -> None:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(
                Buffers, "take", lambda me, name, nbytes: take(me, name, min(nbytes, 64) if name in names else nbytes)
            )
            inner.setattr("gpucanvas.gl.buffers.SMALLEST", 64)
            reserve(self, scene)

    patch.setattr(GLBackend, "_reserve", reserved)


def undisturbed(draws: list[Draw]) -> np.ndarray:
    """The same frames where buffers are large enough, one after another: scenes hold this way to the cpu backend."""
    with gpucanvas.Canvas(SIDE, SIDE, backend="gl") as canvas:
        ctx = canvas.get_context("2d")
        for draw in draws:
            ctx.save()
            draw(ctx)
            ctx.restore()
            canvas.flush()
        return canvas.to_numpy()


# -- the steady scene ------------------------------------------------------------------------------------------------


def test_two_frames_are_issued_before_the_counters_of_the_first_are_looked_at(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    first_overflow = GLFrame.first_overflow
    monkeypatch.setattr(GLFrame, "first_overflow", lambda self: [looked.append(self), first_overflow(self)][1])
    lab.sync.holds = True
    landings = [lab.begin(glaze(number)) for number in range(3)]
    assert looked == [] and lab.backend._flight.count == 3
    assert not any(landing._frame.done for landing in landings)
    lab.sync.release()
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
    lab.sync.release()
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
    assert lab.replays == 0
    lab.sync.release()
    pictures = [landing() for landing in landings]
    overflows = kind in names or kind == "lines" and "crossings" in names or "words" in names or "binned" in names
    assert lab.replays <= 1 and (lab.replays == 1 or not overflows)
    for number in range(4):
        assert_glazed(pictures[number], [4, *range(number + 1)])
    np.testing.assert_array_equal(pictures[3], undisturbed([glaze(4), *draws]))


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
    lab.sync.release()
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
    lab.sync.release()
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
    lab.backend._flight.later(lambda: released.append(1))
    assert not released
    lab.sync.release()
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
    backend._owner.end()


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
    lab.sync.release()
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
    lab.sync.release()
    pictures = [landing() for landing in landings]
    assert lab.replays >= 1
    for number in range(3):
        np.testing.assert_array_equal(pictures[number], undisturbed(draws[: number + 1]))


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

    with pytest.raises(FrameCancelledError):
        lab.begin(twice, stop=stop)
    assert asked == 3
    lab.sync.release()
    assert_glazed(first(), [0])
    assert_glazed(lab.begin(glaze(2))(), [0, 2])


def test_an_upload_that_fails_half_way_belongs_to_its_frame(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.sync.holds = True
    first = lab.begin(glaze(0))
    write = GLBackend._write

    def refuse(self: GLBackend, name: str, nbytes: int, fill: Callable[[np.ndarray], None]) -> None:
        if name == "vertices":
            raise MemoryBudgetError("no room for vertices")
        write(self, name, nbytes, fill)

    with monkeypatch.context() as patch:
        patch.setattr(GLBackend, "_write", refuse)
        with pytest.raises(MemoryBudgetError, match="no room for vertices"):
            lab.begin(after(glaze(1), shapes("crossings")))
    lab.sync.release()
    assert_glazed(first(), [0])
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
        lab.sync.release()
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
    if fault == "null fence":
        lab.sync.null_fences = 100
    frames.append(lab.begin(glaze(1)))
    if fault == "failing wait":
        lab.sync.failing_waits = 100
    if fault == "lost":
        lab.backend._owner.lost = "the driver lost its OpenGL context"
    lab.sync.release()
    errors = 0
    for landing in frames:
        try:
            landing()
        except LostContextError:
            errors += 1
    # The first may have been drawn before.
    assert errors >= 1 and not landing.is_drawn and lab.backend.lost
    assert lab.backend._flight.count == 0 and lab.held()[0] == 0
