"""copies: what `copy`, `deepcopy` and `pickle` do with what is no value: they are refused, with the cure.

A canvas, a context, a recording, a ticket stand for something that there is once: a surface, a thread's frame. A field
by field copy of one shares half of it and fails much later. Values (paths, matrices, gradients, images, settings,
errors) copy and pickle as everything does.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

__all__ = ["Uncopied"]


class Uncopied:
    """A class whose objects are not copied.

    Attributes
    ----------
    _copy_cure, _pickle_cure : str
        What to do instead; the second is the first's where it is empty.
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
