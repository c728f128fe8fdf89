"""Write docs/api.md: every member of the standard's canvas interfaces, ours, and what differs; then what is ours alone.

    standard.toml  members of the standard, and what differs --+
    ours.toml      which name stands in which part ------------+--> docs/api.md
    the package    names, arguments, docstrings ---------------+

    python docs/api/make.py            writes it
    python docs/api/make.py --check    says whether it is stale

A member that the package lacks, a public name in no part, and one without a docstring stop it. So nobody adds or
removes a name without a line on the page.
"""

from __future__ import annotations

import inspect
import re
import sys
import tomllib
import typing
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "api.md"
READ_ONLY = ", read only"

if __name__ == "__main__":
    # The package beside this page, whether it is installed or not.
    sys.path.insert(0, str(HERE.parents[1]))

import gpucanvas  # noqa: E402
from gpucanvas.names import snake  # noqa: E402

HEAD = """\
# All of the API

<!-- Made by `python docs/api/make.py` of docs/api/*.toml and of the package: do not edit. -->

Every member of the interfaces that the [HTML standard](https://html.spec.whatwg.org/multipage/canvas.html) has for
canvases, and of the matrices and points they take: its name there, its name and arguments here, and what differs. Then
follows [what is ours beyond the standard](#beyond-the-standard).

Of all members this is so:

- Names are in snake_case. Arguments may be given by name, but for those behind a `/`.
- What the standard ignores (NaN, an unknown colour or word) raises `ValueError` here, unless the canvas is made with
  `on_invalid="ignore"`. What the standard throws is raised, with the name of the DOMException as `error.name`.
- What is no number raises `TypeError` where one is needed. With `on_invalid="ignore"` it is converted as in JavaScript:
  `"10"` is 10, and None is NaN, as undefined is.
- A name that is misspelt, or JavaScript's, raises `AttributeError` with the right one.
- Image data are NumPy arrays.

```python
import gpucanvas

ctx = gpucanvas.Recording(100, 50).get_context("2d")
ctx.move_to(x=10, y=20)
try:
    ctx.line_width = float("nan")
except ValueError as error:
    assert str(error) == "line_width is nan: give a finite number above 0"
try:
    ctx.fillStyle
except AttributeError as error:
    assert str(error).endswith("did you mean fill_style?")
```

A member with nothing in the last column is the standard's in all else.
"""


class Member(NamedTuple):
    """A line of standard.toml: the standard's name, its arguments, ours ("" for none), and what differs."""

    name: str
    shown: str
    ours: str
    differs: str


class StaleError(Exception):
    """The data and the package do not fit together; the text says where, and what to do."""


# -- the standard's members ----------------------------------------------------------------------------------------


def interfaces() -> list[dict[str, Any]]:
    """The interfaces of standard.toml, in order."""
    return list(tomllib.loads((HERE / "standard.toml").read_text(encoding="utf-8"))["interface"])


def members_of(interface: dict[str, Any]) -> Iterator[Member]:
    """The members of an interface."""
    for shown, value in interface["members"].items():
        name = re.match(r"\w+", shown)
        assert name is not None, shown
        ours, differs = value if isinstance(value, list) else (snake(name[0]), value)
        if ours == "constructor":
            ours = "__init__"
        yield Member(name[0], shown, ours, differs)


def classes_of(interface: dict[str, Any]) -> list[str]:
    """Which of our classes have the members of an interface."""
    ours = interface["ours"]
    return ours if isinstance(ours, list) else [ours]


def standard_members() -> dict[str, set[str]]:
    """The members of each of our classes that the standard has, too."""
    found: dict[str, set[str]] = {}
    for interface in interfaces():
        for kind in classes_of(interface):
            found.setdefault(kind, set()).update(member.ours for member in members_of(interface))
    return found


def has(kind: type, name: str) -> bool:
    """Whether objects of a class have an attribute: one of the class, or one that it declares."""
    return hasattr(kind, name) or name in getattr(kind, "__annotations__", {})


def standard_table(interface: dict[str, Any]) -> list[str]:
    """The lines of an interface's table."""
    name, kinds = interface["name"], classes_of(interface)
    of = f", of {interface['of']}" if "of" in interface else ""
    here = " and ".join(f"`{kind}`" for kind in kinds)
    lines = [f"### {name}", "", f"[The standard's]({interface['page']}){of}. Here: {here}.", ""]
    lines += ["| The standard's | Ours | What differs |", "|---|---|---|"]
    for member in members_of(interface):
        if not member.ours:
            ours = "none"
        elif member.ours.startswith("gpucanvas."):
            ours = code(*written(member.ours.removeprefix("gpucanvas."), gpucanvas, member.ours))
        elif member.ours.startswith("="):
            ours = code(member.ours[1:])
        else:
            for kind in kinds:
                if not has(getattr(gpucanvas, kind), member.ours):
                    line = f"{name}.{member.name} in docs/api/standard.toml"
                    raise StaleError(f"{kind} has no {member.ours}: mend {line}")
            ours = code(*written(member.ours, getattr(gpucanvas, kinds[0])))
        theirs = [member.name + form for form in re.findall(r"\([^)]*\)", member.shown)] or [member.name]
        lines.append(f"| {code(*theirs)} | {ours} | {member.differs} |".replace("|  |", "| |"))
    return [*lines, ""]


