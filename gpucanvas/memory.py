"""memory: what is alive, how much of it, and where it was made; and a budget that nothing may go beyond.

    owner --hold(kind, bytes)--> Holding --dies with its owner--> totals, snapshot()

Whatever keeps a block of memory (a surface, an image, a batch's arrays, a working buffer) has a `Holding`; the streams
of recordings and paths are found when a snapshot is taken, so that making them costs nothing.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from types import FrameType
from typing import Any, Final, NoReturn
from weakref import WeakMethod

from . import later
from .errors import MemoryBudgetError
from .later import PACKAGE
from .sight import spans

__all__ = ["Item", "Snapshot", "budget", "origins", "set_budget", "snapshot"]

POISON: Final = 0xA5
"""What freed bytes are filled with under ``GPUCANVAS_DEBUG=memory``."""


def debugging() -> bool:
    """Whether ``GPUCANVAS_DEBUG=memory`` asks for poisoned memory, guard bytes and origins."""
    return "memory" in os.environ.get("GPUCANVAS_DEBUG", "").split(",")


# -- what holds memory ---------------------------------------------------------------------------------------------


_numbers = count(1)
"""Holdings by number: the identity of one that went may be another's already."""


class Holding:
    """Bytes that an owner keeps; the owner keeps this object, and it counts them off when it goes.

    Attributes
    ----------
    kind : str
        What they are for: ``"surface"``, ``"image"``, ``"batch"``, ``"scratch"``, ``"buffer"``, ``"staging"``.
    host_bytes, device_bytes : int
        How many, in the process's memory and in the GPU's.
    origin : str
        ``file:line`` of the user's code that made the owner; empty unless origins are tracked.
    """

    __slots__ = ("__weakref__", "_number", "device_bytes", "host_bytes", "kind", "origin")

    def __init__(self, kind: str, host_bytes: int = 0, device_bytes: int = 0) -> None:
        self.host_bytes = self.device_bytes = 0
        self._number = next(_numbers)
        self.kind = kind
        self.origin = origin() if _track_origins else ""
        self.resize(host_bytes, device_bytes)

    def resize(self, host_bytes: int = 0, device_bytes: int = 0) -> None:
        """Hold so many bytes from now on; MemoryBudgetError, and nothing changed, where the budget has no room."""
        _ledger.charge(self.kind, host_bytes - self.host_bytes, device_bytes - self.device_bytes)
        self.host_bytes, self.device_bytes = host_bytes, device_bytes
        if host_bytes or device_bytes:
            _ledger.holdings[self._number] = self.kind, host_bytes, device_bytes, self.origin
        else:
            _ledger.holdings.pop(self._number, None)

    def release(self) -> None:
        """Hold nothing any more."""
        if self.host_bytes or self.device_bytes:
            _ledger.credit(self.host_bytes, self.device_bytes)
            self.host_bytes = self.device_bytes = 0
        _ledger.holdings.pop(self._number, None)

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {self.kind} that is counted cannot be copied by copy or pickle: use its own copy()")

    def __del__(self) -> None:
        # Anywhere, even while this thread changes the ledger: it is counted off when the ledger is used next.
        if _ledger is not None and (self.host_bytes or self.device_bytes):
            _ledger.left.append((self.host_bytes, self.device_bytes, self._number))


