"""The circle that stands for a person: initials, and a tint that stays."""

from __future__ import annotations

import unicodedata
from uuid import UUID

import pytest
from django.template import Context, Template

from web import avatars


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lorem", "AL"),
        ("Łukasz Semper", "ŁS"),
        ("Juan Pablo de la Cruz", "JC"),
        ("Prince", "P"),
        ("éric d’Amet", "ÉD"),
        (unicodedata.normalize("NFD", "Élodie Éclair"), "ÉÉ"),
        ("(Bob) “Q” Smith", "BS"),
        ("- Mel", "M"),
        ("ßeta ßeta", "ßß"),
        ("王小明", "王"),
        ("किरण राव", "किरा"),
        ("3ric Two", "3T"),
        ("’ -", "?"),
        ("", "?"),
    ],
)
def test_initials_are_the_first_letters_of_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert avatars.initials(name) == letters


def test_people_have_every_tint_and_each_keeps_its_own() -> None:
    keys = [UUID(int=number) for number in range(60)]
    tints = [avatars.tint(key) for key in keys]
    assert set(tints) == set(avatars.TINTS)
    assert tints == [avatars.tint(str(key)) for key in keys]


def test_an_avatar_is_decoration_and_escaped() -> None:
    source = Template('{% avatar name key "large" %}')
    html = source.render(Context({"name": "<x> <y>", "key": "k"}))
    assert html == f'<span class="avatar avatar-large tint-{avatars.tint("k")}" aria-hidden="true">XY</span>'
