"""A write that a constraint refuses becomes a conflict or an error."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from members.people.models import Person
from tests.cast import Cast
from tests.factories import make_person
from web.conflicts import Conflict, conflict_on_integrity_error


def test_the_check_names_the_conflict(cast: Cast) -> None:
    def check() -> None:
        raise Conflict("Somebody is called so already.")

    with pytest.raises(Conflict, match=r"^Somebody is called so already\.$"), conflict_on_integrity_error(check):
        make_person("Another", slug=cast.mel.slug, github="")
    assert Person.objects.filter(name="Another").count() == 0


def test_an_integrity_error_without_explanation_is_raised(cast: Cast) -> None:
    with pytest.raises(IntegrityError), conflict_on_integrity_error(Person.objects.count):
        make_person("Another", slug=cast.mel.slug, github="")
    no_name = pytest.raises(IntegrityError, match="a_person_has_a_name")
    with no_name, conflict_on_integrity_error(Person.objects.count):
        make_person("", slug="nobody", github="")


def test_a_write_that_nothing_refuses_is_not_checked_again(db: None) -> None:
    checked: list[str] = []
    with conflict_on_integrity_error(lambda: checked.append("again")):
        make_person("Another")
    assert (checked, Person.objects.filter(name="Another").count()) == ([], 1)
