"""Every scene on every backend: the two agree, each repeats itself to the byte, and something is seen."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from compare import assert_same
from gpucanvas.backends import gl as backend_of_gl
from gpucanvas.backends.gl import shared
from gpucanvas.contract.formats import RGBA8, PixelFormat
from gpucanvas.gl import texture_surface
from gpucanvas.gl.texture_surface import TextureSurface

from . import SCENES, Scene
from .operators import OPERATORS

ALL = [pytest.param(scene, id=name) for name, scene in sorted(SCENES.items())]
MAX_DIFFERENCE = 1
MAX_FRACTION = 0.005


@cache
def first_picture(name: str, backend: str) -> npt.NDArray[np.uint8]:
    """A scene as this process draws it first. Several tests look at it: to draw it for each takes twice the time.

    That it is no other the next time is asked by `test_scene_is_deterministic`.
    """
    picture = SCENES[name].render(backend)
    picture.flags.writeable = False
    return picture


@pytest.fixture(autouse=True)
def few_shaders(request: pytest.FixtureRequest) -> None:
    """Draw operators by shaders with all blend modes, but for one scene of each, which has a shader of its own.

    A mode is one function, whatever is drawn by it. Software OpenGL would compile some 60 shaders for these scenes.
    """
    scene = request.node.callspec.params.get("scene") if hasattr(request.node, "callspec") else None
    if scene is not None and "operators" in scene.topics and not scene.name.endswith("_opaque"):
        request.getfixturevalue("all_blend_modes")


@pytest.mark.parametrize("scene", ALL)
def test_scene_agrees_between_cpu_and_gl(scene: Scene, gl: str, tmp_path: Path) -> None:
    assert_same(
        first_picture(scene.name, "cpu"),
        first_picture(scene.name, gl),
        max_difference=MAX_DIFFERENCE,
        # A picture of a few pixels cannot differ in half a percent of them: one pixel may.
        max_fraction=max(MAX_FRACTION, 1 / (scene.width * scene.height)),
        names=("cpu", gl),
        folder=tmp_path,
    )


class OddTexture(TextureSurface):
    """A surface in a texture whose sides are no powers of two.

    Software OpenGL compiles a shader once more for images of which a side is one: four seconds for the largest shader.
    """

    __slots__ = ()

    def __init__(self, context: Any, programs: Any, width: int, height: int, format: PixelFormat = RGBA8) -> None:
        super().__init__(context, programs, width | 1, height | 1, format)
        self.size = width, height


@pytest.mark.parametrize("scene", ALL)
def test_scene_agrees_with_the_shaders_that_hardware_gets(
    scene: Scene, gl: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Software OpenGL has shaders without what a scene lacks, and other work groups; here it runs those of a GPU."""
    expected = first_picture(scene.name, "cpu")
    monkeypatch.setattr(shared(), "_software", False)
    for module in (backend_of_gl, texture_surface):
        monkeypatch.setattr(module, "TextureSurface", OddTexture)
    assert_same(
        expected,
        scene.render(gl),
        max_difference=MAX_DIFFERENCE,
        max_fraction=max(MAX_FRACTION, 1 / (scene.width * scene.height)),
        names=("cpu", "gl for hardware"),
        folder=tmp_path,
    )


@pytest.mark.parametrize("scene", ALL)
def test_scene_is_deterministic(scene: Scene, backend: str, tmp_path: Path) -> None:
    assert_same(
        first_picture(scene.name, backend),
        scene.render(backend),
        max_difference=0,
        premultiplied=False,
        names=("first", "second"),
        folder=tmp_path,
    )


@pytest.mark.parametrize("scene", ALL)
def test_scene_draws_something(scene: Scene, backend: str) -> None:
    picture = first_picture(scene.name, backend)
    assert picture.shape == (scene.height, scene.width, 4)
    assert picture.dtype == np.uint8
    assert len(np.unique(picture.reshape(-1, 4), axis=0)) > 1, f"{scene.name} is one flat {picture[0, 0].tolist()}"


@pytest.mark.parametrize("scene", ALL)
def test_scene_has_a_description(scene: Scene) -> None:
    assert scene.draw.__doc__ or scene.name.startswith("operator_")


def test_scenes_are_plenty_and_cover_every_topic() -> None:
    topics = {topic for scene in SCENES.values() for topic in scene.topics}
    assert len(SCENES) >= 70
    assert topics >= {
        "fills", "rules", "strokes", "caps", "joins", "dashes", "clips", "gradients", "images", "image data",
        "transforms", "skew", "batches", "paths", "svg", "state", "cusps", "zero-length", "thin", "huge", "tiles",
        *OPERATORS,
    }  # fmt: skip
