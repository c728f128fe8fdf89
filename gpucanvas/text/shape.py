"""shape: turns a text in a style into runs of glyphs, in visual order.

    text --itemize--> Item --fonts, capitals--> Part --glyphs.shape_part--> GlyphRun --bidi.reorder--> ShapedText
                                 `-- per cluster, where the first font lacks a character

A shaped text is cached by its text and its style without the size, since shaping uses a fixed size of its own. So a
text that grows or moves is shaped only once.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

import numpy as np

from ..css.fontunits import FontUnits
from ..recent import Recent
from . import registry
from .bidi import reorder
from .fallback import fallback, has_color_glyphs
from .fontlines import FontLines, anchor_part, baseline_of, font_lines, font_units
from .glyphs import GlyphRun, shape_part
from .instance import Instance
from .itemize import TEXT_STYLE, Item, clusters_of, itemize
from .match import match
from .style import Choice
from .textstyle import DEFAULT, Features, TextStyle
from .trim import NO_TRIM, trim_of

__all__ = [
    "Part",
    "RunKey",
    "Setting",
    "ShapedText",
    "parts_of",
    "setting_of",
    "shape_part_of",
    "shape_text",
    "units_of",
]

MOST_BYTES: Final = 32 << 20
"""Most bytes of all cached shaped texts."""
TEXT_BYTES, CHARACTER_BYTES = 1900, 45
"""Approximate bytes of a shaped text and of each of its characters."""
MOST_CHOSEN: Final = 4096
"""How many clusters' fonts are cached per style."""
SMALL_CAPITALS: Final = 0.7
"""Size of synthetic small capitals relative to the text's size, as in browsers."""
CAPITALS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "small-caps": (("smcp",),),
    "all-small-caps": (("smcp", "c2sc"),),
    "petite-caps": (("pcap",), ("smcp",)),
    "all-petite-caps": (("pcap", "c2pc"), ("smcp", "c2sc")),
    "unicase": (("unic",), ("c2sc",)),
    "titling-caps": (("titl",), ()),
}
"""OpenType features of `font_variant_caps`, and the features to use if a font lacks one of them. If it lacks these too,
small capitals are synthesised (CSS Fonts 4, "font-variant-caps")."""


class RunKey:
    """The part of a style that shaping depends on, as one object, so that lookups by it hash only its identity."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A `TextStyle` resolved with the fonts that are available.

    Attributes
    ----------
    generation
        The registry's generation when it was made.
    choices
        The chosen face of each family.
    features
        OpenType features for shaping.
    run_key, line_key
        The cache keys of shaped texts and of lines.
    first
        The first face's instance at this size.
    lines
        The first font's lines, which are those of the text.
    baseline_px, anchor_part
        The height of `text_baseline` above the alphabetic baseline, px; the part of a text's width left of its point.
    is_sized
        Whether the first face's glyphs depend on the size, by an optical size axis or synthetic bold.
    known, chosen
        Characters that the first face is known to have; the cached fonts of clusters.
    """

    style: TextStyle
    generation: int
    choices: tuple[Choice, ...]
    features: Features
    run_key: RunKey
    line_key: RunKey
    first: Instance
    lines: FontLines
    baseline_px: float
    anchor_part: float
    is_sized: bool
    known: set[str]
    chosen: dict[tuple[str, bool], Choice]


class Part(NamedTuple):
    """A part of a text in one font; ``text`` replaces it if its letters become capitals."""

    item: Item
    choice: Choice
    scale: float = 1.0
    text: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ShapedText:
    """A text's runs of glyphs from left to right.

    Parameters
    ----------
    text
        The text after `clean`.
    runs
        The runs in visual order.
    size_px
        The size that it was shaped for, if a font's glyphs depend on the size; else None.
    """

    text: str
    runs: tuple[GlyphRun, ...]
    size_px: float | None


_keys: Recent[tuple[Any, ...], RunKey] = Recent(2048)
_settings: Recent[TextStyle, Setting] = Recent(512)
_shaped: Recent[tuple[str, RunKey], ShapedText] = Recent(MOST_BYTES)
registry.emptied_on_removal(_keys.clear)
registry.emptied_on_removal(_settings.clear)
registry.emptied_on_removal(_shaped.clear)


# -- styles --------------------------------------------------------------------------------------------------------