class Ledger:
    """Running totals and the budget. The lock is taken when memory is, never when something is drawn."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.host_bytes = self.device_bytes = 0
        self.peak_host_bytes = self.peak_device_bytes = 0
        self.host_limit: int | None = None
        self.device_limit: int | None = None
        self.evictions = 0
        self.holdings: dict[int, tuple[str, int, int, str]] = {}
        self.left: deque[tuple[int, int, int]] = deque()
        """What finalizers have left: host bytes, device bytes, and whose they were."""
        self.caches: list[WeakMethod[Callable[[], int]]] = []

    def charge(self, kind: str, host_bytes: int, device_bytes: int) -> None:
        """Take bytes; caches are evicted first where the budget would be exceeded."""
        with self.lock:
            self.settle()
            if not self._too_much(host_bytes, device_bytes):
                self._add(host_bytes, device_bytes)
                return
        # Without the lock: an eviction may wait for a thread that waits for it.
        self.evict()
        with self.lock:
            self.settle()
            over = self._too_much(host_bytes, device_bytes)
            if over:
                where, used, limit, wanted = over
                article = "an" if kind[0] in "aeiou" else "a"
                raise MemoryBudgetError(
                    f"{article} {kind} of {wanted} bytes does not fit: {used} of {limit} {where} bytes are in use; "
                    f"close what is not needed, draw in parts, or raise gpucanvas.memory.set_budget({where}_bytes=...)"
                )
            self._add(host_bytes, device_bytes)

    def _add(self, host_bytes: int, device_bytes: int) -> None:
        self.host_bytes += host_bytes
        self.device_bytes += device_bytes
        self.peak_host_bytes = max(self.peak_host_bytes, self.host_bytes)
        self.peak_device_bytes = max(self.peak_device_bytes, self.device_bytes)

    def evict(self) -> None:
        """Have every cache drop what it can."""
        for known in list(self.caches):
            cache = known()
            if cache is None:
                with suppress(ValueError):  # Another thread was first.
                    self.caches.remove(known)
            elif cache() > 0:
                self.evictions += 1
                spans.count("evictions")

    def settle(self) -> None:
        """Count off what finalizers have left."""
        with self.lock:
            while self.left:
                host_bytes, device_bytes, owner = self.left.popleft()
                self.host_bytes -= host_bytes
                self.device_bytes -= device_bytes
                self.holdings.pop(owner, None)

    def credit(self, host_bytes: int, device_bytes: int) -> None:
        """Give bytes back."""
        with self.lock:
            self.host_bytes -= host_bytes
            self.device_bytes -= device_bytes

    def _too_much(self, host_bytes: int, device_bytes: int) -> tuple[str, int, int, int] | None:
        if self.host_limit is not None and host_bytes > 0 and self.host_bytes + host_bytes > self.host_limit:
            return "host", self.host_bytes, self.host_limit, host_bytes
        if self.device_limit is not None and device_bytes > 0 and self.device_bytes + device_bytes > self.device_limit:
            return "device", self.device_bytes, self.device_limit, device_bytes
        return None


_ledger = Ledger()


def _forked() -> None:
    """In a forked child: a thread of the parent may have held the lock."""
    _ledger.lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def busy() -> bool:
    """Whether the calling thread holds the ledger's lock: it is a finaliser that the collector runs meanwhile."""
    lock: Any = _ledger.lock
    return bool(lock._is_owned())


def add_cache(evict: Callable[[], int]) -> None:
    """Name a method that frees what can be made again and returns how many bytes that were; its object is not held."""
    _ledger.caches.append(WeakMethod(evict))


# -- budget --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be held, bytes; None is no limit."""

    host_bytes: int | None = None
    device_bytes: int | None = None


def budget() -> Budget:
    """The budget in force."""
    return Budget(_ledger.host_limit, _ledger.device_limit)


