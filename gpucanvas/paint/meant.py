"""meant: the colour that was probably meant by a text that is none, for an error message.

    "blak" --> 'black'    "ff0000" --> '#ff0000'    matplotlib's "tab:blue" --> '#1f77b4', "0.5" --> 'rgb(50% 50% 50%)'
"""

from __future__ import annotations

import re
from typing import Final

from . import quick
from .named import NAMED_COLORS

__all__ = ["meant_by"]

LONGEST_NAME: Final = 24
"""Most characters of a text that is compared with the colour names."""
LONGEST_FUNCTION: Final = 80
"""Most characters of a function that is read once more in another form."""
WITH_COMMAS: Final = re.compile(r"((?:rgb|hsl)a?)\(([^()]*,[^()]*)\)", re.IGNORECASE)
"""The functions of colours that may have commas."""
CLOSE: Final = 0.8
"""How alike a text and a name must be (difflib's ratio): 'blak' and 'black', but not 'red;' and 'rgb'."""
# fmt: off
TABLEAU: Final = {
    "blue": "#1f77b4", "orange": "#ff7f0e", "green": "#2ca02c", "red": "#d62728", "purple": "#9467bd",
    "brown": "#8c564b", "pink": "#e377c2", "gray": "#7f7f7f", "olive": "#bcbd22", "cyan": "#17becf",
}
"""Matplotlib's colours "tab:blue" to "tab:cyan", which are its "C0" to "C9", too."""
LETTERS: Final = {
    "r": "red", "g": "green", "b": "blue", "k": "black", "w": "white", "none": "transparent",
    "c": "rgb(0 75% 75%)", "m": "rgb(75% 0 75%)", "y": "rgb(75% 75% 0)",
}
# fmt: on
"""What matplotlib calls otherwise."""


def meant_by(text: str) -> str | None:
    """Return a colour that was probably meant by a text that is none, where that is plain; else None.

    >>> [meant_by(each) for each in ("ff0000", "Dark Blue", "blak", "C3", "none", "0.25", "zzz")]
    ['#ff0000', 'darkblue', 'black', '#d62728', 'transparent', 'rgb(25% 25% 25%)', None]
    """
    spaced = _with_spaces(text)
    if spaced is not None:
        return spaced
    if len(text) > LONGEST_NAME:
        return None
    plotted = _of_matplotlib(text.strip().lower())
    if plotted is not None:
        return plotted
    if quick.read_digits(f"#{text}") is not None:
        return f"#{text}"
    word = "".join(filter(str.isalpha, text)).lower()
    if word in NAMED_COLORS:
        return word
    # Not at the top: few programs need it. Of the names a few are compared: programs that ignore errors go on.
    from difflib import get_close_matches

    near = [name for name in NAMED_COLORS if name[:1] == word[:1] and abs(len(name) - len(word)) < 2]
    for name in near:
        # Letters in another order: 'bleu' for 'blue'.
        if sorted(name) == sorted(word):
            return name
    return next(iter(get_close_matches(word, near, 1, CLOSE)), None)


def _with_spaces(text: str) -> str | None:
    """Return a function with commas in CSS's form without them, where it is a colour in that form.

    With commas, CSS wants a percentage for each of the last two numbers of hsl(), and all or none in rgb().

    >>> _with_spaces("hsl(120, 50, 50)"), _with_spaces("rgb(10%, 20, 30, 0.5)")
    ('hsl(120 50 50)', 'rgb(10% 20 30 / 0.5)')
    """
    found = WITH_COMMAS.fullmatch(text.strip())
    if found is None or len(text) > LONGEST_FUNCTION:
        return None
    from . import csscolor

    parts = [part.strip() for part in found[2].split(",")]
    spaced = f"{found[1]}({' '.join(parts[:3])}{' / ' if parts[3:] else ''}{', '.join(parts[3:])})"
    return spaced if (quick.read(spaced) or csscolor.read(spaced)) is not None else None


def _of_matplotlib(text: str) -> str | None:
    """Return the colour that matplotlib has by a name of its own, as CSS."""
    if text.startswith("tab:"):
        return TABLEAU.get(text[4:].replace("grey", "gray"))
    if re.fullmatch("c[0-9]", text):
        return list(TABLEAU.values())[int(text[1])]
    if re.fullmatch(r"0?\.[0-9]+|[01]\.0*", text):
        return " ".join([f"{100 * float(text):.4g}%"] * 3).join(("rgb(", ")"))
    return LETTERS.get(text)
