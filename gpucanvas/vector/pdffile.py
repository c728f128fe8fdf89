"""pdffile: the objects of a PDF file, their references, and the table by which a reader finds them (ISO 32000-1, 7.5).

    add(...) --number--> "7 0 R" in other objects         finish() --> header, objects, table, trailer
"""

from __future__ import annotations

import zlib
from decimal import Decimal
from typing import Any, Final

__all__ = ["Objects", "Reference", "dictionary", "number", "numbers", "text"]

HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
"""The version, and four bytes by which programs that copy files see that it is not text."""


MOST_INTEGER_DIGITS: Final = 9


class Reference(str):
    """A reference to an object, such as ``7 0 R``."""

    __slots__ = ()


class Objects:
    """The objects of one file, by number."""

    def __init__(self) -> None:
        self._bodies: list[bytes | None] = []
        self._shared: dict[bytes, Reference] = {}

    def reserve(self) -> Reference:
        """A reference to an object that is set later."""
        self._bodies.append(None)
        return Reference(f"{len(self._bodies)} 0 R")

    def set(self, reference: Reference, body: bytes) -> None:
        """Set the text of a reserved object."""
        self._bodies[int(reference.partition(" ")[0]) - 1] = body

    def add(self, body: bytes) -> Reference:
        """Add an object."""
        reference = self.reserve()
        self.set(reference, body)
        return reference

    def share(self, body: bytes) -> Reference:
        """Add an object, unless the same was shared before."""
        found = self._shared.get(body)
        if found is None:
            found = self._shared[body] = self.add(body)
        return found

    def add_stream(self, data: bytes, **entries: Any) -> Reference:
        """Add a stream, compressed, with entries of its dictionary."""
        packed = zlib.compress(data)
        head = dictionary(**entries, Length=len(packed), Filter="/FlateDecode")
        return self.add(head + b"\nstream\n" + packed + b"\nendstream")

    def finish(self, root: Reference, info: Reference) -> bytes:
        """The file."""
        out = bytearray(HEADER)
        places = []
        for index, body in enumerate(self._bodies):
            assert body is not None
            places.append(len(out))
            out += b"%d 0 obj\n" % (index + 1) + body + b"\nendobj\n"
        start, count = len(out), len(places) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % count
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n" + dictionary(Size=count, Root=root, Info=info) + b"\nstartxref\n%d\n%%%%EOF\n" % start
        return bytes(out)


def dictionary(**entries: Any) -> bytes:
    """A dictionary: texts and bytes are written as they are, numbers and lists in PDF's syntax, None is left out."""
    parts = [f"/{key} ".encode() + _value(value) for key, value in entries.items() if value is not None]
    return b"<<" + b" ".join(parts) + b">>"


def _value(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("ascii")
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, dict):
        return dictionary(**value)
    if isinstance(value, list | tuple):
        return b"[" + b" ".join(map(_value, value)) + b"]"
    return number(value).encode()


def number(value: float, digits: int | None = 5) -> str:
    """A number: at most ``digits`` decimals, None for nine digits in all. PDF has no exponents."""
    if digits is None:
        written = f"{value:.9g}"
        if "e" in written:
            written = f"{Decimal(written):f}"
    else:
        written = f"{value:.{digits}f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    if "." not in written and len(written) > MOST_INTEGER_DIGITS:
        # Programs read whole numbers as integers of 32 bits.
        written += ".0"
    return "0" if written in ("-0", "") else written


def numbers(*values: float, digits: int | None = 5) -> str:
    """Numbers with spaces between them."""
    return " ".join([number(value, digits) for value in values])


def text(value: str) -> str:
    """A text string in UTF-16, as hexadecimal digits."""
    return f"<feff{value.encode('utf-16-be').hex()}>"
