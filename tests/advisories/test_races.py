"""Two at once: the second waits for the first, and then sees what it did. Needs locks, so PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from advisories.models import Report
from advisories.workflow import conversation, drafting, intake, publication, triage
from advisories.workflow.drafting import CveIdTaken
from audit.models import Event
from members.policy import Conflict
from tests.advisories import factories
from tests.advisories.factories import DRAFT, SUBMISSION, fresh
from tests.cast import Cast, act_as

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
SECONDS = 20


class Elsewhere(threading.Thread):
    """Another process, as far as the database can tell: a thread with a connection of its own."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._act = act
        self.result: Any = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self._act()
        except Exception as error:  # noqa: BLE001  handed to the test
            self.result = error
        finally:
            connection.close()

    def ended(self) -> Any:
        self.join(SECONDS)
        assert not self.is_alive()
        return self.result


def somebody_waits() -> bool:
    """In this database: other processes of the tests wait in theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def held_open(act: Callable[[], Any]) -> Iterator[Elsewhere]:
    """`act` is done by somebody else and not yet committed inside the block; it is when somebody waits for it."""
    done, go = threading.Event(), threading.Event()

    def hold() -> Any:
        with transaction.atomic():
            result = act()
            done.set()
            go.wait(SECONDS)
        return result

    first = Elsewhere(hold)
    assert done.wait(SECONDS), first.result
    yield first
    end = time.monotonic() + SECONDS
    while not somebody_waits() and time.monotonic() < end:
        time.sleep(0.01)
    go.set()
    first.ended()


def race(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """What both gave, when the second began before the first had committed."""
    with held_open(first) as one:
        other = Elsewhere(second)
    return one.result, other.ended()


def test_the_same_form_sent_twice_at_once_is_one_report(db: None) -> None:
    def send() -> Report:
        return intake.hand_in(SUBMISSION, once="mark")

    first, second = race(send, send)
    assert first == second
    assert Report.objects.system("a test").count() == 1
    assert Event.objects.filter(kind="report:received").count() == 1


def test_two_readings_at_once_are_recorded_once(cast: Cast) -> None:
    report, actor = factories.received(), act_as(cast.mel)
    first, second = race(lambda: triage.note_reading(report, by=actor), lambda: triage.note_reading(report, by=actor))
    assert (first.kind, second) == ("report:read", None)


def test_two_members_do_not_both_take_a_report(cast: Cast) -> None:
    report = factories.received()
    _, second = race(
        lambda: triage.coordinate(report, by=act_as(cast.mel)), lambda: triage.coordinate(report, by=act_as(cast.mia))
    )
    assert isinstance(second, Conflict)
    assert fresh(report).coordinator == cast.mel


def test_two_drafts_do_not_both_get_a_cve_id(cast: Cast) -> None:
    mine, other = factories.determined(cast.mel), factories.determined(cast.mel)
    _, second = race(
        lambda: drafting.start_draft(mine, DRAFT, by=act_as(cast.mel)),
        lambda: drafting.start_draft(other, DRAFT, by=act_as(cast.mel)),
    )
    assert isinstance(second, CveIdTaken)
    assert fresh(other).draft is None


def test_an_edit_at_the_moment_of_publication_comes_too_late(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    _, second = race(
        lambda: publication.publish(report, revision=1, by=act_as(cast.mel)),
        lambda: drafting.edit_draft(report, replace(DRAFT, title="Too late"), revision=1, by=act_as(cast.mel)),
    )
    assert isinstance(second, Conflict)
    assert fresh(report).advisory.title == DRAFT.title


def test_a_publication_at_the_moment_of_an_edit_does_not_happen(cast: Cast) -> None:
    report = factories.approved(cast.mel, cast.mia)
    _, second = race(
        lambda: drafting.edit_draft(report, replace(DRAFT, title="Quick"), revision=1, by=act_as(cast.mel)),
        lambda: publication.publish(report, revision=1, by=act_as(cast.mel)),
    )
    assert isinstance(second, Conflict)
    assert fresh(report).advisory.published_at is None


def test_two_publications_at_once_get_two_numbers(cast: Cast) -> None:
    reports = [
        factories.approved(cast.mel, cast.mia, draft=replace(DRAFT, cve_id=f"CVE-2099-300{number}"))
        for number in range(2)
    ]
    first, second = race(
        *(lambda report=report: publication.publish(report, revision=1, by=act_as(cast.mel)) for report in reports)
    )
    assert [first.psf_id[9:], second.psf_id[9:]] == ["1", "2"]


def test_the_same_note_sent_twice_at_once_is_one(cast: Cast) -> None:
    report, actor = factories.received(), act_as(cast.mel)

    def send() -> Any:
        return conversation.write_note(report, "words", by=actor, once="mark")

    first, second = race(send, send)
    assert first == second
    assert Event.objects.filter(kind="note:written").count() == 1
