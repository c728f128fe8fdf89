"""texels: uploads the images and glyph masks of one context into pages, the layers of one array texture.

    image --new--> staging memory --copy on the GPU--> its place in a page       once, for all later draws
    surface ------ snapshot.comp, on the GPU --------> its place in a page       without a copy on the host
    masks --new rows--> staging memory --copy--------> whole rows of a page      later masks follow behind

A texel's number consists of page, row and column, with PAGE_SHIFT bits for each of the last two. An image is addressed
by the number of its first texel and a stride: it is a rectangle of a page or, where larger than a page, rows packed
without gaps through several pages. A texture has far more room than a driver's largest storage buffer.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from .. import memory
from ..contract.constants import PAGE_SHIFT, PAGE_SIDE
from ..contract.formats import RGBA16F
from ..contract.records import Image
from ..errors import LimitError, LostContextError
from ..resources.growing import ROW_BYTES, Written
from ..resources.pages import Pages, Place
from ..resources.residency import Entry, Pin, Residency
from ..sight.spans import UPLOADS, count, span
from .owner import Owner, owns_a_context
from .program import Programs
from .texture_copies import Part, TextureCopies
from .texture_surface import TextureSurface
from .transfer import PIECE_BYTES, Transfers

Texels = NDArray[np.uint32]
PAGE_WORDS: Final = PAGE_SIDE * PAGE_SIDE
PAGE_BYTES: Final = 4 * PAGE_WORDS
EASY_PAGES: Final = 128
"""Pages, 512 MiB, above which images that were not drawn lately are evicted before another page is added."""
MOST_PAGES: Final = 1 << 32 - 2 * PAGE_SHIFT
"""Most pages, so that the number of a texel has 32 bits."""
WORD: Final = 0xFFFFFFFF
GROUP: Final = 64


class DrawnImage(Protocol):
    """An image of a scene."""

    size: tuple[int, int]
    left: int
    top: int

    @property
    def key(self) -> object:
        """The identity of the pixels, an object that dies with them."""

    @property
    def pixels(self) -> Texels:
        """(H, W) uint32, straight RGBA8, red in the low byte."""


class Snapshot:
    """A copy of a surface's pixels in the pages of its context, kept while this object lives."""

    __slots__ = ("__weakref__", "_pages", "size")

    def __init__(self, pages: TexelPages, size: tuple[int, int]) -> None:
        self._pages, self.size = pages, size

    def is_in(self, pages: object) -> bool:
        """Whether the snapshot is in these pages."""
        return self._pages is pages

    def download(self) -> Texels:
        """The pixels on the host, for another backend."""
        return self._pages.download(self)


