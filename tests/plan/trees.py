"""Random trees of layers, for tests of plans."""

from __future__ import annotations

import random
from typing import Any

import gpucanvas
from gpucanvas.plan.make import make_plan
from gpucanvas.plan.plan import Plan

WIDTH, HEIGHT = 300, 200


def plan_of(recording: gpucanvas.Recording) -> Plan:
    """The plan of what has been recorded."""
    return make_plan([recording._commands], recording.width, recording.height)


def draw_tree(ctx: Any, rng: random.Random, depth: int, counts: list[int]) -> None:
    """Draw a few shapes and layers, of which some hold others; ``counts`` are the layers that are seen, by depth."""
    for _ in range(rng.randint(1, 4)):
        x, y = rng.randint(-10, WIDTH - 20), rng.randint(-10, HEIGHT - 20)
        ctx.fill_style = f"hsl({rng.randint(0, 359)} 80% 50%)"
        ctx.fill_rect(x, y, rng.randint(12, 60), rng.randint(12, 60))
        if depth and rng.random() < 0.6:
            if rng.random() < 0.3:
                ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x = "black", rng.randint(0, 6), rng.randint(0, 5)
            blur = rng.choice([None, "blur(2px)", "blur(7px)"])
            with ctx.layer(blur, alpha=rng.random()):
                counts[len(counts) - depth] += 1
                ctx.fill_rect(rng.randint(0, WIDTH - 20), rng.randint(0, HEIGHT - 20), 15, 15)
                draw_tree(ctx, rng, depth - 1, counts)
            ctx.shadow_color = "transparent"
