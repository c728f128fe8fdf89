"""encode: a recording becomes a Scene. Every step works on all commands of a kind at once.

    commands --count--> rows of draws --fill rects, paths, images, batches--> Scene

Upright rectangles, circles and segments stay shapes whose coverage a pixel computes by itself. Everything else becomes
an outline, as does a rectangle that the transform turns, or a circle that it squashes.
"""

from __future__ import annotations

from copy import copy
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..contract import constants as c
from ..contract import records
from ..contract.commands import PATH_NUMBERS, PEN_NUMBERS
from ..contract.outlines import FARTHEST_CORNER
from ..geometry.affine import IDENTITY, Affine, invert
from ..geometry.builder import CLOSE, LINE, MOVE
from ..kernels import holding_lock
from ..sight.spans import ENCODE, span
from ..stages.commands import survey_commands, write_commands
from . import record as r
from .batchcode import encode_batch
from .clipcode import encode_clips
from .glyphcode import TextCommands, encode_glyphs
from .glyphrows import SceneMasks
from .itemize import ItemCommands
from .leftcode import encode_left
from .outline import FILL, Outlines, new_traces
from .paintcode import PaintTable
from .scene import NO_CLIPS, Charge, Records, Scene
from .small import encode_small, streams_of
from .uses import Floats, Ints, Uses

NO_DRAWS: Records = np.empty(0, records.Draw.dtype)
NO_STARTS: Ints = np.empty(0, np.int64)
NO_LEFT: Ints = np.empty((0, 2), np.int64)
NO_PENS: Floats = np.empty((0, PEN_NUMBERS))
NO_TRACES = new_traces(0, 0, 0)
HELD_COMMANDS = 256
"""Recordings of at most so many commands are encoded with the GIL held: releasing it would take longer."""
survey_commands_held, write_commands_held = holding_lock(survey_commands), holding_lock(write_commands)


def encode(commands: r.Commands, width: int, height: int) -> Scene:
    """Returns the Scene of a recording on a surface of this size, pixels."""
    with span("encode", ENCODE, commands=len(commands)):
        return encode_small(commands, width, height) or Encoder(commands, width, height).scene()


def first_seen(commands: r.Commands, width: int, height: int) -> int:
    """Returns the index of the first visible command: the last opaque rectangle that covers the surface, else 0."""
    return int(survey(commands, width, height)[0])


def first_hidden(commands: r.Commands, width: int, height: int) -> int | None:
    """Returns the index of the last command that covers or clears all of the surface; None where none does."""
    first, covers = survey(commands, width, height)[:2]
    return int(first) if covers else None


def survey(commands: r.Commands, width: int, height: int) -> Any:
    """Returns what `survey_commands` finds in a recording."""
    tables, paints = np.frombuffer(commands.commands, r.COMMAND), PaintTable(commands)
    states, streams = np.frombuffer(commands.states, r.STATE), streams_of(commands)
    run = survey_commands_held if len(tables) <= HELD_COMMANDS else survey_commands
    return run(tables, states, paints.solid, paints.special, streams, width, height)


