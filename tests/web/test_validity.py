"""Valid names and addresses."""

from __future__ import annotations

import re

import pytest

from web.validity import (
    HIDDEN,
    NOT_ONE_LINE,
    as_line,
    folded,
    is_web_address,
    looks,
    mixed_word,
    obstacle_to_line,
    row_id,
    sort_key,
    valid_github_name,
    valid_name,
)

MISSING = "The name is missing."
LONG = "The name is longer than 200 characters."


@pytest.mark.parametrize(
    "name", ["Ada", "Bénédikt O’Ipsum", "李雷", "Ł", "x" * 200, "Ada (she)", "1st", "می\u200cخواهم", "Ada 👩🏽\u200d💻"]
)
def test_a_name_is_kept_as_it_is_written(name: str) -> None:
    assert valid_name(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Re\u0301mi Retire\u0301", "Rémi Retiré"),
        ("Ada\u00a0Lorem", "Ada Lorem"),
        (" Ada  \u3000 Lorem\t", "Ada Lorem"),
        ("e\ufe0f\u0301a", "éa"),
    ],
)
def test_a_name_is_kept_composed_with_single_spaces(typed: str, kept: str) -> None:
    assert (valid_name(typed), valid_name(kept)) == (kept, kept)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", MISSING),
        (" \u00a0", MISSING),
        ("x" * 201, LONG),
        ("Ada\nLorem", NOT_ONE_LINE),
        *((f"A{sign}da", HIDDEN) for sign in ("\x00", "\u202e", "\u200b", "\u2066", "\ud800")),
        ("Ada\u200c", HIDDEN),
        *(
            (f"{start}Ada", f"A name does not begin with {start}: a spreadsheet would take it for a formula.")
            for start in "=+-@"
        ),
        ("Аda Lorem", "“Аda” has letters of several alphabets, which look alike. Write it in one."),
    ],
)
def test_what_is_no_name_is_refused_with_the_reason(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        valid_name(text)


@pytest.mark.parametrize("name", ["a", "A1", "octo-cat", "nina-", "pia--p", "-a", "-", "x" * 39, "a-" * 19 + "a"])
def test_a_github_name_has_1_to_39_letters_digits_and_hyphens(name: str) -> None:
    assert [valid_github_name(text) for text in (name, f"@{name}", f" {name}\u00a0")] == [name] * 3


def test_no_github_name_is_none() -> None:
    assert [valid_github_name(text) for text in ("", " ")] == ["", ""]


@pytest.mark.parametrize("name", ["a_b", "a b", "ä", "a\nb", "@@a", "x" * 40, "a[bot]", "a\u200bb", "ａ", "１"])
def test_what_github_cannot_have_given_is_no_github_name(name: str) -> None:
    with pytest.raises(ValueError, match=r"^A GitHub name has 1 to 39 letters, digits and hyphens"):
        valid_github_name(name)


@pytest.mark.parametrize(
    "other", ["rémi o'dolor", "Re\u0301mi O’Dolor", "RÉMI  OʼDOLOR", "Rémi\u00a0O‘Dolor", "R\u200cémi O`Dolor"]
)
def test_spellings_of_one_name_are_compared_as_equal(other: str) -> None:
    assert folded(other) == folded("Rémi O’Dolor") == "rémi o'dolor"


def test_an_accent_is_not_folded_where_names_are_compared() -> None:
    assert folded("Bénédikt") != folded("Benedikt")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Łukasz Langa", "lukasz langa"),
        ("Bénédikt Tran", "benedikt tran"),
        ("Ægir Ørsted", "ægir orsted"),
        ("Đorđe Straße", "dorde strasse"),
        ("Ada-Mae O’Dolor", "ada-mae o'dolor"),
        ("İpek Işık", "ipek isik"),
        ("Ада Йорк", "ада иорк"),
        ("李雷", "李雷"),
        ("ﬁona", "fiona"),
    ],
)
def test_the_key_to_sort_by_has_no_case_and_no_accents(name: str, key: str) -> None:
    assert (sort_key(name), sort_key(key)) == (key, key)


@pytest.mark.parametrize("address", ["https://example.org", "http://example.org/a?b=c#d", "https://bücher.example/ä"])
def test_a_web_address_is_absolute(address: str) -> None:
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address",
    ["", "example.org", "//example.org", "ftp://example.org/a", "javascript:alert(1)", "https://", "https://a b.org",
     "https://example.org/\n", "data:text/html,x", "mailto:a@example.org"],
)  # fmt: skip
def test_an_address_that_opens_no_page_is_invalid(address: str) -> None:
    assert not is_web_address(address)


ZWNJ, ZWJ = "\u200c", "\u200d"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a", "a"),
        (" a\u00a0b\u2003c\td\u3000", "a b c d"),
        ("e\u0301", "é"),
        ("❤\ufe0f", "❤"),
        (f"می{ZWNJ}خواهم", f"می{ZWNJ}خواهم"),
        (f"क\u094d{ZWJ}ष", f"क\u094d{ZWJ}ष"),
        (f"👩🏽{ZWJ}💻", f"👩🏽{ZWJ}💻"),
    ],
)
def test_a_line_is_kept_composed_and_with_plain_spaces(typed: str, kept: str) -> None:
    assert (as_line(typed), obstacle_to_line(kept)) == (kept, "")


