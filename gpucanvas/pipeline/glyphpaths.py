"""glyphpaths: turns a recording's texts into outlines, where it is replayed under other transforms, or saved as bytes.

    BATCH of glyphs --> one FILL_PATH or STROKE_PATH for each text and font      a state's tone --> none
                        and what each text says

Glyph masks are made for one size and one direction. A picture that is scaled, turned or moved by a part of a pixel
draws outlines instead.
"""

from __future__ import annotations

from array import array
from math import floor, isfinite

import numpy as np

from ..contract.commands import BATCH, COMMAND, FILL_PATH, PATH_IS_LOCAL, STATE, STROKE_PATH
from ..contract.constants import BASELINE_TIE
from ..contract.tones import TONE_BITS
from ..contract.verbs import MOVE
from . import record as r
from .glyphrows import GlyphRows
from .said import Said

__all__ = ["has_texts", "outline_glyphs"]


def has_texts(out: r.Commands) -> bool:
    """Returns whether `outline_glyphs` would change the recording itself, not counting its layers."""
    if (np.frombuffer(out.states, STATE)["op"] & np.uint32(TONE_BITS)).any():
        return True
    return not out.has_only_rects and any(isinstance(batch.items, GlyphRows) for batch in out.batches)


def outline_glyphs(out: r.Commands, is_joined: bool = False) -> None:
    """Replace all texts of a recording by outlines, in place; the recordings of its layers are not changed.

    ``is_joined`` makes one command of each batch, ignoring the texts' own colours, so that commands keep their index.
    """
    states = np.frombuffer(out.states, STATE)
    states["op"] &= np.uint32(~TONE_BITS & 0xFFFFFFFF)
    if out.has_only_rects or not any(isinstance(batch.items, GlyphRows) for batch in out.batches):
        return
    kept = [not isinstance(batch.items, GlyphRows) for batch in out.batches]
    places = np.cumsum(kept) - 1
    # Without the origin, by which a shadow's shape was moved: the text's baseline lies on a whole pixel, not the
    # shadow's.
    matrices = states["matrix"].copy()
    matrices[:, 4:] -= states["origin"]
    rows = np.frombuffer(bytes(out.commands), COMMAND).copy()
    is_batch = rows["kind"] == BATCH
    is_text = is_batch.copy()
    is_text[is_batch] = ~np.array(kept)[rows["extra"][is_batch]]
    is_kept_batch = is_batch & ~is_text
    rows["extra"][is_kept_batch] = places[rows["extra"][is_kept_batch]]
    commands, copied = bytearray(), 0
    for at in np.flatnonzero(is_text).tolist():
        commands += rows[copied:at].tobytes()
        copied = at + 1
        state, paint, batch = (int(rows[name][at]) for name in ("state", "paint", "extra"))
        commands += _paths_of(out, out.batches[batch], state, paint, matrices[state].tolist(), is_joined)
    commands += rows[copied:].tobytes()
    out.commands = commands
    out.batches = [batch for batch, keeps in zip(out.batches, kept, strict=True) if keeps]


def _paths_of(out: r.Commands, batch: r.Batch, state: int, paint: int, matrix: list[float], is_joined: bool) -> bytes:
    """Returns commands that draw texts as outlines, with baselines on whole pixels as masks have them."""
    _, _, c, d, e, f = matrix
    commands, all_verbs, all_coords = bytearray(), bytearray(), array("d")
    rows: GlyphRows = batch.items
    kind, number = (FILL_PATH, 0.0) if batch.pen < 0 else (STROKE_PATH, float(batch.pen))
    for text, x, y, color in rows.texts():
        verbs, coords = text.outline()
        if not verbs and not is_joined:
            if text.wording() is None:
                continue
            # Only colour glyphs, which other commands draw: an outline without ink says what they are.
            verbs, coords = bytes((MOVE,)), np.zeros(2)
        # Across the baseline: down, or to the right where it is vertical.
        scale, origin = (c, e) if rows.strike.is_vertical else (d, f)
        place = scale * y + origin
        baseline = (floor(place + (0.5 + BASELINE_TIE)) - origin) / scale if scale and isfinite(place) else y
        moved = coords.reshape(-1, 2) + (x, baseline)
        if is_joined:
            all_verbs += verbs
            all_coords.frombytes(moved.tobytes())
            continue
        index = r.append_path(out.path_tables(), bytearray(verbs), array("d", moved.tobytes()))
        own = paint if color is None else out.add_solid(color)
        if text.says is not None:
            out.texts[index] = Said(text.says, 1.0, x, baseline)
        commands += r.pack_command(kind, state, own, index, number, 0.0, PATH_IS_LOCAL, 0.0)
    if is_joined:
        index = r.append_path(out.path_tables(), all_verbs, all_coords)
        commands += r.pack_command(kind, state, paint, index, number, 0.0, PATH_IS_LOCAL, 0.0)
    return bytes(commands)
