"""Valid names and addresses."""

from __future__ import annotations

import pytest

from web.validity import is_github_name, is_name, is_web_address


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