@pytest.mark.parametrize("sign", ["\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_a_line_has_no_break(sign: str) -> None:
    assert obstacle_to_line(f"a{sign}b") == NOT_ONE_LINE


@pytest.mark.parametrize(
    "sign",
    ["\0", "\x1b", "\x7f", "\u00ad", "\u061c", "\u200b", "\u200e", "\u200f", "\u202a", "\u202e", "\u2060", "\u2066",
     "\u2069", "\ufeff", "\U000e0041", "\ud800", "\ue000", "\ufffe", "\u034f", "\u115f", "\u3164", "\uffa0",
     "\u2800", "\ufe00", "\U000e0100"],
)  # fmt: skip
def test_a_line_has_no_hidden_character_and_none_that_turns_it_around(sign: str) -> None:
    assert [obstacle_to_line(text) for text in (f"a{sign}b", sign, f"{sign}a")] == [HIDDEN] * 3


@pytest.mark.parametrize("text", [ZWJ, f"a{ZWJ}", f"{ZWNJ}a", f"a {ZWNJ}b", f"a{ZWJ}{ZWJ}b", f"1{ZWNJ}2", f"a{ZWJ}💻"])
def test_a_joiner_stands_between_two_letters_or_two_symbols(text: str) -> None:
    assert obstacle_to_line(text) == HIDDEN


@pytest.mark.parametrize(
    "other",
    ["ada lorem", "ADA LOREM", "Adà Lórem", "Ada\u00a0Lorem", "AdaLorem", "Ada-Lorem", "Аdа Lоrеm", "Ada L0rem",
     "Ada Ιorem".replace("Ι", "I"), "Ａｄａ Ｌｏｒｅｍ", "𝐀da Lorem", "Ada Lorem.", "Αda Lorem", "Ada Ӏorem",
     "Ada ӏorem", "ΑDΑ LΟREΜ", "ɑda lorem", "Adɑ Lorem", "ᴀᴅᴀ ʟᴏʀᴇᴍ", "Ꭺꭰꭺ Lorem", "Ada Ꮮorem", "Ada Lorern",
     "Ada Lօrem", "Ada ꓡorem", "Ada Łørem", "Ɑda Lorem", "Ada Lorеrn", "Áda Lorem", "Άda Lorem", "Ada ǀorem"],
)  # fmt: skip
def test_names_that_look_alike_share_a_look(other: str) -> None:
    assert looks(other) & looks("Ada Lorem")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("NINA HUNT", "ΝΙΝΑ ΗUΝΤ"),
        ("PETYA ROX", "ΡΕΤΥΑ RΟΧ"),
        ("Νίκος Ρήγας", "ΝΙΚΟΣ ΡΗΓΑΣ"),
        ("Kim Bo", "Κim Βο"),
        ("Will Mann", "Wi11 Mann"),
        ("Lou Sousa", "Լou Տousa"),
        ("Wim", "VVim"),
        ("Gino", "ɡino"),
    ],
)
def test_capitals_that_look_alike_share_a_look(name: str, other: str) -> None:
    assert looks(name) & looks(other)


@pytest.mark.parametrize("other", ["Ada Lorum", "Ada", "Lorem Ada", "Ada B. Lorem", "李雷", "…", "Ада Лорен"])
def test_names_that_look_different_share_none(other: str) -> None:
    assert not looks(other) & looks("Ada Lorem")


def test_a_name_without_a_letter_looks_like_none() -> None:
    assert looks("…") == frozenset()


@pytest.mark.parametrize("word", ["Аda", "Adа", "Lοrem", "ꓡorem", "Ꭺda", "Бob", "Нara"])
def test_a_word_of_several_alphabets_is_found(word: str) -> None:
    assert mixed_word(f"Ada {word} Lorem") == word


@pytest.mark.parametrize(
    "name",
    ["Ada Lorem", "Łukasz Ørsted", "Ада Лорем", "Ada Ада", "李雷 Lei", "渡辺さくらサクラ", "김Kim", "Νίκος", "Oʼahu",
     "نیما", "राम", "Ａｄａ", "Anne-Мария", "x86", "ﬁona", "ªda"],
)  # fmt: skip
def test_a_name_may_have_words_of_several_alphabets(name: str) -> None:
    assert mixed_word(name) == ""


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("007", 7), (str(2**63 - 1), 2**63 - 1)])
def test_the_key_of_a_row_is_a_number_of_64_bits(text: str, number: int) -> None:
    assert row_id(text) == number


@pytest.mark.parametrize("text", ["", "0", "-1", "+1", " 1", "1.0", "1e3", "x", "١", "²", str(2**63), "9" * 5_000])
def test_anything_else_is_the_key_of_no_row(text: str) -> None:
    assert row_id(text) is None
