"""names: the AttributeError for an unknown name, with the nearest known one.

    ctx.fillStyle = "red"   -->   Context2D has no attribute 'fillStyle': did you mean fill_style?

A class with `__setattr__` or `__getattr__` loses the interpreter's fast attribute access: every use of every attribute
becomes several times slower. So classes whose members are used millions of times have neither. Their `__slots__` refuse
undeclared names, and `KnownNames` puts a descriptor, which raises with the cure, under each name that JavaScript or a
typing error would give. Other classes are `Hinted`, and `Guarded` where they have no slots.
"""

from __future__ import annotations

import re
from abc import ABCMeta
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, get_overloads, overload

__all__ = ["STANDARD", "Guarded", "Hinted", "KnownNames", "missing", "named_for_programs", "nearest"]

Kind = TypeVar("Kind", bound=type)
PACKAGE: Final = __name__.partition(".")[0]
set_any: Final = object.__setattr__
CLOSE: Final = 0.72
"""Similarity from which a name is suggested (difflib ratio): line_width for "line_wdth", not save for "shadow"."""
SHORTEST: Final = 4
"""Shortest name that gets descriptors for typing errors: misspellings of shorter names are often other words."""

# fmt: off
STANDARD: Final = frozenset(
    (
        "draw_focus_if_needed",
    )
)
# fmt: on
"""Names of the standard's context, in snake_case. Names that we lack are reported as missing, not as misspelt."""

LEFT_OUT: Final = {
    "draw_focus_if_needed": "it draws the focus of a page's element, and here is no page; stroke the path yourself",
}
"""Names of the standard's context that are left out on purpose, with the reason."""

OTHER_WORDS: Final = {
    "line_dash": "set_line_dash",
    "dash": "set_line_dash",
    "set_dash": "set_line_dash",
    "color": "fill_style",
    "fill_color": "fill_style",
    "set_source_rgb": "fill_style",
    "set_source_rgba": "fill_style",
    "stroke_color": "stroke_style",
    "stroke_width": "line_width",
    "set_line_width": "line_width",
    "font_size": "font, as in ctx.font = '16px sans-serif'",
    "set_font_size": "font, as in ctx.font = '16px sans-serif'",
    "opacity": "global_alpha",
    "alpha": "global_alpha",
    "blend_mode": "global_composite_operation",
    "image_smoothing": "image_smoothing_enabled",
    "current_transform": "get_transform",
    "circle": "arc, or fill_circles for many",
    "draw_circle": "arc, or fill_circles for many",
    "line": "line_to",
    "draw_line": "line_to",
    "curve_to": "bezier_curve_to",
    "bezier_to": "bezier_curve_to",
    "cubic_to": "bezier_curve_to",
    "quadratic_to": "quadratic_curve_to",
    "quad_to": "quadratic_curve_to",
    "set_fill_style": "fill_style",
    "set_stroke_style": "stroke_style",
    "set_fill_color": "fill_style",
    "set_stroke_color": "stroke_style",
    "set_alpha": "global_alpha",
    "set_global_alpha": "global_alpha",
    "set_line_cap": "line_cap",
    "set_line_join": "line_join",
    "set_miter_limit": "miter_limit",
    "shadow_offset": "shadow_offset_x and shadow_offset_y",
    "lw": "line_width",
    "linewidth": "line_width",
    "stroke_layout": "stroke_text for each line of the layout",
    "rectangle": "rect",
    "draw_rect": "fill_rect",
    "polygon": "fill_polygons",
    "polyline": "stroke_lines",
    "fill_round_rect": "round_rect",
    "text": "fill_text",
    "draw_text": "fill_text",
    "show_text": "fill_text",
    "text_width": "measure_text",
    "textlength": "measure_text",
    "blit": "draw_image",
    "paste": "draw_image",
    "clear": "clear_rect",
    "clear_canvas": "clear_rect",
    "flush": "canvas.flush",
    "width": "canvas.width",
    "height": "canvas.height",
    "set_font": "font",
    "select_font_face": "font",
    "text_extents": "measure_text",
    "text_size": "measure_text",
    "stroke_weight": "line_width",
    "set_dash_offset": "line_dash_offset",
    "set_operator": "global_composite_operation",
    "set_fill_rule": "fill(fill_rule)",
    "new_path": "begin_path",
    "new_sub_path": "move_to",
    "fill_preserve": "fill",
    "stroke_preserve": "stroke",
    "identity_matrix": "reset_transform",
    "paint": "fill_rect",
    "background": "fill_rect",
    "push": "save",
    "pop": "restore",
    "push_matrix": "save",
    "pop_matrix": "restore",
    "push_group": "begin_layer",
    "pop_group": "end_layer",
    "plot": "stroke_lines",
    "scatter": "fill_circles",
    "imshow": "draw_image",
    "annotate": "fill_text",
    "get_pixel": "get_image_data",
    "getpixel": "get_image_data",
    "set_pixel": "put_image_data",
    "putpixel": "put_image_data",
    "save_png": "save",
    "write_to_png": "save",
    "to_image": "to_pil",
    "to_array": "to_numpy",
    "pixels": "to_numpy",
    "begin": "begin_path",
    "close": "close_path",
    "bezier": "bezier_curve_to",
    "arc_negative": "arc(counterclockwise=True)",
    "rounded_rect": "round_rect",
    "fill_rectangle": "fill_rect",
    "stroke_rectangle": "stroke_rect",
    "triangle": "fill_polygons",
    "draw_polygon": "fill_polygons",
    "stroke_polyline": "stroke_lines",
    "thickness": "line_width",
    "set_color": "fill_style",
    "set_fill": "fill_style",
    "set_stroke": "stroke_style",
    "background_color": "fill_rect",
    "clip_rect": "rect and clip",
    "save_layer": "begin_layer",
    "size": "width and height",
    "shape": "width and height",
}
"""Names of other libraries, and ours for each: a hint for classes that have the first word of our name."""


