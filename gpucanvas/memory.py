"""memory: counts the memory that the library holds, by kind and origin, and enforces a budget.

    owner --Holding(kind, bytes)--> ledger's totals; counted off when the owner dies --> snapshot()

Every owner of a block of memory (a surface, an image, a batch's arrays, a working buffer) has a `Holding`. The commands
of recordings and paths are found only when a snapshot is taken, so that making them costs nothing.
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

from . import forks, later
from .errors import MemoryBudgetError
from .later import PACKAGE
from .sight import spans

__all__ = ["Item", "Snapshot", "budget", "origins", "set_budget", "snapshot"]

POISON: Final = 0xA5
"""The byte that freed memory is filled with under ``GPUCANVAS_DEBUG=memory``."""


def debugging() -> bool:
    """Whether ``GPUCANVAS_DEBUG=memory`` asks for poisoned memory, guard bytes and origins."""
    return "memory" in os.environ.get("GPUCANVAS_DEBUG", "").split(",")


# -- holdings ------------------------------------------------------------------------------------------------------


_numbers = count(1)
"""Numbers of holdings. They are used instead of id(), which Python reuses."""


class Holding:
    """The ledger's entry for bytes of an owner. The owner holds this object; when it dies, the bytes are counted off.

    Attributes
    ----------
    kind : str
        Their use: ``"surface"``, ``"image"``, ``"batch"``, ``"scratch"``, ``"buffer"``, ``"staging"``.
    host_bytes, device_bytes : int
        Bytes in the process's memory, and in the GPU's.
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
        """Change the numbers of bytes; raises MemoryBudgetError, with nothing changed, where the budget has no room."""
        _ledger.charge(self.kind, host_bytes - self.host_bytes, device_bytes - self.device_bytes)
        self.host_bytes, self.device_bytes = host_bytes, device_bytes
        if host_bytes or device_bytes:
            _ledger.holdings[self._number] = self.kind, host_bytes, device_bytes, self.origin
        else:
            _ledger.holdings.pop(self._number, None)

    def release(self) -> None:
        """Count all bytes off."""
        if self.host_bytes or self.device_bytes:
            _ledger.credit(self.host_bytes, self.device_bytes)
            self.host_bytes = self.device_bytes = 0
        _ledger.holdings.pop(self._number, None)

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {self.kind} that is counted cannot be copied by copy or pickle: use its own copy()")

    def __del__(self) -> None:
        # A finaliser may run while this thread holds the ledger's lock, so the bytes are only queued here; the next use
        # of the ledger counts them off.
        if _ledger is not None and (self.host_bytes or self.device_bytes):
            _ledger.left.append((self.host_bytes, self.device_bytes, self._number))


class Ledger:
    """Running totals and the budget. Its lock is taken when memory is allocated or freed, never by drawing."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.host_bytes = self.device_bytes = 0
        self.peak_host_bytes = self.peak_device_bytes = 0
        self.host_limit: int | None = None
        self.device_limit: int | None = None
        self.evictions = 0
        self.holdings: dict[int, tuple[str, int, int, str]] = {}
        self.left: deque[tuple[int, int, int]] = deque()
        """Queued by finalisers, to be counted off: host bytes, device bytes, number of the holding."""
        self.caches: list[WeakMethod[Callable[[], int]]] = []

    def charge(self, kind: str, host_bytes: int, device_bytes: int) -> None:
        """Count bytes; where the budget would be exceeded, evict caches first."""
        with self.lock:
            self.settle()
            if not self._too_much(host_bytes, device_bytes):
                self._add(host_bytes, device_bytes)
                return
        # Without the lock: an eviction may wait for a thread that waits for this lock.
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
        """Have every cache drop all that it can make again."""
        for known in list(self.caches):
            cache = known()
            if cache is None:
                with suppress(ValueError):  # Another thread was first.
                    self.caches.remove(known)
            elif cache() > 0:
                self.evictions += 1
                spans.count("evictions")

    def settle(self) -> None:
        """Count off the bytes queued by finalisers."""
        with self.lock:
            while self.left:
                host_bytes, device_bytes, owner = self.left.popleft()
                self.host_bytes -= host_bytes
                self.device_bytes -= device_bytes
                self.holdings.pop(owner, None)

    def credit(self, host_bytes: int, device_bytes: int) -> None:
        """Count bytes off."""
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


@forks.in_child
def _forked() -> None:
    """In a forked child, replace the lock: a thread of the parent may have held it."""
    _ledger.lock = threading.RLock()


def busy() -> bool:
    """Whether the calling thread holds the ledger's lock, which means that it runs a finaliser inside the ledger."""
    lock: Any = _ledger.lock
    return bool(lock._is_owned())


def add_cache(evict: Callable[[], int]) -> None:
    """Register a method that drops a cache and returns the bytes freed; its object is referred to weakly."""
    _ledger.caches.append(WeakMethod(evict))


# -- budget --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits on the memory that the library may hold, bytes; None is no limit."""

    host_bytes: int | None = None
    device_bytes: int | None = None


def budget() -> Budget:
    """The budget in force."""
    return Budget(_ledger.host_limit, _ledger.device_limit)


def set_budget(*, host_bytes: int | None = None, device_bytes: int | None = None) -> Budget:
    """Limit the memory that the library may hold; None is no limit. Returns the previous budget.

    A request beyond the budget evicts caches (working arrays, free staging blocks) and, where that is not enough,
    raises `MemoryBudgetError` before anything is allocated. Memory held already stays, even above a new budget. The
    commands of recordings and paths, some 50 bytes each, are counted by `snapshot`, but not limited.

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
    """Record, for every object made inside the block, the line of your code that made it."""
    global _track_origins
    before, _track_origins = _track_origins, on
    try:
        yield
    finally:
        _track_origins = before


def tracking_origins() -> bool:
    """Whether origins are recorded."""
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
    """The living objects of one kind.

    Attributes
    ----------
    count : int
        Number of objects; in a difference it may be negative.
    host_bytes, device_bytes : int
        Bytes that they hold together.
    """

    count: int = 0
    host_bytes: int = 0
    device_bytes: int = 0


@dataclass(frozen=True)
class Snapshot:
    """The living objects at one moment, by kind; the difference of two shows what was made and freed between them.

    Attributes
    ----------
    kinds : dict of str to Item
        By kind: ``surface``, ``image``, ``texels``, ``batch``, ``scratch``, ``buffer``, ``staging``,
        ``recording``, ``path``.
    origins : dict of str to Item
        By kind and the line that made them, ``kind file:line``; empty unless origins are tracked.
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
    """The memory that the library holds now: host and device bytes by kind, and by origin where origins are tracked.

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
    """Have snapshots search for objects of a class with ``nbytes``, which are too many to have holdings."""
    _kinds[kind] = name


def _found() -> Iterator[tuple[str, int, str]]:
    """The living recordings and paths: kind, host bytes, origin."""
    for thing in gc.get_objects():
        # Not isinstance: it raises for a weak proxy whose object has just died.
        kind = type(thing)
        for known, name in _kinds.items():
            if issubclass(kind, known):
                # Another thread may still be making the object.
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
