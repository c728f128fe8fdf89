"""The table of entries in C: how the arguments of each entry are stored in slots. `caller.c` explains its form."""

from __future__ import annotations

import json
from typing import Any, Final

from .compile import symbol_of

KINDS: Final = {"array": "ARRAY", "int": "INT", "float": "FLOAT", "bool": "BOOL", "tuple": "TUPLE", "none": "NONE"}


class Table:
    """Writes the table, and collects the dtypes of arguments meanwhile.

    Parameters
    ----------
    rows
        The entries, as `compile.py` writes them.
    levels
        The processor levels, lowest first.
    digest
        The digest of the sources that the entries were compiled from.
    """

    def __init__(self, rows: list[dict[str, Any]], levels: list[str], digest: str) -> None:
        self._rows, self._levels, self._digest = sorted(rows, key=lambda row: str(row["symbol"])), levels, digest
        self._dtypes: list[Any] = []

    def text(self) -> str:
        """Returns the header that `caller.c` includes."""
        lines = ["/* Made by kernels/aot/table.py. */"]
        table = []
        for row in self._rows:
            symbol, levels = row["symbol"], [symbol_of(row["symbol"], level) for level in self._levels]
            arguments = [word for each in row["arguments"] for word in self._program(each)]
            lines += [f"extern HIDDEN int32_t {each}(int64_t *);" for each in levels]
            lines.append(f"static const int16_t {symbol}_arguments[] = {{{', '.join(arguments)}}};")
            lines.append(f"static const int16_t {symbol}_result[] = {{{', '.join(self._program(row['result']))}}};")
            name = f'"{row["module"].partition(".")[2]}.{row["name"]}"'
            programs = f"{symbol}_arguments, {symbol}_result, {len(row['arguments'])}"
            table.append(f"    {{{name}, {programs}, {{{', '.join(levels)}}}}},")
        about = json.dumps({"levels": self._levels, "dtypes": self._dtypes}, separators=(",", ":"))
        return "\n".join(
            [
                *lines,
                f"#define MAX_SLOTS {max(row['slots'] for row in self._rows)}",
                f"#define ENTRY_COUNT {len(self._rows)}",
                f"#define DTYPE_COUNT {len(self._dtypes)}",
                f'#define DIGEST "{self._digest}"',
                f"#define ABOUT {json.dumps(about)}",
                "static const Entry entries[] = {",
                *table,
                "};",
                "",
            ]
        )

    def _program(self, description: Any) -> list[str]:
        """Returns the words of a program that reads, or makes, a value."""
        kind, *more = description
        words = [KINDS[kind]]
        if kind == "array":
            dtype, ndim, contiguous, writes = more
            if dtype not in self._dtypes:
                self._dtypes.append(dtype)
            words += [str(int(each)) for each in (self._dtypes.index(dtype), ndim, contiguous, writes)]
        elif kind == "tuple":
            words += [str(len(more[0])), *(word for item in more[0] for word in self._program(item))]
        else:
            words += [str(int(each)) for each in more]
        return words