class Encoder:
    """One encoding: the tables that grow, and the recording they come from."""

    def __init__(self, commands: r.Commands, width: int, height: int) -> None:
        self.recording = commands
        self.width, self.height = width, height
        self.states = np.frombuffer(commands.states, r.STATE)
        self.commands = np.frombuffer(commands.commands, r.COMMAND)
        self.charge = Charge()
        self.outlines = Outlines(width, height, self.charge)
        self.paints = PaintTable(commands)
        # The colours that commands refer to: those of the recording, or those of a batch's items.
        self.solid = self.paints.solid
        self.streams, self.pens = streams_of(commands), NO_PENS
        if not commands.has_only_rects:
            self.pens = np.frombuffer(commands.pen_numbers, np.float64).reshape(-1, PEN_NUMBERS)
        self.has_clips = len(commands.slots) > 0 or (not commands.has_only_rects and len(commands.clips) > 0)
        self.draws: Records = NO_DRAWS
        self.clips: Records = NO_CLIPS
        self.masks = SceneMasks()
        self.starts: Ints = NO_STARTS
        # (row of the command, its batch) of each command that draws a batch, but texts.
        self.batches: list[tuple[int, r.Batch]] = []
        self.texts: TextCommands | None = None

    def scene(self) -> Scene:
        """Run every step."""
        paints, tables = self.paints, self.tables()
        self.is_held = len(self.commands) <= HELD_COMMANDS
        survey = survey_commands_held if self.is_held else survey_commands
        first, covers, *room, batches, images = survey(*tables, self.width, self.height)
        if first:
            # An opaque rectangle that covers the whole surface hides the commands before it.
            self.commands = self.commands[first:]
        self._make_draws(batches)
        left = self._write_commands(*room)
        if batches or images or len(left) or paints.any_special or self.has_clips:
            # Overflow and NaN are expected for shapes far outside, and every step handles them.
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                self._encode_rest(left, batches, images)
        return Scene(
            self.width,
            self.height,
            draws=self.draws,
            clips=self.clips,
            paints=paints.paints(),
            images=paints.images_used(),
            masks=self.masks.settle(self.draws),
            path_tile_count=self.outlines.tile_count,
            covers=covers == 1,
            holding=self.charge.holding,
            **self.outlines.tables(),  # type: ignore[arg-type]
        )

    def tables(self) -> tuple[Any, Any, Any, Any, Any]:
        """Returns the tables that `survey_commands` reads."""
        return self.commands, self.states, self.solid, self.paints.special, self.streams

    def recorded(self) -> tuple[Any, ...]:
        """Returns the tables that `write_commands` reads."""
        return self.commands, self.states, self.solid, self.streams, self.recording.slots, self.pens

    def _encode_rest(self, left: Ints, batches: int, images: int) -> None:
        """Encode all but plain rectangles and outlines; ``left`` as for `encode_left`."""
        if len(left):
            encode_left(self, left)
        if self.paints.any_special:
            self._encode_paints()
        if images and images > self.paints.images(self.commands, self.states, self.starts, self.draws):
            self.paints.layers(self.commands, self.states, self.starts, self.draws)
        if batches:
            self._encode_batches()
        if self.has_clips and self.draws["clip"].any():
            self.clips = encode_clips(self.recording, self.outlines)

    def _encode_batches(self) -> None:
        """Write the draws of batches; all texts are written together."""
        for row, batch in self.batches:
            encode_batch(self, row, batch)
        if self.texts is not None:
            encode_glyphs(self, self.texts)

    def encode_items(
        self, items: ItemCommands, pen: r.Pen | None, colors: NDArray[np.float32] | None, at: slice
    ) -> None:
        """Write the draws ``at`` of items of a batch, in straight ``colors`` (N, 4) or their commands' paints."""
        part = copy(self)
        part.commands, part.states, part.streams, part.pens = items
        part.draws, part.starts, part.is_held = self.draws[at], NO_STARTS, len(items.commands) <= HELD_COMMANDS
        part.solid = self.solid if colors is None else colors
        survey = survey_commands_held if part.is_held else survey_commands
        # Items that show the same outline need as much room each.
        count = len(items.commands) if len(items.streams[0]) == PATH_NUMBERS else 1
        tables = part.tables()
        _, _, *room, _, _ = survey(tables[0][: len(items.commands) // count], *tables[1:], self.width, self.height)
        left = part._write_commands(*(number * count for number in room))
        if len(left):
            part.recording = items.recording(self.recording, pen)
            encode_left(part, left)
        if colors is None and self.paints.any_special:
            part.recording = self.recording
            part._encode_paints()

    def _make_draws(self, batches: int) -> None:
        """Allocate all draws, and find where those of each command begin."""
        count = len(self.commands)
        if batches:
            counts = self._find_batches(np.flatnonzero(self.commands["kind"] == r.BATCH))
            ends = np.cumsum(counts)
            self.starts, count = ends - counts, int(ends[-1])
        self.charge(count * records.Draw.dtype.itemsize)
        self.draws = np.empty(count, records.Draw.dtype)

    def _find_batches(self, rows: Ints) -> Ints:
        """Find what the commands in these rows draw; returns the number of draws of every command."""
        found = [self.recording.batches[index] for index in self.commands["extra"][rows].tolist()]
        is_text = [batch.kind == "glyphs" for batch in found]
        counts = np.ones(len(self.commands), np.int64)
        if not all(is_text):
            pairs = zip(rows.tolist(), found, strict=True)
            self.batches = [(row, batch) for row, batch in pairs if batch.kind != "glyphs"]
            counts[[row for row, _ in self.batches]] = [batch.count for _, batch in self.batches]
        if any(is_text):
            self.texts = TextCommands.of(rows[is_text], [*compress(found, is_text)])
            self.texts.count_into(counts)
        return counts

    def _write_commands(self, uses: int, verbs: int, points: int) -> Ints:
        """Write the draws and outlines of rectangles and paths; returns those left to `encode_left`."""
        outlines, pens = self.outlines, self.pens
        traces, newest, left = NO_TRACES, NO_STARTS, NO_LEFT
        if uses:
            outlines.reserve_strokes(uses if len(pens) else 0)
            traces = new_traces(uses, verbs, points)
            newest, left = np.empty(len(pens), np.int64), np.empty((uses, 2), np.int64)
        recorded = self.recorded()
        strokes = outlines.strokes, outlines.numbers, newest
        firsts = outlines.stroke_count, outlines.path_count
        write = write_commands_held if self.is_held else write_commands
        outlines.stroke_count, wide, others, made, *counts = write(
            recorded, self.starts, traces, strokes, firsts, (self.width, self.height), self.draws, left
        )
        if wide >= 0:
            outlines.refuse_width(wide)
        if made:
            outlines.add_traces(traces, made, *counts)
        return left[:others]

    # -- what all kinds share ----------------------------------------------------------------------------------

    def matrices(self, rows: Ints) -> Floats:
        """Returns the matrices (N, 6) of commands."""
        found: Floats = self.states_of(rows)["matrix"]
        return found

    def placements(self, rows: Ints) -> Floats:
        """Returns the matrices (N, 6) from canvas to surface of commands: translations by the state's origin."""
        out = np.tile(np.array(IDENTITY), (len(rows), 1))
        out[:, 4:] = self.states_of(rows)["origin"]
        return out

    def states_of(self, rows: Ints) -> Records:
        """Returns the states (N,) of commands; a state that all share is broadcast, not copied."""
        index = self.commands["state"][run_of(rows)]
        one = len(index) and index.min() == index.max()
        # Not by indexing, which copies records field by field and takes ten times as long.
        states: Records = np.broadcast_to(self.states[index[0]], len(index)) if one else self.states.take(index)
        return states

    def style(self, at: Ints | slice, rows: Ints, shape: int) -> None:
        """Write shape, operator, clip and colour of the draws at ``at`` from their commands."""
        draws = self.draws
        commands = self.commands[run_of(rows)]
        index = commands["state"]
        if len(index) and index.min() == index.max():
            index = index[:1]
        op = self.states["op"][index]
        draws["style"][at] = shape | op
        draws["clip"][at] = self.states["clip"][index]
        paint = commands["paint"]
        shared = len(index) == 1 and len(paint) > 0 and bool(paint.min() == paint.max())
        self.color(at, self.paints.solid[paint[:1] if shared else paint], self.states["alpha"][index])

    def paint_of_batch(self, row: int) -> tuple[int, int]:
        """Returns Draw.paint of a batch's draws, 0 for a solid colour, and the bits to add to Draw.style."""
        paint = int(self.commands["paint"][row])
        if not (self.paints.any_special and self.paints.special[paint]):
            return 0, 0
        draw = np.zeros(1, records.Draw.dtype)
        self.paints.gradients(self.commands[row : row + 1], self.states, NO_STARTS, draw)
        if isinstance(self.recording.paints[paint], r.PatternUse):
            draw["paint"] = self._patterns(np.array([row]))
        return int(draw["paint"][0]), int(draw["style"][0])

    def _patterns(self, rows: Ints) -> NDArray[np.uint32]:
        """Returns values of Draw.paint for commands with patterns."""
        states = self.states_of(rows)
        return self.paints.patterns(self.commands["paint"][rows], states["matrix"], states["alpha"])

    def color(self, at: Ints | slice, rgba: NDArray[np.float32], alpha: NDArray[np.float64] | float) -> None:
        """Write straight colours times alpha, premultiplied."""
        a = (rgba[:, 3] * alpha).astype(np.float32)
        self.draws["r"][at] = rgba[:, 0] * a
        self.draws["g"][at] = rgba[:, 1] * a
        self.draws["b"][at] = rgba[:, 2] * a
        self.draws["a"][at] = a

    def place_rects(self, at: Ints | slice, corners: tuple[Floats, Floats, Floats, Floats]) -> None:
        """Write the corners of upright rectangles; a rectangle that is not finite covers nothing."""
        x0, y0, x1, y1 = corners
        # Negated, so that NaN takes this branch as well.
        far = FARTHEST_CORNER
        if not (min(np.min(x0), np.min(y0)) > -far and max(np.max(x1), np.max(y1)) < far):
            bad = ~np.isfinite(x0 + y0 + x1 + y1)
            x0, y0, x1, y1 = (np.where(bad, 0.0, np.clip(values, -far, far)) for values in corners)
        self.draws["x0"][at], self.draws["y0"][at] = x0, y0
        self.draws["x1"][at], self.draws["y1"][at] = x1, y1

    # -- the steps ---------------------------------------------------------------------------------------------

    def places(self, rows: Ints) -> Ints:
        """Returns the index of the first draw of each command."""
        return self.starts[rows] if len(self.starts) else rows

    def _encode_paints(self) -> None:
        """Write the gradients and patterns of rectangles and paths."""
        if self.paints.gradients(self.commands, self.states, self.starts, self.draws):
            kinds = self.commands["kind"]
            is_pattern = np.array([isinstance(paint, r.PatternUse) for paint in self.recording.paints])
            painted = (kinds <= r.STROKE_PATH) & (kinds != r.CLEAR_RECT) & is_pattern[self.commands["paint"]]
            rows = np.flatnonzero(painted)
            self.draws["paint"][self.places(rows)] = self._patterns(rows)

    def set_shape(self, at: Ints | slice, shape: int) -> None:
        """Change the shape of draws."""
        self.draws["style"][at] = (self.draws["style"][at] & ~np.uint32(255)) | np.uint32(shape)

    def set_paths(self, at: Ints | slice, paths: Ints) -> None:
        """Make draws show paths, given by index."""
        self.set_shape(at, c.SHAPE_PATH)
        self.draws["path"][at] = paths

    def pens_under(self, pens: Ints, matrices: Floats) -> Ints:
        """Returns the stroke index of each recorded pen under its matrix (N, 6); -2 where the matrix is singular."""
        matrix = tuple(matrices[0, :4].tolist())
        if len(pens) == 1:
            return np.array(self._pens_under(pens.tolist(), matrix))
        if (matrices[1:, :4] == matrices[:-1, :4]).all():
            used, inverse = np.unique(pens, return_inverse=True)
            return np.array(self._pens_under(used.tolist(), matrix))[inverse]
        keys = np.concatenate([pens[:, None], matrices[:, :4]], 1)
        keys, inverse = np.unique(keys, axis=0, return_inverse=True)
        out = [self._pens_under([int(index)], tuple(matrix))[0] for index, *matrix in keys.tolist()]
        return np.array(out)[inverse.reshape(-1)]

    def pen(self, pen: int, matrix: Affine) -> int:
        """Returns the stroke index of one recorded pen under a matrix; -2 where the matrix is singular."""
        return self._pens_under([pen], matrix[:4])[0]

    def _pens_under(self, pens: list[int], matrix: tuple[float, ...]) -> list[int]:
        """Returns the stroke indices of recorded pens under one matrix (a, b, c, d)."""
        a, b, c, d = matrix
        if invert((a, b, c, d, 0.0, 0.0)) is None:
            return [-2] * len(pens)
        known, add = self.recording.pens, self.outlines.add_pen
        return [add(known[pen], matrix) for pen in pens]

    def outline_rects(self, at: Ints, m: Floats, v: Floats, pens: Ints) -> None:
        verbs = np.tile(np.array([MOVE, LINE, LINE, LINE, CLOSE], np.uint8), len(at))
        x, y, w, h = v.T
        coords = np.stack([x, y, x + w, y, x + w, y + h, x, y + h], 1)
        n = len(at)
        self.add_uses(at, verbs, coords.reshape(-1), np.full(n, 5), np.full(n, 8), m, pens, np.zeros(n, np.int64))

    def add_uses(
        self,
        at: Ints,
        verbs: NDArray[np.uint8],
        coords: Floats,
        verb_counts: Ints,
        coord_counts: Ints,
        matrices: Floats,
        pens: Ints,
        rules: Ints,
    ) -> None:
        """Add the outlines of draws. A draw whose pen's matrix is singular, or whose matrix is not finite, is empty."""
        bad = (pens == -2) | ~np.isfinite(matrices).all(1)
        if bad.any():
            matrices = np.where(bad[:, None], np.zeros(6), matrices)
            pens = np.where(bad, FILL, pens)
        uses = Uses(verbs, coords, verb_counts, coord_counts, matrices, pens, rules)
        self.set_paths(at, self.outlines.add(uses))


def run_of(at: Ints) -> Ints | slice:
    """Returns indices as a slice where they are consecutive: writing through a slice is several times faster."""
    if len(at) and at[-1] - at[0] + 1 == len(at):
        return slice(int(at[0]), int(at[-1]) + 1)
    return at