# -- ours ----------------------------------------------------------------------------------------------------------


def parts() -> list[dict[str, Any]]:
    """The parts of ours.toml; StaleError where a public name is in none, or in two."""
    ours = tomllib.loads((HERE / "ours.toml").read_text(encoding="utf-8"))
    placed = [name for part in ours["part"] for name in part["names"]]
    public = [name for name in gpucanvas.__all__ if name != "__version__"]
    for name in public:
        if placed.count(name) != 1:
            raise StaleError(f"gpucanvas.{name} is in {placed.count(name)} parts of docs/api/ours.toml: name it in one")
    if gone := set(placed) - set(public):
        raise StaleError(f"docs/api/ours.toml has {', '.join(sorted(gone))}, which gpucanvas has not: remove it")
    return list(ours["part"])


def made() -> list[str]:
    """The classes beyond the standard that programs make objects of."""
    return list(tomllib.loads((HERE / "ours.toml").read_text(encoding="utf-8"))["made"]["names"])


def inner() -> dict[str, list[str]]:
    """Members for the library's own modules, by class; StaleError where a class has no such member."""
    named: dict[str, list[str]] = tomllib.loads((HERE / "ours.toml").read_text(encoding="utf-8"))["inner"]
    for kind, names in named.items():
        for name in names:
            if not hasattr(getattr(gpucanvas, kind), name):
                raise StaleError(f"docs/api/ours.toml: {kind} has no {name}: remove it")
    return named


def own_members(kind: type) -> list[str]:
    """The public members of a class but those of the standard, inner ones, another public class's, and Python's."""
    others = [getattr(gpucanvas, name) for name in gpucanvas.__all__ if name != kind.__name__]
    bases = [base for base in kind.__mro__[1:] if base in others or not base.__module__.startswith("gpucanvas")]
    skip = {name for base in bases for name in dir(base)}
    skip |= standard_members().get(kind.__name__, set()) | set(inner().get(kind.__name__, ()))
    if issubclass(kind, BaseException):
        skip.add("name")  # The head of the page speaks of it.
    names = {*dir(kind), *getattr(kind, "__dataclass_fields__", ())}
    return [name for name in sorted(names) if not name.startswith("_") and name not in skip]


def ours_of(name: str) -> list[str]:
    """The lines of a public name: a class with its members, a module with its functions, a function."""
    value = getattr(gpucanvas, name)
    said = first_line(value, name)
    if isinstance(value, ModuleType):
        rows = [(member, getattr(value, member)) for member in value.__all__]
        said = said.removeprefix(f"{name}: ")
        lines = [f"#### {name}", "", f"A module: {said[0].lower()}{said[1:]}", "", "| Name | What it is |", "|---|---|"]
        for member, each in rows:
            shown = written(member, value) if not inspect.isclass(each) else [member]
            lines.append(f"| {code(*(f'{name}.{form}' for form in shown))} | {first_line(each, member)} |")
        return [*lines, ""]
    if not inspect.isclass(value):
        return [f"#### {name}", "", code(*written(name, gpucanvas)), "", said, ""]
    publics = [base.__name__ for base in value.__mro__[1:] if base.__name__ in gpucanvas.__all__]
    if issubclass(value, BaseException):
        said += f" A subclass of {', '.join(f'`{base.__name__}`' for base in value.__bases__)}."
    elif publics:
        said += f" Has all that `{publics[0]}` has."
    if name in standard_members():
        said += " The standard's members are above."
    lines = [f"#### {name}", ""]
    if name in made():
        lines += [code(*written("__init__", value)), ""]
    lines += [said, ""]
    members = own_members(value)
    if members:
        lines += ["| Member | What it is |", "|---|---|"]
        lines += [f"| {code(*written(member, value))} | {said_of(value, member)} |" for member in members]
        lines.append("")
    return lines


