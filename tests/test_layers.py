"""The house has floors: every import goes down, and no file imports itself by way of others.

Imports inside functions and under TYPE_CHECKING count: what a file names, its reader must know.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import gpucanvas

PACKAGE = Path(gpucanvas.__file__).parent
FLOORS = (
    "verbs.__init__ frames.__init__ images.__init__",  # They only describe their folders.
    "errors names copies later forks masked recent changes",  # Words, and what everything may use.
    "images.words images.arrow contract images.colorspace",  # Facts.
    "images.pillow sight images.icc",  # Counts and times; what says in which colour space it is.
    "memory kernels",  # What is held; how a function becomes machine code.
    "resources",  # What stays where it is from frame to frame.
    "gl stages",  # OpenGL and staging memory; the kernels.
    "css",  # Values of CSS, which colours, fonts and transforms have.
    "svgfile",  # SVG documents, and the process that draws them.
    "geometry",
    "images.datasize images.flatdata",
    "images.imagedata",
    "paint",
    "text",  # Fonts, and what is set in them.
    "pipeline present",  # Recordings become scenes; pictures become files.
    "plan images.svgpixels",  # Scenes become steps over targets; SVG files have pixels in any size.
    "verbs.state frames.ticket verbs.opaque verbs.clearing output backends images.files",  # Who executes scenes.
    "picturefile picking frames.lineup frames.apart",
    "frames.surface frames.queue kernels.aot",
    "vector",  # Pictures become SVG, PDF and large prints.
    "picture",
    "images.rasters",
    "config",
    "verbs.indices verbs.inspace verbs.words images.sources",
    "verbs.recorder",
    "verbs.filtersettings",
    "verbs.settings verbs.paths verbs.transforms verbs.points verbs.drawimage",  # The verbs of a context.
    "verbs.batchinput verbs.textsettings",
    "verbs.batches verbs.markers",
    "verbs.pixels",
    "verbs.textend",
    "verbs.labeldraw",
    "verbs.layers verbs.paints verbs.textdraw verbs.sprites",  # One verb of a context needs the properties of others.
    "verbs.texts verbs.masks",
    "verbs.pictures verbs.textbatches verbs.quick",
    "verbs.context images.image",
    "verbs.widecontext",
    "recording images.bitmap images.animated",
    "frames.drawn",
    "canvas film fonts",
    "many window",
    "window.loop film.view",
    "film.__init__",
    "window.filming",
    "window.window",
    "window.show commands",
    "__init__ cli",
    "__main__",
)
"""From the ground up. A folder stands for its files, unless a longer name is here, too."""
FLOOR_OF = {name: number for number, names in enumerate(FLOORS) for name in names.split()}
FILES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "hook" not in path.stem  # Only a build has what it imports.
}


def unit(name: str) -> str:
    """The floor's name for a file: the longest that fits."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if ".".join(parts[:length]) in FLOOR_OF:
            return ".".join(parts[:length])
    raise AssertionError(f"{name} is on no floor: name it, or its folder, in FLOORS")


def imports_of(name: str) -> set[str]:
    """The files that a file imports."""
    package = ["gpucanvas", *name.split(".")[:-1]]
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            wanted = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            wanted = [f"{module}.{each.name}" for each in node.names] + [module]
        else:
            continue
        for each in wanted:
            inner = each.removeprefix("gpucanvas").lstrip(".")
            if not each.startswith("gpucanvas"):
                continue
            for file in (inner, f"{inner}.__init__".lstrip(".")):
                if file in FILES and file != name:
                    found.add(file)
    # A package's own __init__ is imported with each of its files: that is no arrow of the file's.
    return {
        each for each in found if not (each.endswith("__init__") and name.startswith(each.removesuffix("__init__")))
    }


GRAPH = {name: imports_of(name) for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_a_file_imports_what_is_below_it(name: str) -> None:
    floor = FLOOR_OF[unit(name)]
    up = {each for each in GRAPH[name] if unit(each) != unit(name) and FLOOR_OF[unit(each)] >= floor}
    assert not up, f"{name} is on floor {floor} and imports {', '.join(sorted(up))}"


def test_no_file_imports_itself_by_way_of_others() -> None:
    left = {name: set(wanted) for name, wanted in GRAPH.items()}
    while free := {name for name, wanted in left.items() if not wanted & left.keys()}:
        for name in free:
            del left[name]
    assert not left, f"these import one another in a circle, or what does: {', '.join(sorted(left))}"


def test_the_graph_is_that_of_the_package() -> None:
    """So that a graph without arrows does not pass for a good one."""
    assert GRAPH["frames.drawn"] >= {"recording", "frames.queue", "frames.surface"}
    assert "sight.monitor" in GRAPH["frames.drawn"], "imports inside functions count"
    assert "kernels.__init__" in GRAPH["stages.blend"]
    assert unit("kernels.aot.make") == "kernels.aot"
