"""Valid lines, names, addresses and numbers: one function each, used by forms, imports and verbs alike."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from web.csv_cells import is_formula

NAME_MOST = 200
"""The longest name of a person, in characters."""
#: GitHub: at most 39 letters, digits and hyphens. For new accounts a hyphen stands between two others (docs.github.com,
#: "username"), but older ones such as "nina-" and "pia--p" exist: the service decides which names there are.
GITHUB_NAME_MOST = 39
_GITHUB_NAME = re.compile(rf"[A-Za-z0-9-]{{1,{GITHUB_NAME_MOST}}}")
_web_address = URLValidator(schemes=["https", "http"])


#: Says that a text has to stand in one line.
NOT_ONE_LINE = "Write it in one line: it has a line break."
#: Says that a text would not look like what it is.
HIDDEN = "It has a character that nobody sees, or that turns the text around. Type it again instead of pasting it."
_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
#: The zero width non-joiner and joiner: between letters they are spelling (Persian, Hindi), between symbols an emoji.
_JOINERS = frozenset("\u200c\u200d")
#: Two that choose between the looks of the character before, without which nothing is lost; and the tab, a space.
_LOOKS = dict.fromkeys((0xFE0E, 0xFE0F)) | {ord("\t"): " "}
#: Letters, marks and symbols that nobody sees (Unicode, Default_Ignorable_Code_Point, and the empty Braille pattern).
_BLANKS = frozenset(
    map(chr, [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, *range(0xFE00, 0xFE10)])
) | frozenset(map(chr, [0xFFA0, *range(0xE0100, 0xE01F0)]))
#: The largest key of a row (PostgreSQL, bigint) and how many digits it has.
_ID_MOST, _ID_DIGITS = 2**63 - 1, 19


def as_line(text: str) -> str:
    """Return a typed text of one line as it is kept: composed (NFC), spaces and tabs plain, none at the ends."""
    composed = unicodedata.normalize("NFC", text.translate(_LOOKS))
    return "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in composed).strip(" ")


def obstacle_to_line(text: str) -> str:
    """Return why `text` is no line that looks like what it is, as a sentence; "" for one that is."""
    if text.isascii() and text.isprintable():
        return ""
    if not _BREAKS.isdisjoint(text):
        return NOT_ONE_LINE
    signs = enumerate(text)
    return HIDDEN if any(_is_hidden(sign, text[at - 1 : at], text[at + 1 : at + 2]) for at, sign in signs) else ""


def _is_hidden(sign: str, before: str, after: str) -> bool:
    if sign in _JOINERS:
        kinds = {unicodedata.category(other)[0] for other in (before, after) if other}
        return not (before and after and (kinds <= {"L", "M"} or kinds == {"S"}))
    return sign in _BLANKS or not sign.isprintable()


def valid_name(text: str) -> str:
    """Return a person's name as it is kept: a line in which one space stands between two words.

    Raises `ValueError`, with a sentence, for what is no name. Forms, imports, pasted lists and verbs all ask here, so
    that what one of them takes no other one refuses.
    """
    name = re.sub(" +", " ", as_line(text))
    if obstacle := _obstacle_to_name(name):
        raise ValueError(obstacle)
    return name


def _obstacle_to_name(name: str) -> str:
    if not name:
        return "The name is missing."
    if len(name) > NAME_MOST:
        return f"The name is longer than {NAME_MOST} characters."
    if obstacle := obstacle_to_line(name):
        return obstacle
    if is_formula(name):
        return f"A name does not begin with {name[0]}: a spreadsheet would take it for a formula."
    if mixed := mixed_word(name):
        return f"“{mixed}” has letters of several alphabets, which look alike. Write it in one."
    return ""


#: Signs that stand for an apostrophe or a hyphen; people, keyboards and services choose differently.
_PUNCTUATION = str.maketrans(dict.fromkeys("‘’ʼʻ`´ʹ′＇", "'") | dict.fromkeys("‐‑‒–−", "-"))


def folded(name: str) -> str:
    """Return `name` as it is compared: without case and joiners, one kind of apostrophe, hyphen and space."""
    plain = unicodedata.normalize("NFC", name).translate(_PUNCTUATION).casefold()
    return " ".join("".join(sign for sign in plain if sign not in _JOINERS).split())


def sort_key(name: str) -> str:
    """Return the key by which `name` is sorted and searched: folded, and letters without accents (Ł is an L)."""
    letters = unicodedata.normalize("NFKD", folded(name))
    return "".join(_base(sign) for sign in letters if not unicodedata.combining(sign)).casefold()


#: Capitals that look like others although their small letters do not; and two that NFKC takes for another letter.
_CAPITALS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϲՍՏՕԼ", "ABEZHIKMNOPTYXCcUSOL")
#: Letters that look like others and are not taken apart by NFKD; after casefolding (Unicode, UTS 39, the common ones):
#: Cyrillic, Greek, Armenian, Cherokee, phonetic letters whose names do not say it, and Lisu.
_LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕԁԛԝһӏьαβγεηικνορτυχωϳμօսոհցզյլաᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᎩᏃɑɛɩʊǀꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜl10",
    "abekmhopctyxijsdqwhibabyenikvoptuxwjuounhgqjiwabcdeghjkimprstvwyzaeiuiabcdefghijkimnoprstuvwxyziio",
)
#: A Latin letter with something at it, or of another make: ø, ł, ɡ, ı, ʀ.
_LATIN = re.compile(
    r"LATIN (?:SMALL LETTER (?:SCRIPT |DOTLESS |BARRED )?|LETTER SMALL CAPITAL )([A-Z])(?: WITH .+)?",
)
#: Scripts that are written together within a word, and have no letter of the others.
_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})


def looks(name: str) -> frozenset[str]:
    """Return what a reader may take `name` for: letters without case, accents and spaces.

    Names that share one are alike. There are two for a name with Greek or Armenian capitals: they are the capitals of
    their small letters, and look like others.
    """
    composed = unicodedata.normalize("NFKD", name.translate(_CAPITALS))
    return frozenset({_skeleton(composed.translate(_CAPITALS)), _skeleton(name)}) - {""}


def _skeleton(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    letters = (sign for sign in plain if unicodedata.category(sign)[0] in "LN")
    return "".join(map(_base, letters)).translate(_LOOKALIKES).replace("rn", "m").replace("vv", "w")


def _base(letter: str) -> str:
    match = None if letter.isascii() else _LATIN.fullmatch(unicodedata.name(letter, ""))
    return match[1].lower() if match else letter


def mixed_word(name: str) -> str:
    """Return a word of `name` that mixes scripts with letters that look alike, as Latin and Cyrillic; "" if none."""
    found = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", name))
    return next((word for word in found if len(_scripts(word)) > 1), "")


def _scripts(word: str) -> set[str]:
    # The first word of a letter's name; a modifier, such as an apostrophe that is a letter, goes with all.
    letters = (letter for letter in word if unicodedata.category(letter) != "Lm")
    return {unicodedata.name(letter, "").partition(" ")[0] for letter in letters} - _TOGETHER


def row_id(text: str) -> int | None:
    """Return the key of a row that somebody typed, or an address holds; None for what is none."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _ID_DIGITS else 0
    return number if 0 < number <= _ID_MOST else None


def valid_github_name(text: str) -> str:
    """Return a GitHub name as it is kept: without @ and spaces around it; "" for an empty one.

    Raises `ValueError`, with a sentence, for what GitHub cannot have given to an account.
    """
    name = as_line(text).removeprefix("@")
    if name and _GITHUB_NAME.fullmatch(name) is None:
        raise ValueError(f"A GitHub name has 1 to {GITHUB_NAME_MOST} letters, digits and hyphens, such as octo-cat.")
    return name


def is_web_address(text: str) -> bool:
    """Return whether `text` is an absolute address that a browser opens with http or https."""
    try:
        _web_address(text)
    except ValidationError:
        return False
    return True
