"""Are two pictures the same? A comparer that cannot be fooled.

A comparison that compares nothing is worse than none: it stays green for years. So everything that is not two
separate, equally large, non-empty, non-blank RGBA8 pictures is refused with `NotComparable`, an `AssertionError`:

    a, b --refuse--> premultiply --> |a - b| --> Comparison --assert_same--> message + PNGs of a, b and the difference

Straight colours at tiny alpha are meaningless (alpha 1 leaves two possible values a channel, and a library is free to
round to either), so colours are compared premultiplied unless ``premultiplied=False`` asks for the stored bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

__all__ = ["Comparison", "NotComparable", "assert_same", "compare", "premultiply"]

Pixels = npt.NDArray[np.uint8]


class NotComparable(AssertionError):
    """The arguments are no two pictures that could be told apart; the test that asked compares nothing."""


@dataclass(frozen=True)
class Comparison:
    """What was found; true when the pictures agree within the tolerances.

    Attributes
    ----------
    max_difference : int
        Largest difference of any channel, 0 to 255.
    mean_difference : float
        Mean over all pixels and channels, 0 to 255.
    differing_fraction : float
        Pixels that differ in any channel, 0 to 1.
    first_differing : tuple of (x, y) or None
        The first differing pixel in row order.
    worst : tuple of (x, y) or None
        The pixel of the largest difference.
    agrees : bool
        Every tolerance holds.
    """

    max_difference: int
    mean_difference: float
    differing_fraction: float
    first_differing: tuple[int, int] | None
    worst: tuple[int, int] | None
    agrees: bool

    def __bool__(self) -> bool:
        return self.agrees


def premultiply(pixels: Pixels) -> Pixels:
    """Return straight RGBA8 ``pixels`` premultiplied, rounded exactly.

    Parameters
    ----------
    pixels : ndarray, (H, W, 4) uint8
        Straight alpha.

    Returns
    -------
    ndarray, (H, W, 4) uint8
        ``round(colour * alpha / 255)``; 255 is odd, so there are no ties.
    """
    wide = pixels.astype(np.uint32)
    alpha = wide[..., 3:4]
    wide[..., :3] = (2 * wide[..., :3] * alpha + 255) // 510
    return wide.astype(np.uint8)


def compare(
    a: Any,
    b: Any,
    *,
    max_difference: int,
    max_fraction: float = 1.0,
    max_mean: float = 255.0,
    premultiplied: bool = True,
    picture_expected: bool = True,
) -> Comparison:
    """Measure how far two pictures are apart.

    Parameters
    ----------
    a, b : ndarray, (H, W, 4) uint8
        Straight RGBA8, two separate arrays of one shape.
    max_difference : int
        Largest allowed difference of a channel, 0 to 255.
    max_fraction : float
        Largest allowed share of differing pixels, 0 to 1.
    max_mean : float
        Largest allowed mean difference, 0 to 255.
    premultiplied : bool
        Compare premultiplied colours (see the module text) instead of the stored bytes.
    picture_expected : bool
        Refuse two pictures of one flat colour each: where something was drawn, that is two empty canvases.

    Returns
    -------
    Comparison

    Raises
    ------
    NotComparable
        Anything but two separate RGBA8 pictures of one size that show something.
    ValueError
        A tolerance outside its range.
    """
    _check_tolerances(max_difference, max_fraction, max_mean)
    _check_picture("a", a)
    _check_picture("b", b)
    _check_pair(a, b, picture_expected)
    if premultiplied:
        a, b = premultiply(a), premultiply(b)
    gap = np.abs(a.astype(np.int16) - b.astype(np.int16))
    worst_channel = gap.max(axis=2)
    differing = worst_channel > 0
    largest = int(worst_channel.max())
    mean = float(gap.mean())
    fraction = float(differing.mean())
    return Comparison(
        max_difference=largest,
        mean_difference=mean,
        differing_fraction=fraction,
        first_differing=_pixel_at(differing, int(differing.argmax())) if largest else None,
        worst=_pixel_at(worst_channel, int(worst_channel.argmax())) if largest else None,
        agrees=largest <= max_difference and fraction <= max_fraction and mean <= max_mean,
    )


def assert_same(
    a: Any,
    b: Any,
    *,
    max_difference: int,
    max_fraction: float = 1.0,
    max_mean: float = 255.0,
    premultiplied: bool = True,
    picture_expected: bool = True,
    names: tuple[str, str] = ("a", "b"),
    folder: Path | None = None,
) -> Comparison:
    """Fail unless the pictures agree; the message names the worst pixel, ``folder`` receives three PNGs.

    Parameters
    ----------
    a, b, max_difference, max_fraction, max_mean, premultiplied, picture_expected
        See `compare`.
    names : tuple of str
        What the pictures are, for the message and the file names.
    folder : Path, optional
        Where both pictures and their difference are written on failure (pytest's ``tmp_path``).

    Returns
    -------
    Comparison
        For tests that look further.

    Raises
    ------
    AssertionError
        The pictures differ by more than allowed.
    NotComparable
        See `compare`.
    """
    found = compare(
        a,
        b,
        max_difference=max_difference,
        max_fraction=max_fraction,
        max_mean=max_mean,
        premultiplied=premultiplied,
        picture_expected=picture_expected,
    )
    if found:
        return found
    assert found.worst is not None
    x, y = found.worst
    message = (
        f"{names[0]} and {names[1]} differ: worst pixel x={x} y={y} is {a[y, x].tolist()} against {b[y, x].tolist()} "
        f"(straight RGBA8), largest channel difference {found.max_difference} (allowed {max_difference}), "
        f"{found.differing_fraction:.3%} of pixels differ (allowed {max_fraction:.3%}), "
        f"mean {found.mean_difference:.4f} (allowed {max_mean:g}), first at {found.first_differing}"
    )
    if folder is not None:
        message += "; see " + ", ".join(str(path) for path in _save(a, b, names, folder))
    raise AssertionError(message)


def _check_tolerances(max_difference: int, max_fraction: float, max_mean: float) -> None:
    if not 0 <= max_difference <= 255:
        raise ValueError(f"max_difference is {max_difference}: give a channel difference from 0 to 255")
    if not 0.0 <= max_fraction <= 1.0:
        raise ValueError(f"max_fraction is {max_fraction}: give a share of pixels from 0 to 1")
    if not 0.0 <= max_mean <= 255.0:
        raise ValueError(f"max_mean is {max_mean}: give a mean channel difference from 0 to 255")


def _check_picture(name: str, pixels: Any) -> None:
    if not isinstance(pixels, np.ndarray):
        raise NotComparable(f"{name} is {type(pixels).__name__}, no picture: pass the array that to_numpy() returned")
    if pixels.dtype != np.uint8:
        raise NotComparable(f"{name} holds {pixels.dtype}: pass uint8")
    if pixels.ndim != 3 or pixels.shape[2] != 4:
        raise NotComparable(f"{name} has shape {pixels.shape}: pass (H, W, 4) RGBA")
    if pixels.size == 0:
        raise NotComparable(f"{name} is empty, shape {pixels.shape}: nothing would be compared")


def _check_pair(a: Pixels, b: Pixels, picture_expected: bool) -> None:
    if a is b or np.may_share_memory(a, b):
        raise NotComparable("a and b are one array: a picture compared with itself always agrees; render it twice")
    if a.shape != b.shape:
        raise NotComparable(f"a has shape {a.shape} and b has {b.shape}: pictures of one size are compared")
    if picture_expected and _is_flat(a) and _is_flat(b):
        raise NotComparable(
            f"both pictures are of one colour ({a[0, 0].tolist()} and {b[0, 0].tolist()}), nothing was drawn: "
            "pass picture_expected=False if that is what is meant"
        )


def _is_flat(pixels: Pixels) -> bool:
    return bool((premultiply(pixels) == premultiply(pixels[:1, :1])).all())


def _pixel_at(grid: npt.NDArray[Any], flat_index: int) -> tuple[int, int]:
    y, x = divmod(flat_index, grid.shape[1])
    return x, y


def _save(a: Pixels, b: Pixels, names: tuple[str, str], folder: Path) -> list[Path]:
    """Write both pictures and their opaque difference, stretched so that the worst channel is 255."""
    gap = np.abs(premultiply(a).astype(np.int32) - premultiply(b).astype(np.int32))
    shown = np.maximum(gap[..., :3], gap[..., 3:4]) * 255 // max(int(gap.max()), 1)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.png" for name in (f"1-{names[0]}", f"2-{names[1]}", "3-difference")]
    for path, pixels in zip(paths, (a, b, shown.astype(np.uint8)), strict=True):
        Image.fromarray(np.ascontiguousarray(pixels)).save(path)
    return paths
