"""keys: the DOM's names of keys (`KeyboardEvent.key`), from glfw's key codes and characters.

    key code, scancode --+-- has a name of its own? ---------------------------> "ArrowLeft", "Enter", "F1", "Shift"
                         +-- a character comes with it? -----------------------> that character: "a", "A", "%", "é"
                         +-- none comes (Ctrl or Alt is held, a dead key) -----> by the layout: "c", "C", "5"; "Dead"

glfw's codes stand for physical keys, named after the US keyboard. The DOM names a key by the character that it types,
so the character that follows a key decides, if there is one.
"""

from __future__ import annotations

from typing import Final

__all__ = ["MODIFIER_KEYS", "UNKNOWN_KEY", "fixed_name", "modifier_names", "name_without_character"]

UNKNOWN_KEY: Final = -1
SPACE: Final = 32
LAST_PRINTABLE: Final = 96  # The key of the grave accent; codes up to it are ASCII, with capital letters.
WORLD_KEYS: Final = (161, 162)  # Additional keys of keyboards other than US ones.
KEYPAD_0, KEYPAD_9, KEYPAD_DECIMAL, KEYPAD_ADD, KEYPAD_EQUAL = 320, 329, 330, 334, 336

SHIFT, CONTROL, ALT, META, CAPS_LOCK, NUM_LOCK = 1, 2, 4, 8, 16, 32
"""The bits of glfw's ``mods``; the last two are set only with the input mode LOCK_KEY_MODS."""
MODIFIER_BITS: Final = (("Alt", ALT), ("Control", CONTROL), ("Meta", META), ("Shift", SHIFT))

MODIFIER_KEYS: Final[dict[int, str]] = {
    340: "Shift",
    341: "Control",
    342: "Alt",
    343: "Meta",
    344: "Shift",
    345: "Control",
    346: "Alt",
    347: "Meta",
}
"""The modifier keys, left and right."""

FIXED_NAMES: Final[dict[int, str]] = {
    256: "Escape",
    257: "Enter",
    258: "Tab",
    259: "Backspace",
    260: "Insert",
    261: "Delete",
    262: "ArrowRight",
    263: "ArrowLeft",
    264: "ArrowDown",
    265: "ArrowUp",
    266: "PageUp",
    267: "PageDown",
    268: "Home",
    269: "End",
    280: "CapsLock",
    281: "ScrollLock",
    282: "NumLock",
    283: "PrintScreen",
    284: "Pause",
    **{290 + number: f"F{number + 1}" for number in range(25)},
    335: "Enter",  # On the keypad.
    **MODIFIER_KEYS,
    348: "ContextMenu",
}

KEYPAD_TYPED: Final = (*"0123456789", *"./*-+")
"""The characters of the keys from KEYPAD_0 to KEYPAD_ADD."""
# fmt: off
KEYPAD_MOVES: Final = (
    "Insert", "End", "ArrowDown", "PageDown", "ArrowLeft", "Clear", "ArrowRight", "Home", "ArrowUp", "PageUp", "Delete",
)
# fmt: on
"""The names of the keys from KEYPAD_0 to KEYPAD_DECIMAL while NumLock is off, or Shift is held."""


def fixed_name(key: int) -> str | None:
    """The name of a key that never types a character; None for other keys.

    >>> fixed_name(263), fixed_name(65)
    ('ArrowLeft', None)
    """
    return FIXED_NAMES.get(key)


def modifier_names(mods: int) -> tuple[str, ...]:
    """The names of glfw's modifier bits, sorted, without the locks.

    >>> modifier_names(SHIFT | CONTROL | CAPS_LOCK)
    ('Control', 'Shift')
    """
    return tuple(name for name, bit in MODIFIER_BITS if mods & bit)


def asks_for_layout(key: int) -> bool:
    """Whether glfw may be asked for a key's name in the keyboard layout: it reports an error for other keys."""
    return SPACE < key <= LAST_PRINTABLE or key in WORLD_KEYS


def name_without_character(key: int, layout_name: str | None, mods: int, has_num_lock: bool = True) -> str:
    """The name of a key that could have typed a character, but did not.

    Parameters
    ----------
    key
        glfw's code.
    layout_name
        The result of `glfw.get_key_name`: the character of the key without modifiers.
    mods
        glfw's modifier bits, including the locks.
    has_num_lock
        False for macOS, whose keypads always type digits.

    Returns
    -------
    str
        "Dead" for a key that waits for a letter to put its accent on, "Unidentified" for an unknown key. The effect of
        Shift is known for letters only.
    """
    if KEYPAD_0 <= key <= KEYPAD_ADD:
        moves = has_num_lock and bool(mods & SHIFT or not mods & NUM_LOCK)
        return KEYPAD_MOVES[key - KEYPAD_0] if moves and key <= KEYPAD_DECIMAL else KEYPAD_TYPED[key - KEYPAD_0]
    if key == KEYPAD_EQUAL:
        return "="
    if key == SPACE:
        return " "
    if not asks_for_layout(key):
        return "Unidentified"
    # A letter or digit is no dead key: an input method, as for Chinese or Japanese, may give its character later.
    if not mods & (CONTROL | ALT | META) and not (layout_name or "").isalnum():
        return "Dead"
    if layout_name is None:
        if key > LAST_PRINTABLE:
            return "Unidentified"
        layout_name = chr(key)
    name = layout_name.lower()
    is_capital = bool(mods & SHIFT) != bool(mods & CAPS_LOCK)
    return name.upper() if is_capital and len(name.upper()) == len(name) else name
