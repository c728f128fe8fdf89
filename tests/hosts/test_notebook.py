"""The canvas as the value of a notebook's cell, without a notebook: what is chosen, what is shown, what is closed."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from drawings import Drawing
from needs import need_module
from PIL import Image

import gpucanvas
from gpucanvas.window import notebook


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A shell of IPython's in a kernel, that runs a cell."""
    fake = SimpleNamespace(kernel=object(), parent={})
    fake.get_parent = lambda: fake.parent
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: fake))
    monkeypatch.setattr(notebook, "_cells", {})
    return fake


def run_cell(shell: SimpleNamespace, cell: str | None, run: str) -> None:
    """Begin the run of a cell."""
    metadata = {} if cell is None else {"cellId": cell}
    shell.parent = {"header": {"msg_id": run}, "metadata": metadata}


@pytest.fixture
def show(shell: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`show_in_notebook` on a canvas in memory in place of the widget's."""
    from rendercanvas.offscreen import OffscreenRenderCanvas

    class Widget(OffscreenRenderCanvas):
        def set_resizable(self, value: bool) -> None:
            self.resizable = value

    monkeypatch.setattr(notebook, "_widget_class", lambda: Widget)
    return lambda *args, **options: notebook.show_in_notebook(Drawing().draw, *args, backend="cpu", **options)


def test_a_program_is_no_notebook() -> None:
    assert not notebook.in_notebook()


def test_ipythons_terminal_is_no_notebook_and_a_kernel_is_one(shell: SimpleNamespace) -> None:
    assert notebook.in_notebook()
    del shell.kernel
    assert not notebook.in_notebook()


def test_without_the_packages_a_still_picture_is_shown_and_the_cure_is_said(
    shell: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "rendercanvas.anywidget", None)
    notebook._widget_class.cache_clear()
    drawing = Drawing()
    view = notebook.show_in_notebook(drawing.draw, 40, 30, drawing.setup, backend="cpu")
    assert capsys.readouterr().err.count("pip install 'gpucanvas[jupyter]'") == 1
    assert drawing.views == [view]
    png, shown = view._repr_png_()
    pixels = np.asarray(Image.open(io.BytesIO(png)))
    assert np.array_equal(pixels, view.canvas.to_numpy())
    assert pixels[..., 3].any()
    assert shown == {"width": 40, "height": 30}
    view.canvas.close()


def test_running_a_cell_again_closes_what_it_showed_and_nothing_else(shell: SimpleNamespace, show: Any) -> None:
    run_cell(shell, "a", "run 1")
    first, second = show(), show()
    run_cell(shell, "b", "run 2")
    other = show()
    assert not (first.closed or second.closed or other.closed)
    run_cell(shell, "a", "run 3")
    third = show()
    assert [view.closed for view in (first, second, other, third)] == [True, True, False, False]
    for view in (other, third):
        view.close()


def test_without_names_of_cells_nothing_is_closed(shell: SimpleNamespace, show: Any) -> None:
    run_cell(shell, None, "run 1")
    first = show()
    run_cell(shell, None, "run 2")
    second = show()
    assert not first.closed
    for view in (first, second):
        view.close()


def test_parameters_of_windows_are_taken_and_others_refused(shell: SimpleNamespace, show: Any) -> None:
    show(50, 40, vsync=False, title=None, fps=20).close()
    with pytest.raises(TypeError, match="show: 'speed' is no parameter of a window"):
        show(speed=3)


# -- what a cell shows of what is no live canvas -----------------------------------------------------------------------


def test_a_view_is_shown_in_the_size_of_its_logical_pixels() -> None:
    view = gpucanvas.View(30, 20, 2.0, backend="cpu")
    png, shown = view._repr_png_()
    assert Image.open(io.BytesIO(png)).size == (60, 40)
    assert shown == {"width": 30, "height": 20}
    view.canvas.close()


@pytest.mark.parametrize("space", ["srgb", "display-p3"])
def test_image_data_are_shown_as_a_picture_and_other_numbers_as_numbers(space: Any) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (3, 5, 4), np.uint8)
    data = gpucanvas.ImageData(pixels, color_space=space)
    shown = Image.open(io.BytesIO(data._repr_png_() or b""))
    assert np.array_equal(np.asarray(shown), pixels)
    assert ("icc_profile" in shown.info) == (space != "srgb")
    assert Image.open(io.BytesIO(data[:, ::2]._repr_png_() or b"")).size == (3, 3)
    for other in (data[..., 0], data / 2, data[:0], data[..., :3]):
        assert other._repr_png_() is None


def test_a_closed_canvas_or_view_shows_no_picture() -> None:
    canvas = gpucanvas.Canvas(4, 3, backend="cpu")
    assert canvas._repr_png_() == canvas.to_png()
    image = gpucanvas.Image(canvas)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(image._repr_png_() or b""))), canvas.to_numpy())
    image.close()
    assert image._repr_png_() is None
    canvas.close()
    assert canvas._repr_png_() is None
    view = gpucanvas.View(4, 3, backend="cpu")
    view.canvas.close()
    assert view._repr_png_() is None


def test_a_view_on_another_host_is_shown_as_a_picture_and_one_on_a_widget_as_the_widget() -> None:
    from rendercanvas.offscreen import OffscreenRenderCanvas

    class Widget(OffscreenRenderCanvas):
        def _repr_mimebundle_(self, **options: object) -> dict[str, str]:
            return {"of a widget": str(options)}

    plain = gpucanvas.HostedView(OffscreenRenderCanvas(size=(5, 4)), backend="cpu")
    assert plain._repr_mimebundle_() == {}
    assert plain._repr_png_()[1] == {"width": 5, "height": 4}
    plain.close()
    live = gpucanvas.HostedView(Widget(size=(5, 4)), backend="cpu")
    shown = live._repr_mimebundle_()
    assert shown == {"of a widget": "{'include': None, 'exclude': None}", "text/plain": "<HostedView 5x4 in Widget>"}
    assert live._repr_png_() is None
    live.close()
    assert live._repr_mimebundle_() == {}
    assert repr(live) == "<HostedView 5x4 in Widget, closed>"


def test_ipython_takes_picture_and_size_from_a_view() -> None:
    formatters = need_module("IPython.core.formatters", "pip install -e '.[test-hosts]'")
    view = gpucanvas.View(30, 20, 2.0, backend="cpu")
    data, about = formatters.DisplayFormatter().format(view)
    assert data["image/png"][:4] == b"\x89PNG" or isinstance(data["image/png"], str)
    assert about["image/png"] == {"width": 30, "height": 20}
    view.canvas.close()