def said_of(kind: type, name: str) -> str:
    """What is said of a member: the first line of its docstring, or what its class's docstring says of it."""
    for base in kind.__mro__:
        value = base.__dict__.get(name)
        if value is None:
            continue
        if isinstance(value, classmethod | staticmethod):
            value = value.__func__
        own = getattr(value, "__doc__", None)
        is_described = own and (callable(value) or isinstance(value, property | cached_property))
        if is_described:
            return first_line(value, f"{kind.__name__}.{name}")
    for base in kind.__mro__:
        found = in_docstring(inspect.cleandoc(base.__doc__ or ""), name)
        if found:
            return found
    raise StaleError(f"{kind.__name__}.{name} has no docstring: say what it is, or name it under [inner] in ours.toml")


def in_docstring(text: str, name: str) -> str:
    """What a numpy-style docstring says of an attribute: its type and its first sentence."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        names, _, kind = line.partition(" : ")
        if line.startswith(" ") or name not in re.split(r",\s*", names.strip()):
            continue
        words = []
        for below in lines[number + 1 :]:
            if not below.startswith("    "):
                break
            words.append(below.strip())
        if words:
            together = "" if names == name else ", ".join(f"`{each}`" for each in names.split(", ")) + ": "
            return cell(together + " ".join(words))
    return ""


def first_line(value: object, name: str) -> str:
    """The first line of a docstring."""
    text = inspect.getdoc(value)
    if not text:
        raise StaleError(f"{name} has no docstring: its first line is what docs/api.md says of it")
    return re.sub(r"\s*https://\S+", "", cell(text.split("\n\n")[0].replace("\n", " ")))


# -- how it is written ---------------------------------------------------------------------------------------------


def written(name: str, owner: Any, shown: str | None = None) -> list[str]:
    """A member with its arguments, one text a form in which it can be called."""
    value = getattr(owner, name) if isinstance(owner, ModuleType) else inspect.getattr_static(owner, name, None)
    if name == "__init__":
        value = owner  # It may be made by __new__.
    if isinstance(value, cached_property):
        return [name + READ_ONLY]
    if isinstance(value, property):
        return [name if value.fset else name + READ_ONLY]
    if isinstance(value, classmethod | staticmethod):
        value = value.__func__
    if not inspect.isroutine(value) and not inspect.isclass(value):
        return [name]
    shown = shown or (owner.__name__ if name == "__init__" else name)
    if name == "__str__":
        return ["str(matrix)"]
    # A method's first argument is the object; a module's functions have none.
    is_bound = isinstance(owner, ModuleType) or inspect.isclass(value)
    functions = [value]
    if any(each.kind is each.VAR_POSITIONAL for each in inspect.signature(value).parameters.values()):
        functions = typing.get_overloads(value) or functions
    forms = [arguments(each, is_bound) for each in functions]
    return [f"{shown}({form})" for form in dict.fromkeys(forms)]


def arguments(function: Any, is_bound: bool) -> str:
    """The arguments of a function, without types."""
    given = list(inspect.signature(function).parameters.values())
    given = given if is_bound else given[1:]
    found = [each.replace(annotation=inspect.Parameter.empty) for each in given]
    text = str(inspect.Signature(found))[1:-1]
    # A default of an overload says no more than that there is one.
    return re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", text).replace("=Ellipsis", "=...")


def code(*forms: str) -> str:
    """Texts as code, in one cell of a table."""
    texts = [form.partition(READ_ONLY) for form in forms]
    return "<br>".join("`" + name.replace("|", "\\|") + "`" + after for name, after, _ in texts)


def cell(text: str) -> str:
    """A text of a docstring in one cell of a table: its marks are Markdown's."""
    return re.sub(r"\s+", " ", text).replace("``", "`").replace("|", "\\|").strip()


def page() -> str:
    """The text of docs/api.md."""
    lines = [HEAD, "## The standard's members", ""]
    for interface in interfaces():
        lines += standard_table(interface)
    lines += ["## Beyond the standard", ""]
    for part in parts():
        lines += [f"### {part['title']}", ""]
        for name in part["names"]:
            if own_members_or_more(name):
                lines += ours_of(name)
    lines += ["## Not for programs", "", "These names have no underscore, but are for the library's own modules:", ""]
    lines += [f"- `{kind}`: {', '.join(f'`{name}`' for name in names)}" for kind, names in inner().items()]
    return "\n".join(lines) + "\n"


def own_members_or_more(name: str) -> bool:
    """Whether there is anything to say of a name that the standard's tables have not said."""
    value = getattr(gpucanvas, name)
    return not inspect.isclass(value) or name not in standard_members() or bool(own_members(value))


def main(options: list[str]) -> int:
    """Write or check the page; returns the exit status."""
    try:
        wanted = page()
    except StaleError as error:
        print(error, file=sys.stderr)
        return 1
    if "--check" not in options:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != wanted:
        print("docs/api.md is stale: run `python docs/api/make.py` and commit what it writes", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