class TexelPages:
    """The pages of one context. All methods but `download` and `evict` run on the thread that owns it.

    Attributes
    ----------
    resident : Residency
        The entries of resident images and masks.
    uploads, bytes_uploaded, allocations : int
        Numbers of uploads, of bytes uploaded, and of allocations of the texture.
    """

    def __init__(self, owner: Owner, programs: Programs, transfers: Transfers) -> None:
        self._owner, self._context, self._programs, self._transfers = owner, owner.context, programs, transfers
        self._thread = threading.get_ident()
        self._copies = TextureCopies(owner.context)
        self._texture: Any = None
        self._holding = memory.Holding("texels")
        self._most_pages = min(int(owner.context.info["GL_MAX_ARRAY_TEXTURE_LAYERS"]), MOST_PAGES)
        self.resident = Residency(Pages(PAGE_SIDE), self._resize, EASY_PAGES)
        self.uploads = self.bytes_uploaded = self.allocations = 0
        memory.add_cache(self.evict)

    # -- places ------------------------------------------------------------------------------------------------

    def require(self, images: Sequence[DrawnImage], masks: Sequence[Written] = ()) -> Pin:
        """Make all images and masks resident, and keep them so until the returned pin is released.

        Raises
        ------
        MemoryBudgetError, LimitError
            Where they do not fit; none of them is pinned then.
        """
        resident = self.resident
        resident.settle()
        pin, fresh = resident.pin(), []
        try:
            missing = []
            for part in masks:
                known = resident.find(part.room)
                if known is not None:
                    pin.add(known)
            for image in images:
                entry = resident.find(image.key)
                if entry is None:
                    missing.append(image)
                else:
                    pin.add(entry)
            # Resident images have been pinned first: adding the missing ones may evict entries.
            for image in missing:
                entry = self._add(image.key, *image.size)
                pin.add(entry)
                fresh.append((image, entry))
            if fresh:
                self._upload(fresh)
            self._write_masks(masks, pin)
        except BaseException:
            pin.release()
            resident.settle()
            for image, _ in fresh:
                resident.forget(image.key)
            raise
        return pin

    def table(self, images: Sequence[DrawnImage]) -> NDArray[Any]:
        """The Image records of resident images."""
        out = np.zeros(len(images), Image.dtype)
        for number, image in enumerate(images):
            entry = self.resident.find(image.key)
            assert entry is not None, "an image that no Upload step named"
            start = first_word(entry.place) - image.top * entry.stride - image.left
            out[number] = start & WORD, entry.stride, 0, 0, 0
        return out

    def moves(self, masks: Sequence[Written]) -> NDArray[np.uint32]:
        """For each resident mask buffer, the distance from its offset in the scene to its place in the pages, bytes."""
        places = []
        for part in masks:
            entry = self.resident.find(part.room)
            assert entry is not None, "masks that no Upload step named"
            places.append((4 * first_word(entry.place) - part.start) & WORD)
        return np.array(places, np.uint32)

    def bind(self) -> None:
        """Bind the pages for shaders."""
        if self._texture is not None:
            self._texture.use(0)

    def _add(self, key: object, width: int, height: int, is_only_copy: bool = False) -> Entry:
        if width <= PAGE_SIDE and height <= PAGE_SIDE:
            return self.resident.add(key, width, height, PAGE_SIDE, is_only_copy)
        rows = -(-width * height // PAGE_SIDE)
        if rows > self._most_pages * PAGE_SIDE:
            raise LimitError(
                f"an image of {width}x{height} pixels is beyond this driver's {self._most_pages * PAGE_WORDS} pixels: "
                'draw it in parts, or use backend="cpu"'
            )
        return self.resident.add(key, PAGE_SIDE, rows, width, is_only_copy)

    def _resize(self, pages: int) -> None:
        """Change the number of pages; the content of common pages is kept."""
        if pages > self._most_pages:
            raise LimitError(
                f"the images of a frame need more than this driver's {self._most_pages * PAGE_WORDS} pixels: "
                'draw fewer at once, or use backend="cpu"'
            )
        old, before = self._texture, self._holding.device_bytes
        self._holding.resize(0, pages * PAGE_BYTES)
        try:
            made = self._new_texture(pages) if pages else None
        except BaseException:
            self._holding.resize(0, before)
            raise
        if old is not None:
            if made is not None:
                self._copies.layers(old, made, min(pages, old.layers))
            old.release()
        self._texture = made

    def _new_texture(self, pages: int) -> Any:
        error = self._context.error
        if error != "GL_NO_ERROR":
            self._owner.check(error)
        made = self._context.texture_array((PAGE_SIDE, PAGE_SIDE, pages), 1, dtype="u4")
        error = self._context.error
        if error != "GL_NO_ERROR":
            made.release()
            if error != "GL_OUT_OF_MEMORY":
                self._owner.check(error)
            raise LimitError(
                f"this driver has no room for {pages * PAGE_BYTES} bytes of images: draw fewer or smaller ones at "
                'once, or use backend="cpu"'
            )
        made.filter = self._context.NEAREST, self._context.NEAREST
        self.allocations += 1
        count("allocations")
        return made

    def evict(self) -> int:
        """Evict images that can be uploaded again; returns the bytes freed. May be called on any thread."""
        if threading.get_ident() == self._thread:
            return self._evict()
        if owns_a_context():
            # The owner threads of two contexts would deadlock evicting each other's pages.
            return 0
        try:
            return self._owner.run(self._evict)
        except LostContextError:
            # The pages were lost with the context, or belong to the parent process.
            return 0

    def _evict(self) -> int:
        before = self._holding.device_bytes
        if self.resident.evict() or self.resident.pages.used < self.resident.pages.count:
            used = self.resident.pages.used
            self._resize(used)
            self.resident.pages.shrink(used)
        return before - self._holding.device_bytes

    # -- uploads and downloads ---------------------------------------------------------------------------------

    def _upload(self, fresh: Sequence[tuple[DrawnImage, Entry]]) -> None:
        """Upload images to their places; many small ones share a piece of staging memory."""
        batch: list[tuple[Texels, Part]] = []
        nbytes = 0
        total = sum(image.size[0] * image.size[1] * 4 for image, _ in fresh)
        with span("texels", UPLOADS, bytes=total):
            for image, entry in fresh:
                pixels = image.pixels
                is_staged = self._transfers.has(pixels)
                words = pixels if is_staged else np.ascontiguousarray(pixels)
                at = 0
                for part in parts_of(entry, image.size):
                    size = part.width * part.height
                    piece = words.reshape(-1)[at : at + size]
                    at += size
                    if is_staged:
                        self._transfers.copy_staged(piece, self._copier(part))
                        continue
                    if batch and nbytes + 4 * size > PIECE_BYTES:
                        self._send(batch, nbytes)
                        batch, nbytes = [], 0
                    batch.append((piece, part))
                    nbytes += 4 * size
            if batch:
                self._send(batch, nbytes)
        self.uploads += 1
        self.bytes_uploaded += total
        count("texel_bytes_uploaded", total)
        count("uploads")
        count("bytes_uploaded", total)

    def _write_masks(self, masks: Sequence[Written], pin: Pin) -> None:
        """Upload the rows of mask buffers that are new or have grown."""
        batch: list[tuple[Texels, Part]] = []
        grown = []
        for part in masks:
            entry = self.resident.find(part.room)
            if entry is None:
                entry = self._add(part.room, PAGE_SIDE, part.room.rows)
                pin.add(entry)
                if 4 * (first_word(entry.place) + part.room.rows * PAGE_SIDE) > WORD:
                    raise LimitError(
                        f"the masks of glyphs lie behind {entry.place.page} pages of images, and their bytes have "
                        f'numbers of 32 bits: draw fewer images at once, or use backend="cpu"'
                    )
            if entry.nbytes < part.nbytes:
                words = part.room.bytes.view(np.uint32)
                for row, rows in rows_of(entry, entry.nbytes // ROW_BYTES, -(-part.nbytes // ROW_BYTES)):
                    batch.append((words[row * PAGE_SIDE : (row + rows.height) * PAGE_SIDE], rows))
                grown.append((entry, part.nbytes))
        total = sum(piece.nbytes for piece, _ in batch)
        if not total:
            return
        with span("masks", UPLOADS, bytes=total):
            for each in batch:
                self._send([each], each[0].nbytes)
        for entry, nbytes in grown:
            entry.nbytes = nbytes
        self.uploads += 1
        self.bytes_uploaded += total
        count("texel_bytes_uploaded", total)
        count("uploads")
        count("bytes_uploaded", total)

    def _copier(self, part: Part) -> Any:
        return lambda buffer, offset: self._copies.from_buffer(self._texture, part, buffer, offset)

    def _send(self, batch: list[tuple[Texels, Part]], nbytes: int) -> None:
        """Upload some rectangles through one piece of staging memory."""

        def write(words: Texels) -> None:
            at = 0
            for piece, _ in batch:
                words[at : at + piece.size] = piece
                at += piece.size

        def copy(buffer: int, offset: int) -> None:
            for piece, part in batch:
                self._copies.from_buffer(self._texture, part, buffer, offset)
                offset += piece.nbytes

        self._transfers.send(nbytes, write, copy)

    def snapshot(
        self, surface: TextureSurface, box: tuple[int, int, int, int], opaque: bool, halves: bool = False
    ) -> Snapshot:
        """Copy a box of a surface, straight, into the pages on the GPU; with ``halves``, as two words a pixel."""
        x0, y0, x1, y1 = box
        taken = Snapshot(self, ((x1 - x0) * (1 + halves), y1 - y0))
        entry = self._add(taken, *taken.size, is_only_copy=True)
        program = self._programs.get("snapshot", None, surface.format)
        program["corner"], program["size"] = (x0, y0), (x1 - x0, y1 - y0)
        program["start"], program["stride"], program["opaque"] = first_word(entry.place), entry.stride, int(opaque)
        if surface.format is RGBA16F:
            program["halves"] = int(halves)
        surface.texture().bind_to_image(0, read=True, write=False)
        self._texture.bind_to_image(1, read=False, write=True)
        self._programs.run(program, -(-(x1 - x0) // GROUP), y1 - y0)
        self._context.memory_barrier()
        return taken

    def download(self, taken: Snapshot) -> Texels:
        """The pixels of a snapshot. May be called on any thread."""
        return self._owner.run(lambda: self._download(taken))

    def _download(self, taken: Snapshot) -> Texels:
        entry = self.resident.find(taken)
        assert entry is not None
        pieces = []
        for part in parts_of(entry, taken.size):
            texture = self._context.texture((part.width, part.height), 1, dtype="u4")
            try:
                self._copies.to_texture(self._texture, part, texture)
                pieces.append(np.frombuffer(texture.read(alignment=1), np.uint32))
            finally:
                texture.release()
        count("waits")
        count("bytes_downloaded", 4 * taken.size[0] * taken.size[1])
        return np.concatenate(pieces).reshape(taken.size[::-1])


def first_word(place: Place) -> int:
    """The number of a place's first texel."""
    return place.page << 2 * PAGE_SHIFT | place.y << PAGE_SHIFT | place.x


def parts_of(entry: Entry, size: tuple[int, int]) -> list[Part]:
    """The rectangles of pages that hold an image's texels, in order, each within one page."""
    place, (width, height) = entry.place, size
    if entry.stride == PAGE_SIDE and width <= PAGE_SIDE and height <= PAGE_SIDE:
        return [Part(place.page, place.x, place.y, width, height)]
    rows, rest = divmod(width * height, PAGE_SIDE)
    out = [
        Part(place.page + first // PAGE_SIDE, 0, place.y, PAGE_SIDE, min(PAGE_SIDE, rows - first))
        for first in range(0, rows, PAGE_SIDE)
    ]
    if rest:
        out.append(Part(place.page + rows // PAGE_SIDE, 0, place.y + rows % PAGE_SIDE, rest, 1))
    return out


def rows_of(entry: Entry, first: int, last: int) -> list[tuple[int, Part]]:
    """A range of rows of an entry of whole page rows, cut at pages: the first row and the rectangle of each piece."""
    place, out = entry.place, []
    while first < last:
        page, y = divmod(place.y + first, PAGE_SIDE)
        count = min(last - first, PAGE_SIDE - y)
        out.append((first, Part(place.page + page, 0, y, PAGE_SIDE, count)))
        first += count
    return out
