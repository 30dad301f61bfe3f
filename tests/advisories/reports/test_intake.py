"""Handing in a report, and the conversation about it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from advisories.reports import workflow as reports_workflow
from advisories.reports.models import Message, Report
from members.people.policy import ANONYMOUS
from tests.advisories import factories
from tests.advisories.factories import SUBMISSION, holder_of
from tests.cast import Cast, act_as
from tests.events import kinds, recorded
from web.conflicts import NotAllowed

pytestmark = pytest.mark.django_db


def every_report() -> int:
    return Report.objects.system("a test").count()


@pytest.mark.rule("PEP811-12")
def test_a_report_handed_in_is_there_once_with_one_event() -> None:
    with recorded() as events:
        handed_in = reports_workflow.hand_in(SUBMISSION)
    stored = Report.objects.system("a test").get()
    assert stored == handed_in
    assert (stored.summary, stored.reporter_email) == (SUBMISSION.summary, SUBMISSION.reporter_email)
    assert [(event.kind, event.actor, event.target_id, event.data) for event in events] == [
        ("report:received", "reporter", str(stored.pk), {})
    ]


def test_a_form_sent_twice_is_one_report_with_one_event() -> None:
    with recorded() as events:
        first = reports_workflow.hand_in(SUBMISSION, once="mark")
        again = reports_workflow.hand_in(SUBMISSION, once="mark")
    assert (first, every_report(), len(events)) == (again, 1, 1)


@pytest.mark.parametrize("once", ["", "another mark"])
def test_a_copied_text_does_not_open_the_first_report(once: str) -> None:
    first = reports_workflow.hand_in(SUBMISSION, once="mark")
    assert reports_workflow.hand_in(SUBMISSION, once=once) != first


def test_other_words_are_another_report() -> None:
    reports_workflow.hand_in(SUBMISSION, once="mark")
    reports_workflow.hand_in(replace(SUBMISSION, summary="Something else"), once="mark")
    assert every_report() == 2


def test_a_reference_that_is_taken_is_rolled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = reports_workflow.hand_in(SUBMISSION, once="1")
    taken = list(first.reference.removeprefix("R-"))
    rolls = iter([*taken, *"ABCDEF"])
    monkeypatch.setattr(secrets, "choice", lambda _letters: next(rolls))
    assert reports_workflow.hand_in(SUBMISSION, once="2").reference == "R-ABCDEF"


def test_a_reference_that_is_always_taken_ends_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "choice", lambda _letters: "A")
    reports_workflow.hand_in(SUBMISSION, once="1")
    with pytest.raises(RuntimeError, match="no free reference"):
        reports_workflow.hand_in(SUBMISSION, once="2")
    assert every_report() == 1


# -- the conversation --------------------------------------------------------------------------------------

Write = Callable[..., Message]


@pytest.mark.rule("PSRT-41")
@pytest.mark.parametrize(
    ("write", "kind", "internal"),
    [(reports_workflow.write_note, "note:written", True), (reports_workflow.write_message, "message:sent", False)],
)
def test_the_text_of_a_member_is_recorded_with_its_author(cast: Cast, write: Write, kind: str, internal: bool) -> None:
    received = factories.received()
    with recorded() as events:
        message = write(received, "some words", by=act_as(cast.mia))
    assert (message.body, message.author, message.internal) == ("some words", cast.mia, internal)
    assert [(event.kind, event.target_id, event.data) for event in events] == [
        (kind, str(received.pk), {"message": str(message.pk)})
    ]


def test_the_answer_of_a_reporter_is_recorded_without_an_author(cast: Cast) -> None:
    received = factories.received()
    with recorded() as events:
        message = reports_workflow.reply(received, "an answer", by=holder_of(received))
    assert (message.author, message.internal) == (None, False)
    assert [(event.kind, event.actor) for event in events] == [("reply:received", "reporter")]


@pytest.mark.parametrize("write", [reports_workflow.write_note, reports_workflow.write_message])
def test_nobody_outside_the_team_writes_for_it(cast: Cast, write: Write) -> None:
    received = factories.received()
    for stranger in (ANONYMOUS, act_as(cast.sam), act_as(cast.emil), act_as(cast.olga), holder_of(received)):
        with recorded() as events, pytest.raises(NotAllowed):
            write(received, "some words", by=stranger)
        assert events == []
    assert not Message.objects.system("a test").exists()


def test_a_reporter_writes_on_their_own_report_only(cast: Cast) -> None:
    mine, other = factories.received(), factories.received()
    for stranger in (holder_of(other), act_as(cast.mel)):
        with pytest.raises(NotAllowed):
            reports_workflow.reply(mine, "some words", by=stranger)  # type: ignore[arg-type]
    assert not Message.objects.system("a test").exists()


@pytest.mark.parametrize("write", [reports_workflow.write_note, reports_workflow.write_message, reports_workflow.reply])
def test_a_message_sent_twice_is_one(cast: Cast, write: Write) -> None:
    received = factories.received()
    by: Any = holder_of(received) if write is reports_workflow.reply else act_as(cast.mel)
    with recorded() as events:
        first = write(received, "some words", by=by, once="mark")
        assert write(received, "some words", by=by, once="mark") == first
        assert write(received, "other words", by=by, once="mark") != first
        assert write(received, "some words", by=by) != write(received, "some words", by=by)
    assert len(events) == 4


def test_a_note_and_a_message_of_the_same_words_are_two(cast: Cast) -> None:
    received = factories.received()
    with recorded() as events:
        reports_workflow.write_note(received, "some words", by=act_as(cast.mel), once="mark")
        reports_workflow.write_message(received, "some words", by=act_as(cast.mel), once="mark")
        reports_workflow.write_note(received, "some words", by=act_as(cast.mia), once="mark")
    assert kinds(events) == ["note:written", "message:sent", "note:written"]
