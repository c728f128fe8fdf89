"""The declared stages: shaders use the buffers that they declare, and none other; what is read has been written."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from gpucanvas.contract.stages import BUFFERS, IMAGES, LAYERS, STAGE, STAGES, SURFACE, TEXELS, Stage
from gpucanvas.gl import source

SHADERS = Path(source.folder())
LEAST_BINDINGS = 8
"""GL_MAX_COMPUTE_SHADER_STORAGE_BLOCKS is no less in OpenGL 4.3."""
HOST_FILLS = {"scene", "vertices", "path_tiles", "counters", SURFACE, LAYERS, TEXELS}
"""What the host uploads or clears before the first stage."""


def own_text(stage: Stage) -> str:
    """A stage's shader with all that it includes, but for what is generated, and without comments and preprocessor."""
    names, text = [f"{stage.name}.comp"], ""
    for name in names:
        more = (SHADERS / name).read_text(encoding="utf-8")
        names += [n for n in re.findall(r'#include "(.*)"', more) if not n.startswith("generated/") and n not in names]
        text += re.sub(r"//.*", "", more)
    return text


def test_every_compute_shader_is_a_declared_stage() -> None:
    # Filters are no stages of a Draw: they have steps of their own. Nor is a snapshot, which is taken between frames.
    others = {path.stem for path in SHADERS.glob("*.comp") if not path.stem.startswith("filter_")} - {"snapshot"}
    assert others == STAGE.keys()
    assert len(STAGE) == len(STAGES)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_uses_the_buffers_that_it_declares(stage: Stage) -> None:
    text = own_text(stage)
    used = {name for name in (*BUFFERS, *IMAGES, TEXELS) if re.search(rf"\b{name}(_at)?\b", text)}
    # A name that is also a local one would be taken for the buffer.
    assert used == {*stage.reads, *stage.writes}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_needs_no_more_bindings_than_every_driver_has(stage: Stage) -> None:
    assert len(set(stage.buffers)) == len(stage.buffers) <= LEAST_BINDINGS


@pytest.mark.parametrize("path", sorted(SHADERS.glob("*.comp")), ids=lambda path: path.name)
def test_no_shader_types_a_binding_or_a_group_size(path: Path) -> None:
    assert not re.findall(r"local_size_x|std430|binding\s*=", path.read_text(encoding="utf-8"))


def test_what_a_stage_reads_has_been_written_before() -> None:
    written = set(HOST_FILLS)
    for stage in STAGES:
        assert set(stage.reads) <= written, stage.name
        written |= set(stage.writes)


def test_every_buffer_is_read_by_a_stage() -> None:
    assert {name for stage in STAGES for name in stage.reads} == {*BUFFERS, *IMAGES, TEXELS}


def test_the_stages_of_a_step_follow_one_another() -> None:
    steps = [stage.step for stage in STAGES]
    assert [a for a, b in pairwise([*steps, ""]) if a != b] == ["flatten", "binning", "coarse", "fine"]


def test_groups_are_as_many_as_the_items_need() -> None:
    threads, groups, own = STAGE["flatten_curves"], STAGE["binning_tiles"], STAGE["coarse"]
    assert [threads.groups(items, 100) for items in (1, 64, 65, 6400, 6401)] == [1, 1, 2, 100, 100]
    assert [groups.groups(items, 100) for items in (1, 64, 100, 101)] == [1, 64, 100, 100]
    assert [own.groups(items, 100) for items in (1, 101)] == [1, 101]


def test_a_buffer_that_is_counted_has_room_in_the_config() -> None:
    from gpucanvas.contract.records import Config

    fields = {field.name for field in Config.fields}
    for buffer in BUFFERS.values():
        assert (buffer.counter is None) == (buffer.capacity == "")
        assert buffer.capacity == "" or buffer.capacity in fields