def setting_of(style: TextStyle) -> Setting:
    """Return a style resolved with the fonts that are available now."""
    found = _settings.get(style)
    if found is None or found.generation != registry.generation():
        found = _resolve(style)
        _settings.put(style, found)
    return found


def units_of(style: TextStyle | None) -> FontUnits:
    """Return the lengths of CSS's font-relative units in a style's font; None is the default style."""
    setting = setting_of(style or DEFAULT)
    return font_units(setting.first, setting.style.font.size_px)


def _resolve(style: TextStyle) -> Setting:
    generation = registry.generation()
    choices = match(style.wanted)
    first = choices[0].instance(style.font.size_px)
    if style.needs_font:
        style = style.spaced_by(font_units(first, style.font.size_px))
    features = features_of(style)
    run_values = (
        choices,
        generation,
        features,
        style.caps,
        style.is_rtl,
        style.language,
        replace(style.wanted, size_px=0),
    )
    run_key = _key(run_values)
    line_key = _key((run_key, style.font.size_px, style.letter_px, style.word_px))
    lines = font_lines(first, style.font.size_px, style.text_rendering == "geometricPrecision")
    places = baseline_of(lines, style.text_baseline), anchor_part(style)
    sized = depends_on_size(choices[0])
    return Setting(style, generation, choices, features, run_key, line_key, first, lines, *places, sized, set(), {})


def _key(values: tuple[Any, ...]) -> RunKey:
    found = _keys.get(values)
    if found is None:
        found = RunKey()
        _keys.put(values, found)
    return found


def features_of(style: TextStyle) -> Features:
    """Return the features that a style switches on or off, without those of its capitals."""
    found: dict[str, int] = {}
    if style.font_kerning == "none" or (style.font_kerning == "auto" and style.text_rendering == "optimizeSpeed"):
        found["kern"] = 0
    if style.letter_px or style.text_rendering == "optimizeSpeed":
        found["liga"] = found["clig"] = 0
    found.update(style.features)
    return tuple(found.items())


# -- texts ---------------------------------------------------------------------------------------------------------


def shape_text(text: str, setting: Setting) -> ShapedText:
    """Shape a clean text into runs of glyphs, from left to right."""
    size_px = setting.style.font.size_px
    key = text, setting.run_key
    found = _shaped.get(key)
    if found is not None and found.size_px in (None, size_px):
        return found
    parts = [part for item in itemize(text, setting.style.is_rtl) for part in parts_of(text, item, setting)]
    runs = [shape_part_of(text, part, setting) for part in parts]
    if len(runs) > 1:
        runs = [runs[i] for i in reorder([run.level for run in runs])]
    first = setting.choices[0]
    sized = any(setting.is_sized if part.choice is first else depends_on_size(part.choice) for part in parts)
    found = ShapedText(text, tuple(runs), size_px if sized else None)
    _shaped.put(key, found, TEXT_BYTES + CHARACTER_BYTES * len(text))
    return found


def depends_on_size(choice: Choice) -> bool:
    """Whether a face's glyphs depend on the size, by an optical size axis or synthetic bold."""
    return choice.bold or choice.face.info.axis("opsz") is not None


def shape_part_of(text: str, part: Part, setting: Setting, first: int = 0) -> GlyphRun:
    """Shape a part of a clean text; ``first`` is the index of its line's first character."""
    item, choice = part.item, part.choice
    is_first = choice is setting.choices[0]
    instance = setting.first if is_first else choice.instance(setting.style.font.size_px)
    features = setting.features
    if setting.style.caps != "normal" and part.scale == 1.0:
        features = (*features, *((tag, 1) for tag in capitals_of(choice.face.hb, setting.style.caps) or ()))
    shape = partial(
        shape_part, script=item.script, level=item.level, language=setting.style.language, scale=part.scale
    )
    if part.text is None:
        trim = trim_of(text, item.start, item.end, first, instance, setting.style.language, setting.style.features)
        if trim is not NO_TRIM:
            features = (*features, *trim.features)
        return shape(text, item.start, item.end, instance, features=features, halves=trim.halves)
    # Synthetic capitals may be more characters than their letters, so they are shaped without the text around them.
    # Scripts with capitals do not join letters.
    run = shape(part.text, 0, len(part.text), instance, features=features)
    letters = [i for i in range(item.start, item.end) for _ in text[i].upper()]
    clusters = np.array(letters, np.int32)[run.clusters]
    return run._replace(start=item.start, end=item.end, clusters=clusters, text=text)