def set_budget(*, host_bytes: int | None = None, device_bytes: int | None = None) -> Budget:
    """Limit what the library may hold; None is no limit. Returns the budget that was in force before.

    A request beyond it evicts caches (working arrays, free staging blocks) and, where that is not enough, raises
    `MemoryBudgetError` before anything is allocated. What is held already stays, even above a new budget. The streams
    of recordings and paths, some 50 bytes a command, are in `snapshot`, but not limited.

    Raises
    ------
    TypeError, ValueError
        For a limit that is no whole number of at least 0.

    Examples
    --------
    >>> import gpucanvas
    >>> before = gpucanvas.memory.set_budget(host_bytes=1 << 30)
    >>> gpucanvas.memory.budget().host_bytes
    1073741824
    >>> _ = gpucanvas.memory.set_budget(host_bytes=before.host_bytes)
    """
    for name, value in (("host_bytes", host_bytes), ("device_bytes", device_bytes)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise TypeError(f"set_budget: {name} is {value!r}: give a whole number of bytes, or None")
        if value is not None and value < 0:
            raise ValueError(f"set_budget: {name} is {value}: give at least 0, or None")
    before = budget()
    with _ledger.lock:
        _ledger.host_limit, _ledger.device_limit = host_bytes, device_bytes
    return before


# -- origins -------------------------------------------------------------------------------------------------------

_track_origins = debugging()


@contextmanager
def origins(on: bool = True) -> Iterator[None]:
    """Note, for everything made inside the block, the line of your code that made it."""
    global _track_origins
    before, _track_origins = _track_origins, on
    try:
        yield
    finally:
        _track_origins = before


def tracking_origins() -> bool:
    """Whether origins are noted."""
    return _track_origins


def origin() -> str:
    """``file:line`` of the nearest caller outside this package."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else ""


# -- snapshots -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of thing that is alive.

    Attributes
    ----------
    count : int
        How many; negative in a difference where there are fewer.
    host_bytes, device_bytes : int
        What they hold together.
    """

    count: int = 0
    host_bytes: int = 0
    device_bytes: int = 0


@dataclass(frozen=True)
class Snapshot:
    """What was alive at one moment, by kind; the difference of two says what was made and dropped between them.

    Attributes
    ----------
    kinds : dict of str to Item
        By kind: ``surface``, ``image``, ``texels``, ``batch``, ``scratch``, ``buffer``, ``staging``,
        ``recording``, ``path``.
    origins : dict of str to Item
        By the line that made it, ``kind file:line``; empty unless origins are tracked.
    """

    kinds: dict[str, Item] = field(default_factory=dict)
    origins: dict[str, Item] = field(default_factory=dict)

    @property
    def host_bytes(self) -> int:
        """Bytes in the process's memory."""
        return sum(item.host_bytes for item in self.kinds.values())

    @property
    def device_bytes(self) -> int:
        """Bytes in the GPU's memory."""
        return sum(item.device_bytes for item in self.kinds.values())

    def __sub__(self, other: Snapshot) -> Snapshot:
        if not isinstance(other, Snapshot):
            return NotImplemented
        return Snapshot(_difference(self.kinds, other.kinds), _difference(self.origins, other.origins))

    def __str__(self) -> str:
        rows = [f"{'kind':<12}{'count':>8}{'host bytes':>14}{'device bytes':>14}"]
        rows += [f"{k:<12}{i.count:>8}{i.host_bytes:>14}{i.device_bytes:>14}" for k, i in sorted(self.kinds.items())]
        rows += [f"{i.count:>6} x {k}: {i.host_bytes + i.device_bytes} bytes" for k, i in sorted(self.origins.items())]
        return "\n".join(rows)


def snapshot() -> Snapshot:
    """What the library keeps alive now: host and device bytes by kind, and by origin where origins are tracked.

    Examples
    --------
    >>> import gpucanvas
    >>> before = gpucanvas.memory.snapshot()
    >>> canvas = gpucanvas.Canvas(100, 50, backend="cpu")
    >>> (gpucanvas.memory.snapshot() - before).kinds["surface"]
    Item(count=1, host_bytes=20000, device_bytes=0)
    """
    kinds: dict[str, list[int]] = {}
    places: dict[str, list[int]] = {}

    def add(kind: str, host: int, device: int, where: str) -> None:
        for table, key in ((kinds, kind), (places, f"{kind} {where}" if where else "")):
            if key:
                row = table.setdefault(key, [0, 0, 0])
                row[0], row[1], row[2] = row[0] + 1, row[1] + host, row[2] + device

    later.settle()
    _ledger.settle()
    for kind, host, device, where in list(_ledger.holdings.values()):
        add(kind, host, device, where)
    for kind, nbytes, where in _found():
        add(kind, nbytes, 0, where)
    return Snapshot({k: Item(*row) for k, row in kinds.items()}, {k: Item(*row) for k, row in places.items()})


_kinds: dict[type, str] = {}


def add_kind(kind: type, name: str) -> None:
    """Have snapshots look for the living objects of a class, which have ``nbytes``: they are too many to be counted."""
    _kinds[kind] = name


def _found() -> Iterator[tuple[str, int, str]]:
    """Recordings and paths that are alive: kind, host bytes, origin."""
    for thing in gc.get_objects():
        # Not isinstance: a weak proxy whose object has just gone would raise.
        kind = type(thing)
        for known, name in _kinds.items():
            if issubclass(kind, known):
                # Another thread may not have finished making it.
                with suppress(AttributeError):
                    yield name, thing.nbytes, ""


def _difference(after: dict[str, Item], before: dict[str, Item]) -> dict[str, Item]:
    out = {}
    for key in after.keys() | before.keys():
        a, b = after.get(key, Item()), before.get(key, Item())
        item = Item(a.count - b.count, a.host_bytes - b.host_bytes, a.device_bytes - b.device_bytes)
        if item != Item():
            out[key] = item
    return out
