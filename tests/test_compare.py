"""The comparer itself: whatever is wrong with a picture turns a test red."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from compare import NotComparable, assert_same, compare, premultiply

Pixels = npt.NDArray[np.uint8]


@pytest.fixture
def picture() -> Pixels:
    """An opaque picture without two equal rows or columns, (12, 16, 4) uint8."""
    y, x = np.mgrid[0:12, 0:16]
    return np.stack([x * 15, y * 20, (x * y) % 251, np.full_like(x, 255)], axis=2).astype(np.uint8)


def test_compare_accepts_equal_copies(picture: Pixels) -> None:
    found = compare(picture, picture.copy(), max_difference=0, max_fraction=0.0, max_mean=0.0)
    assert found
    assert found.max_difference == 0
    assert found.differing_fraction == 0.0
    assert found.first_differing is None
    assert found.worst is None


@pytest.mark.parametrize("channel", range(4))
def test_compare_sees_one_changed_pixel(picture: Pixels, channel: int) -> None:
    other = picture.copy()
    other[7, 3, channel] ^= 1
    found = compare(picture, other, max_difference=0)
    assert not found
    assert found.first_differing == found.worst == (3, 7)
    assert found.differing_fraction == pytest.approx(1 / (12 * 16))
    with pytest.raises(AssertionError, match="x=3 y=7"):
        assert_same(picture, other, max_difference=0)


def test_compare_names_the_first_and_the_worst_pixel(picture: Pixels) -> None:
    other = picture.copy()
    other[2, 5, 0] ^= 1
    other[9, 1, 1] ^= 128
    found = compare(picture, other, max_difference=0)
    assert (found.first_differing, found.worst, found.max_difference) == ((5, 2), (1, 9), 128)
    assert found.mean_difference == pytest.approx(129 / (12 * 16 * 4))


def test_compare_counts_each_tolerance_by_itself(picture: Pixels) -> None:
    other = picture.copy()
    other[0, :, 2] ^= 1
    assert compare(picture, other, max_difference=1)
    assert compare(picture, other, max_difference=1, max_fraction=1 / 12)
    assert not compare(picture, other, max_difference=1, max_fraction=0.08)
    assert not compare(picture, other, max_difference=1, max_mean=0.01)


def test_compare_turns_red_for_a_dropped_row(picture: Pixels) -> None:
    with pytest.raises(NotComparable, match=r"\(12, 16, 4\) and b has \(11, 16, 4\)"):
        compare(picture, picture[:-1].copy(), max_difference=255)


def test_compare_turns_red_for_a_row_moved_up(picture: Pixels) -> None:
    assert not compare(picture, np.roll(picture, -1, axis=0), max_difference=8)


@pytest.mark.parametrize("nothing", [None, [], (), 0, b"", "cpu", True])
def test_compare_turns_red_for_nothing(picture: Pixels, nothing: object) -> None:
    with pytest.raises(NotComparable, match="no picture"):
        compare(picture, nothing, max_difference=255)
    with pytest.raises(NotComparable, match="no picture"):
        compare(nothing, picture, max_difference=255)


@pytest.mark.parametrize("shape", [(0, 0, 4), (0, 16, 4), (12, 0, 4)])
def test_compare_turns_red_for_two_empty_pictures(shape: tuple[int, int, int]) -> None:
    with pytest.raises(NotComparable, match="is empty"):
        compare(np.zeros(shape, np.uint8), np.zeros(shape, np.uint8), max_difference=255)


@pytest.mark.parametrize("shape", [(12, 16), (12, 16, 3), (1, 12, 16, 4)])
def test_compare_turns_red_for_what_is_not_rgba(shape: tuple[int, ...]) -> None:
    with pytest.raises(NotComparable, match="shape"):
        compare(np.ones(shape, np.uint8), np.ones(shape, np.uint8), max_difference=255)


@pytest.mark.parametrize("dtype", [np.float32, np.int16, np.uint16, np.bool_])
def test_compare_turns_red_for_another_dtype(picture: Pixels, dtype: type) -> None:
    with pytest.raises(NotComparable, match="pass uint8"):
        compare(picture, picture.astype(dtype), max_difference=255)


def test_compare_turns_red_for_swapped_channels(picture: Pixels) -> None:
    assert not compare(picture, picture[..., [2, 1, 0, 3]], max_difference=8)


def test_compare_refuses_a_picture_and_itself(picture: Pixels) -> None:
    with pytest.raises(NotComparable, match="one array"):
        compare(picture, picture, max_difference=255)


def test_compare_refuses_a_view_of_the_same_memory(picture: Pixels) -> None:
    with pytest.raises(NotComparable, match="one array"):
        compare(picture, picture[:], max_difference=255)


def test_compare_refuses_two_blank_pictures_unless_told() -> None:
    a, b = np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8)
    with pytest.raises(NotComparable, match="nothing was drawn"):
        compare(a, b, max_difference=255)
    assert compare(a, b, max_difference=0, picture_expected=False)


def test_compare_counts_transparent_colours_as_blank() -> None:
    a = np.zeros((4, 4, 4), np.uint8)
    b = np.random.default_rng(1).integers(0, 256, a.shape, np.uint8)
    b[..., 3] = 0
    with pytest.raises(NotComparable, match="nothing was drawn"):
        compare(a, b, max_difference=255)


def test_compare_turns_red_for_a_blank_and_a_drawn_picture(picture: Pixels) -> None:
    assert not compare(picture, np.zeros_like(picture), max_difference=8)


def test_compare_ignores_straight_colours_at_tiny_alpha(picture: Pixels) -> None:
    a, b = picture.copy(), picture.copy()
    a[5, 5], b[5, 5] = (250, 130, 0, 1), (180, 255, 100, 1)
    assert compare(a, b, max_difference=0)
    assert compare(a, b, max_difference=0, premultiplied=False).max_difference == 125


@pytest.mark.parametrize(
    "tolerances",
    [{"max_difference": -1}, {"max_difference": 256}, {"max_difference": 1, "max_fraction": float("nan")}],
)
def test_compare_refuses_tolerances_that_make_no_sense(picture: Pixels, tolerances: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="max_"):
        compare(picture, picture.copy(), **tolerances)  # type: ignore[arg-type]


def test_premultiply_rounds_exactly() -> None:
    colour, alpha = np.meshgrid(np.arange(256), np.arange(256))
    straight = np.stack([colour, colour, colour, alpha], axis=2).astype(np.uint8)
    expected = np.rint(colour * alpha / 255.0).astype(np.uint8)
    assert (premultiply(straight)[..., 0] == expected).all()
    assert (premultiply(straight)[..., 3] == alpha).all()


def test_assert_same_saves_both_pictures_and_the_difference(picture: Pixels, tmp_path: Path) -> None:
    other = picture.copy()
    other[7, 3] = (0, 0, 0, 255)
    with pytest.raises(AssertionError, match=r"3-difference\.png"):
        assert_same(picture, other, max_difference=1, names=("cpu", "gl"), folder=tmp_path)
    assert (np.asarray(Image.open(tmp_path / "1-cpu.png")) == picture).all()
    assert (np.asarray(Image.open(tmp_path / "2-gl.png")) == other).all()
    difference = np.asarray(Image.open(tmp_path / "3-difference.png"))
    assert difference[7, 3].max() == 255
    assert np.count_nonzero(difference.max(axis=2)) == 1


def test_assert_same_writes_nothing_when_pictures_agree(picture: Pixels, tmp_path: Path) -> None:
    assert assert_same(picture, picture.copy(), max_difference=0, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
