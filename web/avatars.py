"""Initials and tint of the circle that stands for a person: drawn here, never fetched from another host."""

from __future__ import annotations

import unicodedata
import zlib

#: The tints of static/css/people.css, which go by the tokens of their names.
TINTS = ("blue", "teal", "green", "rose", "grey", "brown")


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of `name`, such as ``ŁL``; ``?`` without a letter."""
    letters = [letter for word in name.split() if (letter := _first_letter(word))]
    return letters[0] + letters[-1] * (len(letters) > 1) if letters else "?"


def _first_letter(word: str) -> str:
    """Return the first letter or digit of a word as a capital, with the marks that stand on it."""
    composed = unicodedata.normalize("NFC", word)
    start = next((at for at, sign in enumerate(composed) if sign.isalnum()), None)
    if start is None:
        return ""
    end = start + 1
    while composed[end : end + 1] and unicodedata.category(composed[end])[0] == "M":
        end += 1
    letter = composed[start:end]
    capital = letter.upper()
    # One letter stays one: the capital of ß is two.
    return capital if len(capital) == len(letter) else letter


def tint(key: object) -> str:
    """Return the tint of a person, the same for the same `key` on every page and after a change of their name."""
    return TINTS[zlib.crc32(str(key).encode()) % len(TINTS)]
