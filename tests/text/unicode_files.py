"""unicode_files: Unicode's own data files, and what is made from them: tables of the package and samples for tests.

    python tests/text/unicode_files.py     writes gpucanvas/text/tables.py and tests/text/data/bidi_*.txt anew

The files are those of Debian's package unicode-data. Where they are absent, tests are held to the samples.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

UNICODE = Path("/usr/share/unicode")
HERE = Path(__file__).parent
TABLES = HERE.parent.parent / "gpucanvas" / "text" / "tables.py"
SAMPLES = HERE / "data"
SAMPLE_OF_CHARACTERS = 150
"""One in so many lines of BidiCharacterTest.txt is in the sample."""
SAMPLE_OF_CLASSES = 1000
LINE = 116
"""Longest line of the generated table, columns."""
HEAD = '''"""tables: scripts and emoji, made from Unicode {version} by tests/text/unicode_files.py: not to be edited.

Ranges are hexadecimal, both ends inclusive. A character in no range is Common, or joins the one before it.
"""

# fmt: off
from typing import Final

'''


def rows(path: Path) -> Iterator[list[str]]:
    """The fields of each line of a data file, without comments."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if text:
            yield [field.strip() for field in text.split(";")]


def ranges(path: Path, wanted: str | None = None) -> Iterator[tuple[int, int, str]]:
    """First and last character of each range of a property file, and its value."""
    for codes, value, *_ in rows(path):
        if wanted in (None, value):
            first, _, last = codes.partition("..")
            yield int(first, 16), int(last or first, 16), value


def merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, neighbours joined."""
    out: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if out and out[-1][1] + 1 == first:
            out[-1] = out[-1][0], last
        else:
            out.append((first, last))
    return out


def written(found: list[tuple[int, int]], indent: str) -> str:
    """Ranges as lines of string literals."""
    lines, line = [], ""
    for first, last in merged(found):
        word = f"{first:X}" if first == last else f"{first:X}-{last:X}"
        if len(indent) + len(line) + len(word) + 4 > LINE:
            lines.append(line)
            line = ""
        line += f"{word} "
    lines.append(line)
    return "\n".join(f'{indent}"{each}"' for each in [*lines[:-1], lines[-1].rstrip()])


def tables() -> str:
    """The text of gpucanvas/text/tables.py."""
    names = {row[2]: row[1] for row in rows(UNICODE / "PropertyValueAliases.txt") if row[0] == "sc"}
    scripts: dict[str, list[tuple[int, int]]] = {}
    for first, last, name in ranges(UNICODE / "Scripts.txt"):
        if name not in ("Common", "Inherited"):
            scripts.setdefault(names[name], []).append((first, last))
    version = (UNICODE / "Scripts.txt").read_text(encoding="utf-8").split("-", 1)[1].split(".txt")[0]
    text = HEAD.format(version=version) + "SCRIPTS: Final[dict[str, str]] = {\n"
    for tag in sorted(scripts):
        short = written(scripts[tag], f'    "{tag}": ')
        long = f'    "{tag}": (\n{written(scripts[tag], " " * 8)}\n    )'
        text += (long if "\n" in short else short) + ",\n"
    text += '}\n"""Characters of each script, by its ISO 15924 tag."""\n'
    for name, wanted, said in (
        ("EMOJI_PRESENTATION", "Emoji_Presentation", "Characters that are emoji unless U+FE0E follows."),
        ("PICTOGRAPHIC", "Extended_Pictographic", "Characters that U+FE0F or a joiner makes emoji."),
    ):
        found = [each[:2] for each in ranges(UNICODE / "emoji" / "emoji-data.txt", wanted)]
        text += f'{name}: Final = (\n{written(found, "    ")}\n)\n"""{said}"""\n'
    return text


def bidi_cases(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """(classes or characters, directions, levels, order) of each line of BidiTest.txt or BidiCharacterTest.txt."""
    levels = order = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if text.startswith("@Levels:"):
            levels = text[8:].strip()
        elif text.startswith("@Reorder:"):
            order = text[9:].strip()
        elif text and path.name == "BidiTest.txt":
            classes, _, bits = text.partition(";")
            yield classes, bits.strip(), levels, order
        elif text:
            characters, direction, _, levels, order = text.split(";")
            yield characters, direction, levels, order


def main() -> None:
    """Write the tables and the samples."""
    TABLES.write_text(tables(), encoding="utf-8")
    SAMPLES.mkdir(exist_ok=True)
    for name, one_in in (("BidiTest", SAMPLE_OF_CLASSES), ("BidiCharacterTest", SAMPLE_OF_CHARACTERS)):
        # By a digest: one line in so many would follow the file's own pattern.
        lines = [
            ";".join(case)
            for case in bidi_cases(UNICODE / f"{name}.txt")
            if int.from_bytes(hashlib.sha1(";".join(case).encode()).digest()[:4]) % one_in == 0
        ]
        (SAMPLES / f"{name}.sample.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