# -- fonts of an item ----------------------------------------------------------------------------------------------


def parts_of(text: str, item: Item, setting: Setting) -> list[Part]:
    """Cut an item where its font changes."""
    piece = text[item.start : item.end] if item.end - item.start < len(text) else text
    first = setting.choices[0]
    if not item.emoji and has_all(piece, first, setting) and not (TEXT_STYLE in piece and has_color_glyphs(first)):
        parts = [Part(item, first)]
    else:
        parts, start, at = [], item.start, item.start
        last: Choice | None = None
        for cluster in clusters_of(piece):
            choice = choice_of(cluster, item, setting, last or first)
            if choice is not last and choice != last:
                if last is not None:
                    parts.append(Part(item._replace(start=start, end=at), last))
                start, last = at, choice
            at += len(cluster)
        parts.append(Part(item._replace(start=start), last or first))
    if setting.style.caps != "normal":
        parts = [each for part in parts for each in small_capitals(text, part, setting.style.caps)]
    return parts


def has_all(piece: str, choice: Choice, setting: Setting) -> bool:
    """Whether the first font has all characters of a text."""
    if setting.known.issuperset(piece):
        return True
    missing = set(piece) - setting.known
    for character in missing:
        if not choice.face.has(ord(character)):
            return False
    setting.known.update(missing)
    return True


def choice_of(cluster: str, item: Item, setting: Setting, last: Choice) -> Choice:
    """Return a cluster's font. White space keeps the font of the last cluster, unless that font lacks it."""
    key = cluster, item.emoji
    found = setting.chosen.get(key)
    if found is not None:
        return found
    first = setting.choices[0]
    if not item.emoji and has_all(cluster, first, setting) and not (TEXT_STYLE in cluster and has_color_glyphs(first)):
        found = first
    elif cluster.isspace() and all(last.face.has(ord(each)) for each in cluster):
        return last
    else:
        found = _look_for(cluster, item.emoji, setting)
    if len(setting.chosen) >= MOST_CHOSEN:
        setting.chosen.clear()
    setting.chosen[key] = found
    return found


def _look_for(cluster: str, emoji: bool, setting: Setting) -> Choice:
    if len(cluster) > 1 and not emoji:
        # A font may have a letter and its mark as one character: HarfBuzz composes them, so the mark is not needed.
        composed = list(map(ord, unicodedata.normalize("NFC", cluster)))
        for choice in setting.choices if len(composed) < len(cluster) else ():
            if all(map(choice.face.has, composed)):
                return choice
    return fallback(cluster, setting.style.wanted, setting.choices, setting.style.language, emoji)


@lru_cache(256)
def has_feature(face: Any, tag: str) -> bool:
    """Whether a HarfBuzz face has a glyph substitution feature, in any script."""
    for script in range(len(face.get_table_script_tags("GSUB"))):
        if tag in face.get_language_feature_tags("GSUB", script):
            return True
    return False


@lru_cache(256)
def capitals_of(face: Any, caps: str) -> tuple[str, ...] | None:
    """Return a HarfBuzz face's features for a kind of capitals; None if they have to be synthesised."""
    for tags in CAPITALS[caps]:
        if all(has_feature(face, tag) for tag in tags):
            return tags
    return None


def small_capitals(text: str, part: Part, caps: str) -> list[Part]:
    """Cut a part into letters that become small capitals and the rest; not cut if the font has small capitals."""
    if capitals_of(part.choice.face.hb, caps) is not None:
        return [part]
    item = part.item
    changes = [is_small(text[i], caps) for i in range(item.start, item.end)]
    parts, start = [], item.start
    for i in range(item.start + 1, item.end + 1):
        if i == item.end or changes[i - item.start] != changes[start - item.start]:
            inner = item._replace(start=start, end=i)
            small = changes[start - item.start]
            parts.append(
                Part(inner, part.choice, SMALL_CAPITALS, text[start:i].upper()) if small else Part(inner, part.choice)
            )
            start = i
    return parts


def is_small(letter: str, caps: str) -> bool:
    """Whether a letter becomes a small capital; with `unicase` only capital letters do."""
    if caps == "unicase":
        return letter.isupper()
    return letter.upper() != letter or (caps.startswith("all") and letter.isupper())