ELSEWHERE: Final = {
    "CanvasRenderingContext2D": "Context2D",
    "OffscreenCanvasRenderingContext2D": "Context2D",
    "HTMLCanvasElement": "Canvas",
    "OffscreenCanvas": "Canvas",
    "HTMLImageElement": "Image",
    "Surface": "Canvas",
    "ImageSurface": "Canvas",
    "Figure": "Canvas",
    "figure": "Canvas",
    "new_canvas": "Canvas",
    "create_canvas": "Canvas",
    "Path": "Path2D",
    "Matrix": "DOMMatrix",
    "Transform": "DOMMatrix",
    "Point": "DOMPoint",
    "Rect": "DOMRect",
    "Gradient": "CanvasGradient, which a context's create_linear_gradient makes",
    "load_image": "Image.open",
    "register_font": "fonts.register",
    "imread": "Image.open",
    "FuncAnimation": "show",
    "display": "show",
    "animate": "show, or render_film for a file",
    "request_animation_frame": "show, which calls your function for every frame",
    "film": "to import gpucanvas.film first",
}
"""Names of classes and functions in browsers and other libraries, and ours for each."""


def other_word(name: str, known: Container[str]) -> str | None:
    """Return our name for another library's name if our name is among the known names; else None.

    >>> other_word("size", ["width", "height"]), other_word("size", ["length"])
    ('width and height', None)
    """
    meant = OTHER_WORDS.get(name)
    return meant if meant and re.split(r"\W", meant, maxsplit=1)[0] in known else None


