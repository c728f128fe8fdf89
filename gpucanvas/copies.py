"""copies: refuses `copy`, `deepcopy` and `pickle` for objects that are no values, with the cure.

A canvas, a context, a recording or a ticket owns a unique resource, such as a surface or a running frame. A copy of its
fields would share that resource and fail much later. Values (paths, matrices, gradients, images, settings, errors) can
be copied and pickled.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, Self

__all__ = ["Shared", "Uncopied"]


class Uncopied:
    """A class whose objects are not copied.

    Attributes
    ----------
    _copy_cure, _pickle_cure : str
        What to do instead. An empty `_pickle_cure` means that of `_copy_cure`.
    """

    __slots__ = ()
    _copy_cure: ClassVar[str]
    _pickle_cure: ClassVar[str] = ""

    def __copy__(self) -> NoReturn:
        raise TypeError(f"{self!r:.80} cannot be copied: {self._copy_cure}")

    def __deepcopy__(self, memo: dict[int, Any]) -> NoReturn:
        raise TypeError(f"{self!r:.80} cannot be copied: {self._copy_cure}")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"{self!r:.80} cannot be pickled: {self._pickle_cure or self._copy_cure}")


class Shared(Uncopied):
    """A class whose objects do not change, and are their own copies, but cannot be pickled."""

    __slots__ = ()

    def __copy__(self) -> Self:  # type: ignore[override]
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:  # type: ignore[override]
        return self
