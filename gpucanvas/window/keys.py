"""keys: how the DOM names keys (`KeyboardEvent.key`), from what glfw tells of them.

    key code, scancode --+-- has a name of its own? ---------------------------> "ArrowLeft", "Enter", "F1", "Shift"
                         +-- a character comes with it? -----------------------> that character: "a", "A", "%", "é"
                         +-- none comes (Ctrl or Alt is held, a dead key) -----> by the layout: "c", "C", "5"; "Dead"

glfw tells of physical keys: its codes are named after the keyboard of the United States, whatever is printed on the
keys. The DOM names a key by what it types, so the character that follows a key decides where there is one.
"""

from __future__ import annotations

from typing import Final

__all__ = ["MODIFIER_KEYS", "UNKNOWN_KEY", "fixed_name", "modifier_names", "name_without_character"]

UNKNOWN_KEY: Final = -1
SPACE: Final = 32
LAST_PRINTABLE: Final = 96  # The key of the grave accent; the codes up to it are those of ASCII, in capitals.
WORLD_KEYS: Final = (161, 162)  # Keys that keyboards outside of the United States have in addition.
KEYPAD_0, KEYPAD_9, KEYPAD_DECIMAL, KEYPAD_ADD, KEYPAD_EQUAL = 320, 329, 330, 334, 336

SHIFT, CONTROL, ALT, META, CAPS_LOCK, NUM_LOCK = 1, 2, 4, 8, 16, 32
"""The bits of glfw's ``mods``; the last two are told only of windows with the input mode LOCK_KEY_MODS."""
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
"""The keys that are held while others are pressed, left and right."""

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
    335: "Enter",  # The keypad's.
    **MODIFIER_KEYS,
    348: "ContextMenu",
}

KEYPAD_TYPED: Final = (*"0123456789", *"./*-+")
"""What the keys from KEYPAD_0 to KEYPAD_ADD type."""
# fmt: off
KEYPAD_MOVES: Final = (
    "Insert", "End", "ArrowDown", "PageDown", "ArrowLeft", "Clear", "ArrowRight", "Home", "ArrowUp", "PageUp", "Delete",
)
# fmt: on
"""What the keys from KEYPAD_0 to KEYPAD_DECIMAL are while NumLock is off, or Shift is held."""


def fixed_name(key: int) -> str | None:
    """The name of a key that types no character; None for one that may.

    >>> fixed_name(263), fixed_name(65)
    ('ArrowLeft', None)
    """
    return FIXED_NAMES.get(key)


def modifier_names(mods: int) -> tuple[str, ...]:
    """The names of glfw's modifier bits, sorted; locks are no modifiers.

    >>> modifier_names(SHIFT | CONTROL | CAPS_LOCK)
    ('Control', 'Shift')
    """
    return tuple(name for name, bit in MODIFIER_BITS if mods & bit)


def asks_for_layout(key: int) -> bool:
    """Whether the keyboard's layout may have a name for a key; glfw warns of other keys."""
    return SPACE < key <= LAST_PRINTABLE or key in WORLD_KEYS


def name_without_character(key: int, layout_name: str | None, mods: int, has_num_lock: bool = True) -> str:
    """The name of a key that might have typed a character, and has not.

    Parameters
    ----------
    key
        glfw's code.
    layout_name
        What `glfw.get_key_name` says: what the key types while no other is held.
    mods
        glfw's modifier bits, with those of the locks.
    has_num_lock
        False for macOS, whose keypads always type digits.

    Returns
    -------
    str
        "Dead" for a key that waits for the letter to put its accent on, "Unidentified" for one of which nothing is
        known. What Shift makes of a key is known for letters only.
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
    # A letter or digit is none: a program that helps to write Chinese or Japanese may give its character later.
    if not mods & (CONTROL | ALT | META) and not (layout_name or "").isalnum():
        return "Dead"
    if layout_name is None:
        if key > LAST_PRINTABLE:
            return "Unidentified"
        layout_name = chr(key)
    name = layout_name.lower()
    is_capital = bool(mods & SHIFT) != bool(mods & CAPS_LOCK)
    return name.upper() if is_capital and len(name.upper()) == len(name) else name
