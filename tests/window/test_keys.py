"""Key names: glfw's codes by the names that the DOM gives keys (https://www.w3.org/TR/uievents-key/)."""

from __future__ import annotations

import pytest

from gpucanvas.window.keys import UNKNOWN_KEY, fixed_name, modifier_names, name_without_character

SHIFT, CONTROL, ALT, META, CAPS_LOCK, NUM_LOCK = 1, 2, 4, 8, 16, 32

# glfw's name of a key's code, and the DOM's of the key.
FIXED = {
    "KEY_ESCAPE": "Escape",
    "KEY_ENTER": "Enter",
    "KEY_KP_ENTER": "Enter",
    "KEY_TAB": "Tab",
    "KEY_BACKSPACE": "Backspace",
    "KEY_INSERT": "Insert",
    "KEY_DELETE": "Delete",
    "KEY_RIGHT": "ArrowRight",
    "KEY_LEFT": "ArrowLeft",
    "KEY_DOWN": "ArrowDown",
    "KEY_UP": "ArrowUp",
    "KEY_PAGE_UP": "PageUp",
    "KEY_PAGE_DOWN": "PageDown",
    "KEY_HOME": "Home",
    "KEY_END": "End",
    "KEY_CAPS_LOCK": "CapsLock",
    "KEY_SCROLL_LOCK": "ScrollLock",
    "KEY_NUM_LOCK": "NumLock",
    "KEY_PRINT_SCREEN": "PrintScreen",
    "KEY_PAUSE": "Pause",
    "KEY_LEFT_SHIFT": "Shift",
    "KEY_RIGHT_SHIFT": "Shift",
    "KEY_LEFT_CONTROL": "Control",
    "KEY_RIGHT_CONTROL": "Control",
    "KEY_LEFT_ALT": "Alt",
    "KEY_RIGHT_ALT": "Alt",
    "KEY_LEFT_SUPER": "Meta",
    "KEY_RIGHT_SUPER": "Meta",
    "KEY_MENU": "ContextMenu",
    **{f"KEY_F{number}": f"F{number}" for number in range(1, 26)},
}


def code(name: str) -> int:
    """The number that glfw has for a key."""
    return int(getattr(pytest.importorskip("glfw"), name))


@pytest.mark.parametrize(("name", "dom_name"), FIXED.items())
def test_a_key_that_types_nothing_has_the_name_of_the_dom(name: str, dom_name: str) -> None:
    assert fixed_name(code(name)) == dom_name


def test_every_key_of_glfw_has_a_name() -> None:
    glfw = pytest.importorskip("glfw")
    names = {name for name in dir(glfw) if name.startswith("KEY_")} - {"KEY_UNKNOWN", "KEY_LAST"}
    typed = {name for name in names if fixed_name(getattr(glfw, name)) is None}
    assert names - typed == FIXED.keys()
    assert len(typed) == 26 + 10 + 11 + 1 + 2 + 16  # Letters, digits, punctuation, space, world keys, keypad.
    for name in typed:
        assert name_without_character(getattr(glfw, name), "ä", CONTROL) != "Unidentified"


def test_the_modifier_bits_are_those_of_glfw() -> None:
    assert modifier_names(code("MOD_SHIFT")) == ("Shift",)
    assert modifier_names(code("MOD_CONTROL")) == ("Control",)
    assert modifier_names(code("MOD_ALT")) == ("Alt",)
    assert modifier_names(code("MOD_SUPER")) == ("Meta",)
    assert modifier_names(code("MOD_CAPS_LOCK") | code("MOD_NUM_LOCK")) == ()


def test_modifiers_are_sorted() -> None:
    assert modifier_names(SHIFT | CONTROL | ALT | META) == ("Alt", "Control", "Meta", "Shift")


@pytest.mark.parametrize(
    ("mods", "name"),
    [
        (CONTROL, "c"),
        (CONTROL | SHIFT, "C"),
        (CONTROL | CAPS_LOCK, "C"),
        (CONTROL | CAPS_LOCK | SHIFT, "c"),
        (ALT, "c"),
    ],
)
def test_a_letter_without_a_character_is_named_by_the_layout_and_shift(mods: int, name: str) -> None:
    assert name_without_character(code("KEY_C"), "c", mods) == name


def test_another_layout_names_the_key_by_what_is_printed_on_it() -> None:
    assert name_without_character(code("KEY_SEMICOLON"), "ö", CONTROL) == "ö"
    assert name_without_character(code("KEY_SEMICOLON"), "ö", CONTROL | SHIFT) == "Ö"
    assert name_without_character(code("KEY_MINUS"), "ß", CONTROL | SHIFT) == "ß"  # Its capital is two letters.


def test_without_a_layout_the_keyboard_of_the_united_states_is_assumed() -> None:
    assert name_without_character(code("KEY_C"), None, CONTROL) == "c"
    assert name_without_character(code("KEY_5"), None, CONTROL | SHIFT) == "5"


def test_a_printable_key_that_types_nothing_though_nothing_is_held_is_dead() -> None:
    assert name_without_character(code("KEY_APOSTROPHE"), None, 0) == "Dead"
    assert name_without_character(code("KEY_APOSTROPHE"), "´", SHIFT) == "Dead"


def test_a_letter_whose_character_comes_later_is_not_dead() -> None:
    assert name_without_character(code("KEY_W"), "w", 0) == "w"
    assert name_without_character(code("KEY_SEMICOLON"), "ö", SHIFT) == "Ö"


def test_a_key_without_a_code_is_unidentified() -> None:
    assert name_without_character(UNKNOWN_KEY, None, 0) == "Unidentified"
    assert code("KEY_UNKNOWN") == UNKNOWN_KEY


def test_space_is_a_space() -> None:
    assert name_without_character(code("KEY_SPACE"), None, CONTROL) == " "


KEYPAD = {
    "KEY_KP_0": ("0", "Insert"),
    "KEY_KP_1": ("1", "End"),
    "KEY_KP_2": ("2", "ArrowDown"),
    "KEY_KP_3": ("3", "PageDown"),
    "KEY_KP_4": ("4", "ArrowLeft"),
    "KEY_KP_5": ("5", "Clear"),
    "KEY_KP_6": ("6", "ArrowRight"),
    "KEY_KP_7": ("7", "Home"),
    "KEY_KP_8": ("8", "ArrowUp"),
    "KEY_KP_9": ("9", "PageUp"),
    "KEY_KP_DECIMAL": (".", "Delete"),
    "KEY_KP_DIVIDE": ("/", "/"),
    "KEY_KP_MULTIPLY": ("*", "*"),
    "KEY_KP_SUBTRACT": ("-", "-"),
    "KEY_KP_ADD": ("+", "+"),
    "KEY_KP_EQUAL": ("=", "="),
}


@pytest.mark.parametrize(("key", "typed", "moves"), [(key, *names) for key, names in KEYPAD.items()])
def test_the_keypad_types_or_moves_by_the_lock_and_shift(key: str, typed: str, moves: str) -> None:
    assert name_without_character(code(key), None, NUM_LOCK | CONTROL) == typed
    assert name_without_character(code(key), None, 0) == moves
    assert name_without_character(code(key), None, NUM_LOCK | SHIFT) == moves
    assert name_without_character(code(key), None, 0, has_num_lock=False) == typed