def snake(name: str) -> str:
    """Return a JavaScript name in snake_case.

    >>> snake("globalAlpha"), snake("toDataURL")
    ('global_alpha', 'to_data_url')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def camel(name: str) -> str:
    """Return a Python name in camelCase.

    >>> camel("global_alpha")
    'globalAlpha'
    """
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def nearest(known: Iterable[str], name: str) -> str | None:
    """Return the known name that was probably meant, or None.

    >>> nearest(["fill_style", "fill_rect"], "fillstyle")
    'fill_style'
    """
    known = list(known)
    wanted = snake(name)
    if wanted in known:
        return wanted
    meant = other_word(wanted, known)
    if meant is not None:
        return meant
    # Imported here: few programs need it.
    from difflib import get_close_matches

    flat = wanted.replace("_", "")
    for each in known:
        if each.replace("_", "").lower() == flat:
            return each
    return next(iter(get_close_matches(wanted, known, 1, CLOSE)), None)


def unknown(kind: type, name: str, meant: str | None = None) -> AttributeError:
    """Return the error for a name that a class lacks; ``meant`` is the suggested name, searched for if None."""
    # Without ``obj=`` the interpreter adds no suggestion of its own.
    return AttributeError(said_of_unknown(kind, name, meant), name=name)


@lru_cache(512)
def said_of_unknown(kind: type, name: str, meant: str | None) -> str:
    """Return what the error says. It is cached: `hasattr` asks for it, and a search takes a millisecond."""
    said, pythonic = f"{getattr(kind, '_known_as', kind.__name__)} has no attribute {name!r}", snake(name)
    way, other = getattr(kind, "_leads_to", ("", object))
    meant = meant or getattr(kind, "_elsewhere", {}).get(pythonic)
    if pythonic in LEFT_OUT and hasattr(kind, "_not_yet"):
        meant, said = None, f"{said}: the standard's {camel(pythonic)} is left out: {LEFT_OUT[pythonic]}"
    elif pythonic in getattr(kind, "_not_yet", ()):
        meant, said = None, f"{said}: the standard's {camel(pythonic)} is not supported yet"
    elif meant is None and hasattr(other, pythonic) and not hasattr(object, pythonic):
        meant = f"{way}.{pythonic}"
    else:
        meant = meant or nearest((each for each in dir(kind) if not each.startswith("_")), name)
        led = None if meant else other_word(pythonic, dir(other))
        meant = f"{way}.{led}" if led else meant
    return f"{said}: did you mean {meant}?" if meant else said


def missing(module: str, name: str, known: Iterable[str]) -> AttributeError:
    """Return the error for a name that a module lacks."""
    said = f"module {module!r} has no attribute {name!r}"
    meant = None if name.startswith("_") else ELSEWHERE.get(name) or ELSEWHERE.get(snake(name)) or nearest(known, name)
    return AttributeError(f"{said}: did you mean {meant}?" if meant else said, name=name)


class Hinted:
    """A class whose AttributeError suggests the nearest name.

    Attributes
    ----------
    _leads_to : (str, type)
        The code that gets an object of a related class, and that class: its names are often tried here.
    _elsewhere : dict of str to str
        Names that are often tried here, and what to use instead.
    _not_yet : collection of str
        Names of the standard that are reported as missing, not as misspelt.
    """

    __slots__ = ()

    # Hidden from type checkers, which would accept every name otherwise.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name)
            raise unknown(type(self), name)


class Guarded(Hinted):
    """A class with a `__dict__` that refuses new public attributes. Subclasses outside the library accept them."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            if name[:1] == "_" or hasattr(type(self), name) or not _is_ours(type(self)):
                set_any(self, name, value)
            else:
                raise unknown(type(self), name)


