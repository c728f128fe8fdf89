"""Full-width punctuation side by side: by CSS Text 4's rules, and as a headless Chromium sets it in a page."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import tempfile
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from built_fonts import build_font
from cjk_fonts import DOTS, LEFT, MIDDLE, QUOTES, WHOLE, cjk_font

import gpucanvas
import left_out
from chromium_filters import binary

SIZE = 20
FONTS = {
    "Trim Halves": {},
    "Trim None": {"halves": False},
    "Trim Contextual": {"contextual": True},
    "Trim Colons": {"boxes": dict.fromkeys("\uff1a\uff1b", LEFT)},
    "Trim Semicolon": {"boxes": {"\uff1b": LEFT}},
    "Trim Dots": {"boxes": dict.fromkeys(DOTS, MIDDLE)},
    "Trim Mixed Dots": {"boxes": {"\uff0e": MIDDLE}},
    "Trim Narrow Quotes": {"narrow_quotes": QUOTES},
    "Trim A Narrow Quote": {"narrow_quotes": QUOTES[0]},
    "Trim Wide Brackets": {"boxes": dict.fromkeys("\u300c\u300d", WHOLE)},
}
OPEN, CLOSE = "\u300c", "\u300d"
PAIRS = (
    *(OPEN + OPEN, CLOSE + OPEN, CLOSE + CLOSE, OPEN + CLOSE, "\u300f\uff08", "\uff09\u300e", "\u3010\u301a"),
    *(
        f"{each}{OPEN}"
        for each in "\u30fb\uff1a\uff1b\u3000\uff01\u3001\u3002\uff0c\uff0e\u2018\u2019\u201c\u201d([)] a,"
    ),
    *(
        f"{CLOSE}{each}"
        for each in "\u30fb\uff1a\uff1b\u3000\uff01\u3001\u3002\uff0c\uff0e\u2018\u2019\u201c\u201d([)] a,"
    ),
    *(f"{OPEN}{each}" for each in "\u30fb\uff1a\u3000\u3002\u201c\u201d("),
    *(f"{each}{CLOSE}" for each in "\u30fb\uff1a\u3000\u3002\u201c\u201d)"),
    *("\uff1a\uff1b", "\uff1b\uff1a", "\u3002\u3002", "\u3002\uff0c", "\u30fb\u30fb", "\u201c\u2018", "\u2019\u201d"),
    *("\u301d\u300c", "\u301f\u300c", f"{CLOSE}\u200b{OPEN}", f"{CLOSE}\u2060{OPEN}", CLOSE * 3 + OPEN * 2),
)
TEXTS = tuple(f"\u6f22{pair}\u6f22" for pair in PAIRS)
PAGE = """<!DOCTYPE html><meta charset="utf-8"><body lang="ja"><pre id=o></pre><script>
(async () => {
  for (const [name, data] of Object.entries(%s)) {
    const face = new FontFace(name, Uint8Array.from(atob(data), c => c.charCodeAt(0)).buffer);
    await face.load(); document.fonts.add(face);
  }
  const found = [];
  for (const [font, text] of %s) {
    const span = document.createElement('span');
    span.style.font = font; span.style.whiteSpace = 'pre'; span.textContent = text;
    document.body.append(span); found.push(span.getBoundingClientRect().width); span.remove();
  }
  document.getElementById('o').textContent = JSON.stringify(found);
})();
</script>"""


@cache
def files() -> dict[str, bytes]:
    """The contents of all fonts."""
    made = {name: cjk_font(name, **settings) for name, settings in FONTS.items()}  # type: ignore[arg-type]
    latin = build_font("Trim Latin", characters="()[]ab ,", advance=300)
    return {**made, "Trim Han": cjk_font("Trim Han", narrow=""), "Trim Latin": latin}


@pytest.fixture
def fonts() -> list[str]:
    """The fonts, registered, as CSS writes them; the last one is two, with narrow brackets in the other."""
    for name, data in files().items():
        gpucanvas.fonts.register(data, family=name)
    return [*(f"{SIZE}px '{name}'" for name in FONTS), f"{SIZE}px 'Trim Latin', 'Trim Han'"]


def width(font: str, text: str, **settings: str) -> float:
    """How wide a text is, em."""
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.font, ctx.lang = font, "ja"
    for name, value in settings.items():
        setattr(ctx, name, value)
    return ctx.measure_text(text).width / SIZE


# -- by the rules of CSS Text 4 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "em"),
    [
        (OPEN, 1.0),
        (OPEN * 2, 1.5),
        (CLOSE * 2, 1.5),
        (CLOSE + OPEN, 1.5),
        (OPEN + CLOSE, 2.0),
        ("\u6f22" + OPEN, 2.0),
        ("\u3000" + OPEN, 1.5),
        ("\u30fb" + OPEN, 1.5),
        (CLOSE + "\u30fb", 1.5),
        (OPEN + "\u30fb", 2.0),
        ("(" + OPEN, 0.8),
        (")" + OPEN, 1.3),
        (CLOSE + ")", 0.8),
        (CLOSE + "(", 1.3),
        (CLOSE + "\u3002", 1.5),
        ("\u3002" + OPEN, 1.5),
        (CLOSE * 3 + OPEN * 2, 3.0),
    ],
    ids=ascii,
)
def test_a_pair_of_full_width_punctuation_takes_what_the_standard_says(fonts: list[str], text: str, em: float) -> None:
    assert width(fonts[0], text) == pytest.approx(em, abs=1e-9)


def test_dots_that_a_font_centres_close_nothing(fonts: list[str]) -> None:
    """As in Traditional Chinese: two of them keep their width, and a bracket behind one does not."""
    left, centred = fonts[0], fonts[list(FONTS).index("Trim Dots")]
    assert (width(left, "\u3002\u3002"), width(centred, "\u3002\u3002")) == (1.5, 2.0)
    assert width(centred, "\u3002" + OPEN) == 1.5


def test_fonts_without_half_widths_keep_full_ones(fonts: list[str]) -> None:
    assert width(fonts[1], CLOSE + OPEN) == 2.0


@pytest.mark.parametrize("features", [{"halt": 0}, {"palt": 1}, {"chws": 0}], ids=str)
def test_a_program_that_sets_widths_by_features_decides_for_itself(fonts: list[str], features: dict[str, int]) -> None:
    ctx = gpucanvas.Recording(10, 10).get_context("2d")
    ctx.font = fonts[0]
    ctx.font_feature_settings = features
    assert ctx.measure_text(CLOSE + OPEN).width == 2 * SIZE


def test_spacing_and_other_settings_do_not_matter(fonts: list[str]) -> None:
    font, text = fonts[0], CLOSE + OPEN
    assert width(font, text, letter_spacing="2px") == pytest.approx(1.5 + 4 / SIZE)
    for name, value in (("font_kerning", "none"), ("text_rendering", "optimizeSpeed"), ("direction", "rtl")):
        assert width(font, text, **{name: value}) == 1.5


@pytest.mark.parametrize("text", [OPEN * 2, CLOSE + OPEN, CLOSE * 2])
def test_ink_stays_whole_where_punctuation_moves_together(fonts: list[str], text: str, backend: str) -> None:
    """Both squares are seen, at the distance that the half widths leave."""
    with gpucanvas.Canvas(60, 30, backend=backend) as canvas:  # type: ignore[arg-type]
        ctx = canvas.get_context("2d")
        ctx.font = fonts[0]
        ctx.fill_text(text, 5, 25)
        columns = np.array(canvas.to_numpy()[..., 3]).sum(0) > 0
    starts = (np.flatnonzero(np.diff(columns.astype(int)) == 1) + 1).tolist()
    # Where the ink of each begins, in thousandths: an opening one is half an em to the left of where it was.
    lefts = {OPEN * 2: (620, 1120), CLOSE + OPEN: (80, 1120), CLOSE * 2: (80, 580)}[text]
    assert starts == pytest.approx([5 + left * SIZE / 1000 for left in lefts], abs=1)


# -- lines of a layout -----------------------------------------------------------------------------------------------


def test_a_bracket_that_begins_a_line_has_its_full_width(fonts: list[str]) -> None:
    text = "\u6f22\u6f22" + CLOSE + OPEN + "\u6f22\u6f22"
    whole = gpucanvas.layout_text(text, font=fonts[0])
    assert [line.width for line in whole.lines] == [5.5 * SIZE]
    broken = gpucanvas.layout_text(text, 3.2 * SIZE, font=fonts[0])
    assert [text[line.start : line.end] for line in broken.lines] == [text[:3], text[3:]]
    assert [line.width for line in broken.lines] == [3 * SIZE, 3 * SIZE]


def test_no_line_is_wider_than_the_room_whatever_it_begins_with(fonts: list[str]) -> None:
    text = ("\u6f22\u6f22" + CLOSE + OPEN + "\u6f22" + CLOSE + "\u3002" + OPEN * 2) * 9 + "\u6f22"
    for room in (2.7, 3.0, 3.5, 4.2, 5.0, 7.5):
        lines = gpucanvas.layout_text(text, room * SIZE, font=fonts[0]).lines
        assert max(line.width for line in lines) <= room * SIZE + 1e-6
        assert "".join(text[line.start : line.end] for line in lines) == text


def test_carets_and_selections_are_where_the_halves_are(fonts: list[str]) -> None:
    layout = gpucanvas.layout_text(CLOSE + OPEN + "\u6f22" + CLOSE * 2, font=fonts[0])
    edges = [layout.caret(index)[0] / SIZE for index in range(6)]
    assert edges == pytest.approx([0, 1, 1.5, 2.5, 3, 4])
    ((x, _, wide, _),) = layout.selection(1, 2)
    assert (x, wide) == (1.0 * SIZE, 0.5 * SIZE)


# -- as a browser sets it --------------------------------------------------------------------------------------------


def test_widths_of_pairs_are_those_of_a_page_in_chromium(fonts: list[str]) -> None:
    """Of a page, not of its canvas: that one shapes quotation marks and narrow brackets apart from what is around."""
    program = binary()
    if program is None:
        left_out.CHROMIUM.missing("no Chromium was found")
    assert program is not None
    cases = list(product(fonts, TEXTS))
    data = {name: base64.b64encode(each).decode() for name, each in files().items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(PAGE % (json.dumps(data), json.dumps(cases)), encoding="utf-8")
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        command += ["--virtual-time-budget=20000", "--dump-dom", file.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    match = re.search(r'<pre id="o">(.+?)</pre>', done.stdout, re.S)
    assert match is not None
    theirs = json.loads(match.group(1))
    assert len(theirs) == len(cases) == len(fonts) * len(PAIRS)
    ours = [width(font, text) for font, text in cases]
    assert [case for case, one, other in zip(cases, ours, theirs, strict=True) if abs(one - other / SIZE) > 0.01] == []
    assert sum(width(fonts[0], text) < width(fonts[1], text) for text in TEXTS) > 30
