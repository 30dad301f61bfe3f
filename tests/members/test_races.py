"""What happens at the same time, on PostgreSQL with real transactions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import clock
from audit.models import Event
from members import workflow
from members.models import DocumentVersion, Person
from members.policy import Conflict
from tests.cast import act_as, assemble
from tests.members.documents import DUTIES, current, publish
from tests.races import race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_of_two_admins_who_publish_at_once_the_second_is_told() -> None:
    cast = assemble()
    first, second = race(lambda: publish(cast.ada), lambda: publish_second(cast.abel))
    assert isinstance(first, DocumentVersion)
    assert isinstance(second, Conflict)
    assert (current().number, current().published_by) == (2, cast.ada)


def publish_second(by: Person) -> DocumentVersion:
    """Made from the first version, whatever was published meanwhile."""
    return workflow.publish(DUTIES, "## Mine\n", "Mine.", based_on=1, by=act_as(by))


def test_of_two_workers_one_reminds() -> None:
    assemble()

    def remind() -> bool:
        with clock.pretend(current().published_at + timedelta(days=8)):
            return workflow.remind_of_acceptance()

    assert race(remind, remind) == (True, False)
    assert Event.objects.filter(kind="document:reminded").count() == 1
