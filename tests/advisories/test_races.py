"""Two at once: the second waits for the first, and then sees what it did. Needs locks, so PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from advisories.publication.workflow import CveIdTaken, drafting, publication
from advisories.reports.models import Report
from advisories.reports.workflow import conversation, intake, triage
from audit.models import Event
from tests.advisories import factories
from tests.advisories.factories import DRAFT, SUBMISSION, fresh
from tests.cast import Cast, act_as
from tests.races import race
from web.conflicts import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


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
