"""The signatures and nonces of private links."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core import signing
from pytest_django import Settings

from web.signed_links import NONCE, UUID_AND_NONCE, PrivateLink, new_nonce

LINK = PrivateLink("one", r"([0-9]+)-([a-z]{4})")


def sign(text: str, salt: str = "one") -> str:
    """Sign any text with the portal's key."""
    return signing.Signer(key=settings.LINK_KEY, salt=salt, sep=".").sign(text)


def test_a_signed_text_is_read_back_in_its_parts() -> None:
    token = LINK.token("7-abcd")
    match = LINK.read(token)
    assert token.startswith("7-abcd.")
    assert match is not None
    assert match.groups() == ("7", "abcd")


@pytest.mark.parametrize("text", ["", "7", "7-abcde", "x7-abcd", "7-abcd\n", "seven"])
def test_a_signed_text_of_another_form_is_no_link(text: str) -> None:
    assert LINK.read(sign(text)) is None


@pytest.mark.parametrize("text", ["", "7", "7-abcde", "x7-abcd", "7-abcd\n", "seven"])
def test_a_text_that_could_not_be_read_again_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="not the text of a private link of the kind one"):
        LINK.token(text)


def test_a_token_of_another_kind_or_without_its_signature_is_no_link() -> None:
    token = LINK.token("7-abcd")
    signature = token.removeprefix("7-abcd.")
    for false in (token[:-1], f"{token}x", f"8-abcd.{signature}", signature, "7-abcd", "", "\u2603"):
        assert LINK.read(false) is None
    assert PrivateLink("another", LINK.pattern).read(token) is None
    assert LINK.read(sign("7-abcd", salt="another")) is None


def test_a_new_key_ends_every_link_unless_the_old_one_is_kept(settings: Settings) -> None:
    token = LINK.token("7-abcd")
    old, settings.LINK_KEY = settings.LINK_KEY, "another-key-" * 10
    assert LINK.read(token) is None
    settings.LINK_KEY_FALLBACKS = [old]
    assert LINK.read(token) is not None


def test_links_do_not_hang_on_the_key_of_the_sessions(settings: Settings) -> None:
    token = LINK.token("7-abcd")
    false = signing.Signer(salt="one", sep=".").sign("7-abcd")
    assert LINK.read(false) is None
    settings.SECRET_KEY = "another-key-" * 10
    assert LINK.read(token) is not None


def test_every_nonce_is_new_and_fits_its_pattern() -> None:
    nonces = {new_nonce() for _ in range(100)}
    assert len(nonces) == 100
    assert [nonce for nonce in nonces if not re.fullmatch(NONCE, nonce)] == []


def test_an_id_and_a_nonce_are_told_apart_without_a_mark_between_them() -> None:
    match = PrivateLink("two", UUID_AND_NONCE).read(sign("0" * 32 + "a" * 16, salt="two"))
    assert match is not None
    assert match.groups() == ("0" * 32, "a" * 16)
