"""States are recorded again only where something changed: what is drawn is as if each draw recorded its own."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import gpucanvas

Step = Callable[[Any], None]
PROGRAMS = 150
LENGTH = 40


def steps(rng: random.Random) -> list[Step]:
    """A program of states and draws."""

    def step() -> Step:
        x, y = rng.uniform(0, 40), rng.uniform(0, 30)
        choices: list[Step] = [
            lambda ctx: ctx.save(),
            lambda ctx: ctx.restore(),
            lambda ctx: ctx.restore(),
            lambda ctx: ctx.translate(x / 10 - 2, y / 10 - 1.5),
            lambda ctx: ctx.scale(0.7 + x / 60, 0.7 + y / 50),
            lambda ctx: ctx.set_transform(1, 0, 0, 1, x / 8, y / 8),
            lambda ctx: setattr(ctx, "global_alpha", 0.4 + x / 100),
            lambda ctx: setattr(ctx, "global_composite_operation", "xor" if x < 20 else "source-over"),
            lambda ctx: setattr(ctx, "fill_style", (x / 40, y / 30, 0.5)),
            lambda ctx: setattr(ctx, "shadow_blur", 0 if x < 30 else 2),
            lambda ctx: setattr(ctx, "shadow_color", "black" if y < 15 else "transparent"),
            lambda ctx: clip(ctx, x, y),
            lambda ctx: ctx.fill_rect(x, y, 12, 9),
            lambda ctx: ctx.fill_rect(x, y, 12, 9),
            lambda ctx: ctx.fill_text("ab", x, y),
            lambda ctx: ctx.draw_image(SPRITE, x, y),
        ]
        return rng.choice(choices)

    return [step() for _ in range(LENGTH)]


def clip(ctx: Any, x: float, y: float) -> None:
    ctx.begin_path()
    ctx.rect(x - 15, y - 12, 30, 24)
    ctx.clip()


SPRITE = gpucanvas.Image(np.full((6, 6, 4), (255, 90, 0, 180), np.uint8))


def picture(program: list[Step], *, anew: bool) -> NDArray[np.uint8]:
    """What a program draws; ``anew`` says that every step finds a state that has to be recorded."""
    with gpucanvas.Canvas(48, 40, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        for step in [*program, lambda ctx: ctx.restore(), lambda ctx: ctx.fill_rect(0, 0, 48, 3)]:
            if anew:
                ctx._changed()
                ctx._fill = ctx._stroke = -1
            step(ctx)
        return canvas.to_numpy()


@pytest.mark.parametrize("seed", range(5))
def test_random_programs_draw_what_they_do_with_every_state_recorded(seed: int) -> None:
    rng = random.Random(seed)
    for number in range(PROGRAMS):
        program = steps(rng)
        kept, anew = picture(program, anew=False), picture(program, anew=True)
        assert np.array_equal(kept, anew), number


def test_a_clip_that_was_moved_after_it_was_made_ends_with_its_save() -> None:
    with gpucanvas.Canvas(20, 10, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        ctx.save()
        clip(ctx, 0, 0)
        ctx.fill_rect(0, 0, 5, 5)
        ctx.scale(2, 1)
        ctx.restore()
        ctx.fill_rect(0, 0, 20, 10)
        assert (canvas.to_numpy()[..., 3] == 255).all()


def test_a_with_block_restores_the_state_however_it_ends() -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.global_alpha = 0.7
    with ctx.save() as same:
        assert same is ctx
        ctx.global_alpha = 0.5
        with pytest.raises(KeyError), ctx.save():
            ctx.global_alpha = 0.2
            raise KeyError("from the program")
        assert ctx.global_alpha == 0.5
        ctx.translate(3, 4)
    assert ctx.global_alpha == 0.7
    assert ctx.get_transform().is_identity


def test_an_exception_in_a_with_block_is_not_replaced_by_that_of_an_open_layer() -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    with pytest.raises(KeyError, match="from the program"), ctx.save():
        ctx.begin_layer()
        raise KeyError("from the program")
    with pytest.raises(gpucanvas.InvalidStateError, match="no layer is open"):
        ctx.end_layer()


def forget_to_restore(ctx: Any) -> None:
    ctx.save()
    ctx.save()
    ctx.global_alpha = 0.25


def leave_layers_open(ctx: Any) -> None:
    ctx.begin_layer()
    ctx.save()
    ctx.begin_layer()


def restore_once_too_often(ctx: Any) -> None:
    ctx.restore()


def restore_twice_too_often(ctx: Any) -> None:
    ctx.restore()
    ctx.restore()


def restore_and_save(ctx: Any) -> None:
    ctx.restore()
    ctx.save()
    ctx.global_alpha = 0.25


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(
    "unbalanced", [forget_to_restore, leave_layers_open, restore_once_too_often, restore_and_save]
)
def test_a_with_block_brings_back_the_state_of_its_entry_whatever_it_pushes_and_pops(
    unbalanced: Any, fails: bool
) -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.save()
    ctx.global_alpha = 0.7
    with nullcontext() if not fails else pytest.raises(KeyError), ctx.save():
        ctx.global_alpha = 0.5
        with ctx.save():
            unbalanced(ctx)
        assert ctx.global_alpha == 0.5
        unbalanced(ctx)
        if fails:
            raise KeyError
    assert ctx.global_alpha == 0.7
    ctx.restore()
    assert ctx.global_alpha == 1.0


def test_a_with_block_pops_nothing_where_it_has_popped_more_than_its_own_entry() -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.save()
    ctx.global_alpha = 0.7
    ctx.save()
    ctx.global_alpha = 0.6
    with ctx.save():
        restore_twice_too_often(ctx)
    assert ctx.global_alpha == 0.7
    with ctx.save():
        ctx.reset()
        ctx.save()
        ctx.global_alpha = 0.4
    assert ctx.global_alpha == 0.4


def test_layers_that_a_with_block_leaves_open_are_drawn() -> None:
    with gpucanvas.Canvas(4, 4, backend="cpu") as canvas:
        ctx = canvas.get_context("2d")
        with ctx.save():
            ctx.begin_layer()
            ctx.fill_rect(0, 0, 4, 4)
        assert canvas.to_numpy()[..., 3].min() == 255


def test_a_with_block_whose_canvas_is_closed_ends_quietly() -> None:
    canvas = gpucanvas.Canvas(4, 4, backend="cpu")
    with canvas.get_context("2d").save():
        canvas.close()


def test_a_with_block_without_a_save_says_how_to_write_it() -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    cure = r"no save\(\) comes just before it: write `with ctx.save\(\):`"
    ctx.save()
    ctx.global_alpha = 0.5
    with pytest.raises(gpucanvas.InvalidStateError, match=cure), ctx:
        pass
    assert ctx.global_alpha == 0.5
    with ctx.save(), pytest.raises(gpucanvas.InvalidStateError, match=cure), ctx:
        pass
    ctx.reset()
    with pytest.raises(gpucanvas.InvalidStateError, match=cure), ctx:
        pass
