"""What the private links of every app are made of."""

from __future__ import annotations

import re

import pytest

from web import signed_links

PAIR = re.compile(r"([0-9]+)-([a-z]{4})")


def test_what_was_signed_is_read_back_in_its_parts() -> None:
    token = signed_links.sign("7-abcd", salt="one")
    pair = signed_links.read(token, PAIR, salt="one")
    assert token.startswith("7-abcd.")
    assert pair is not None
    assert pair.groups() == ("7", "abcd")


@pytest.mark.parametrize("text", ["", "7", "7-abcde", "x7-abcd", "7-abcd\n", "seven"])
def test_a_signed_text_of_another_form_is_no_link(text: str) -> None:
    assert signed_links.read(signed_links.sign(text, salt="one"), PAIR, salt="one") is None


def test_a_link_of_another_kind_or_without_its_signature_is_none() -> None:
    token = signed_links.sign("7-abcd", salt="one")
    signature = token.removeprefix("7-abcd.")
    for false in (token[:-1], f"{token}x", f"8-abcd.{signature}", signature, "7-abcd", "", "\u2603"):
        assert signed_links.read(false, PAIR, salt="one") is None
    assert signed_links.read(token, PAIR, salt="another") is None
