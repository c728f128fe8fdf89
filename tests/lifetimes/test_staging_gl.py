"""Staging memory on real OpenGL: a fragment shader reads a block that the host overwrites right after the draw.

llvmpipe shades fragments when it must, not when it is told to draw: without the wait every pixel is wrong, so this
test can fail, which is half of its worth.
"""

from __future__ import annotations

import gc

import numpy as np
import pytest

from gpucanvas.gl.staging import StagingPool
from gpucanvas.gl.sync import CopiedGL, MappedGL, Status, open_sync

SIZE = 64
NBYTES = SIZE * SIZE * 4
VERTEX = """
#version 430
void main() { gl_Position = vec4(gl_VertexID % 2 * 4 - 1, gl_VertexID / 2 * 4 - 1, 0, 1); }
"""
FRAGMENT = """
#version 430
layout(std430, binding = 0) readonly buffer Staged { uint staged[]; };
uniform uint nothing;
out uint found;
void main() {
    // Read late, so that a host which does not wait is certain to be first.
    uint late = 1;
    for (int turn = 0; turn < 3000; turn++) late = late * 1664525u + 1013904223u;
    found = staged[int(gl_FragCoord.y) * 64 + int(gl_FragCoord.x) + int(late & nothing)];
}
"""


class Reader:
    """Draws the content of a lease into a target of its own, a pixel a word."""

    def __init__(self, context):
        self.context = context
        program = context.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
        program["nothing"] = 0
        self.triangle = context.vertex_array(program, [])
        self.buffers = {}

    def target(self):
        return self.context.framebuffer([self.context.texture((SIZE, SIZE), 1, dtype="u4")])

    def draw(self, lease, target):
        """What a backend does: bind the lease's part of the block and draw."""

        def issue():
            block = lease.block
            if block.name not in self.buffers:
                self.buffers[block.name] = self.context.external_buffer(block.name, block.nbytes)
            self.buffers[block.name].bind_to_storage_buffer(0, offset=lease.offset, size=lease.nbytes)
            target.use()
            self.triangle.render(vertices=3)

        return issue

    def wrong_share(self, target, value):
        """The share of pixels that are not the value."""
        pixels = np.frombuffer(target.color_attachments[0].read(), np.uint32)
        return float((pixels != value).mean())


@pytest.fixture(autouse=True)
def no_debugging(monkeypatch):
    """Counts are exact, and guard bytes would change them."""
    monkeypatch.delenv("GPUCANVAS_DEBUG", raising=False)


@pytest.fixture
def context(gl):
    from gpucanvas.gl.context import create

    context = create()
    yield context
    gc.collect()
    context.release()


@pytest.fixture
def pool(context):
    pool = StagingPool(open_sync(context), block_bytes=4 * NBYTES)
    yield pool
    pool.close(10)
    assert pool.stats().bytes_total == 0 and context.error == "GL_NO_ERROR"


@pytest.fixture
def reader(context):
    return Reader(context)


@pytest.fixture
def mapped(context):
    if not isinstance(open_sync(context), MappedGL):
        pytest.skip("this driver has no ARB_buffer_storage")


def overwritten_after_the_draw(pool, reader, wait):
    """Draw sixteen times from one lease, each time overwriting it right after; the share of wrong pixels."""
    wrong = []
    with pool.lease(NBYTES) as lease:
        host = np.frombuffer(lease.block.memory, np.uint32, NBYTES // 4, lease.offset)
        for value in range(1, 17):
            target = reader.target()
            host[:] = value
            submission = pool.submit([lease], reader.draw(lease, target))
            if wait:
                assert pool.wait(submission, 10) is Status.SIGNALLED
            host[:] = 1000
            wrong.append(reader.wrong_share(target, value))
    return float(np.mean(wrong))


def let_go_after_the_draw(pool, reader):
    """Draw twenty frames, letting go of each lease and filling the next one at once; the share of wrong pixels."""
    wrong = []
    for value in range(1, 21):
        target = reader.target()
        with pool.lease(4 * NBYTES) as lease:
            lease.array(NBYTES // 4, np.uint32)[:] = value
            pool.submit([lease], reader.draw(lease, target))
        pool.poll()
        with pool.lease(4 * NBYTES) as other:
            other.array(NBYTES // 4, np.uint32)[:] = 1000
            wrong.append(reader.wrong_share(target, value))
    return float(np.mean(wrong))


def test_memory_overwritten_after_the_wait_is_what_was_drawn(pool, reader):
    assert overwritten_after_the_draw(pool, reader, wait=True) == 0


def test_memory_overwritten_without_the_wait_is_wrong(pool, reader, mapped, context):
    if "llvmpipe" not in context.info["GL_RENDERER"]:
        pytest.skip("only llvmpipe is known to read as late as this")
    assert overwritten_after_the_draw(pool, reader, wait=False) > 0.5


def test_recycled_blocks_are_not_overwritten_early(pool, reader):
    assert let_go_after_the_draw(pool, reader) == 0
    pool.poll()
    stats = pool.stats()
    assert stats.created < 20 and stats.recycled > 20, "nothing was ever used again"
    assert (stats.fences, stats.failures, stats.leases_live) == (20, 0, 0)


def test_a_pool_without_its_fences_overwrites_early(pool, reader, mapped, context, monkeypatch):
    if "llvmpipe" not in context.info["GL_RENDERER"]:
        pytest.skip("only llvmpipe is known to read as late as this")
    monkeypatch.setattr(StagingPool, "_ask", lambda self, submission, timeout_ns: Status.SIGNALLED)
    assert let_go_after_the_draw(pool, reader) > 0.5


def test_copied_blocks_draw_the_same(context, reader):
    pool = StagingPool(CopiedGL(context), block_bytes=4 * NBYTES)
    assert overwritten_after_the_draw(pool, reader, wait=False) == 0
    assert let_go_after_the_draw(pool, reader) == 0
    pool.close(10)
    assert pool.stats().bytes_total == 0 and context.error == "GL_NO_ERROR"


def test_blocks_are_new_and_clean_after_one_was_deleted(context):
    gl = open_sync(context)
    for _ in range(4):
        block = gl.new_block(1 << 16)
        assert not any(block.memory)
        block.memory[:] = b"\xff" * block.nbytes
        gl.drop_block(block)
    assert context.error == "GL_NO_ERROR"


def test_a_block_that_the_driver_cannot_give_is_a_memory_error(context):
    for gl in (MappedGL(context), CopiedGL(context)):
        with pytest.raises((MemoryError, OverflowError)):
            gl.new_block(1 << 46)
    assert context.error == "GL_NO_ERROR"


def test_a_fence_is_signalled_by_a_wait_that_flushes(context):
    gl = open_sync(context)
    sync = gl.fence()
    assert sync and gl.wait(sync, 10**9, True) is Status.SIGNALLED
    gl.delete_fence(sync)
    assert gl.wait(sync + 1, 0, False) is not Status.SIGNALLED or context.error