def _is_ours(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == PACKAGE


def named_for_programs(kind: Kind) -> Kind:
    """Decorate a public class: its inherited methods are named after it, not after internal classes.

        Context2D(PathVerbs, ...)    "PathVerbs.move_to() missing ..."  -->  "Context2D.move_to() missing ..."

    The interpreter uses these names in errors about arguments, and pickle uses them too. Calls become no slower. The
    methods of public base classes keep their names.
    """
    _public.add(kind)
    for base in kind.__mro__[1:]:
        if not _is_ours(base) or base in _public:
            continue
        for name, member in vars(base).items():
            function = getattr(member, "__func__", member)
            if isinstance(function, FunctionType) and function.__qualname__ == f"{base.__qualname__}.{name}":
                # `typing` stores overloads by the qualified name of their function, so they are registered again.
                signatures: list[Any] = [*get_overloads(function)]
                # The function below a decorator, such as `contextmanager`, is the one whose name is in the error.
                wrapped = getattr(function, "__wrapped__", function)
                for each in (*signatures, wrapped, function):
                    each.__qualname__, each.__module__ = f"{kind.__qualname__}.{name}", kind.__module__
                for each in signatures:
                    overload(each)
    return kind


_public: Final[set[type]] = set()


class Slip:
    """A descriptor under a misspelt name: getting or setting it raises AttributeError with the right name."""

    __slots__ = ("meant", "name")

    def __init__(self, name: str, meant: str | None) -> None:
        self.name, self.meant = name, meant

    def __get__(self, owner: Any, kind: type) -> Any:
        own = getattr(owner, "__dict__", None)
        if own is not None and self.name in own:
            return own[self.name]
        raise unknown(kind, self.name, self.meant)

    def __set__(self, owner: Any, value: Any) -> None:
        # Objects of subclasses outside the library have a `__dict__` and may use any name.
        if not hasattr(owner, "__dict__"):
            raise unknown(type(owner), self.name, self.meant)
        owner.__dict__[self.name] = value

    def __delete__(self, owner: Any) -> None:
        own = getattr(owner, "__dict__", {})
        if self.name not in own:
            raise unknown(type(owner), self.name, self.meant)
        del own[self.name]


def slips(name: str) -> Iterator[str]:
    """Misspellings of a name: JavaScript's spelling, without underscores, or with one typing error.

    >>> names = list(slips("line_cap"))
    >>> names[:2], "line_acp" in names, "lne_cap" in names, "line_capp" in names
    (['lineCap', 'linecap'], True, True, True)
    """
    yield camel(name)
    yield name.replace("_", "")
    if len(name) < SHORTEST:
        return
    for i in range(len(name)):
        yield name[:i] + name[i + 1 :]
        yield name[: i + 1] + name[i:]
        if i:
            yield name[: i - 1] + name[i] + name[i - 1] + name[i + 1 :]


class KnownNames(ABCMeta):
    """The metaclass of hot classes with `__slots__`: it adds `Slip` descriptors, which `dir` does not show.

    It derives from ABCMeta, so that a program's subclass may be abstract.
    """

    def __new__(meta, name: str, bases: tuple[type, ...], space: dict[str, Any], **rest: Any) -> KnownNames:
        """Make the class; classes of the library get `Slip` descriptors."""
        if space["__module__"].partition(".")[0] == PACKAGE:
            there = set(space).union(space.get("__slots__", ()), *map(dir, bases))
            missing = (*space["_not_yet"], *LEFT_OUT) if "_not_yet" in space else ()
            wrong: dict[str, str | None] = {form: None for each in missing for form in (each, camel(each))}
            wrong |= {slip: each for each in sorted(there) if each[0] != "_" for slip in slips(each)}
            wrong |= {each: meant for each in OTHER_WORDS if (meant := other_word(each, there))}
            wrong |= {
                form: meant for each, meant in space.get("_elsewhere", {}).items() for form in (each, camel(each))
            }
            space |= {slip: Slip(slip, wrong[slip]) for slip in wrong.keys() - there}
            space["__dir__"] = _shown
        return super().__new__(meta, name, bases, space, **rest)

    def __dir__(cls) -> list[str]:
        return [name for name in super().__dir__() if not cls._is_slip(name)]

    def _is_slip(cls, name: str) -> bool:
        for base in cls.__mro__:
            if name in base.__dict__:
                return isinstance(base.__dict__[name], Slip)
        return False


def _shown(self: object) -> list[str]:
    """The `__dir__` of objects: all names but slips."""
    return sorted({*dir(type(self)), *getattr(self, "__dict__", ())})
