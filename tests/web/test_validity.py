"""Valid names and addresses."""

from __future__ import annotations

import pytest

from web.validity import (
    HIDDEN,
    NOT_ONE_LINE,
    as_line,
    is_github_name,
    is_name,
    is_web_address,
    looks,
    mixed_word,
    obstacle_to_line,
    row_id,
)


@pytest.mark.parametrize("name", ["Ada", "Bénédikt O’Ipsum", "李雷", "Ł", "x" * 200, "Ada (she)", "1st"])
def test_a_name_is_printable_text(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_name_is_no_formula(start: str) -> None:
    assert not is_name(f"{start}Ada")


@pytest.mark.parametrize("name", ["A\x00da", "A\nda", "A\u202eda", "A\u200bda", "A\ud800", "x" * 201])
def test_a_name_has_no_hidden_character_and_an_end(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("name", ["a", "A1", "octo-cat", "a-b-c", "x" * 39, "a-" * 19 + "a"])
def test_a_github_name_has_letters_digits_and_single_hyphens(name: str) -> None:
    assert is_github_name(name)


@pytest.mark.parametrize(
    "name", ["", "-a", "a-", "a--b", "a_b", "a b", "ä", "a\n", "@a", "x" * 40, "a-" * 20 + "a", "a[bot]"]
)
def test_a_name_that_github_refuses_is_invalid(name: str) -> None:
    assert not is_github_name(name)


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
