"""Inactivity reviews in each phase, made by the verbs at pretended moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from advisories.reports import workflow as reports_workflow
from audit import clock
from members.channels.connectors import CoordinatorCredited
from members.inactivity import links, workflow
from members.inactivity.enums import NoticeAnswer, ReviewVerdict
from members.inactivity.models import ActivityNote, InactivityReview, ReviewDecision, ReviewEntry
from members.inactivity.pages.waiting import FIRST, dashboard_items
from members.inactivity.placing import year_before
from members.people.models import Person
from members.people.policy import Actor
from members.people.queries.council import seats_filled
from members.people.tally import CouncilTally
from psrt_portal.manage import values_for
from tests.advisories import factories as reports
from tests.cast import Cast, act_as
from tests.factories import make_member
from web.waiting import Waiting

DAY = timedelta(days=1)
#: When the review of most tests is announced, and when its notice is over.
NOTICE_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
DUE_AT = NOTICE_AT + 14 * DAY
LINK = "https://example.org/council/yearly"


def waiting_for(actor: Actor, now: datetime) -> list[Waiting]:
    """Return what the dashboard says waits for the actor."""
    columns = FIRST.columns(actor, now)
    first = FIRST.items(actor, now, values_for(actor.person, columns)) if actor.person and columns else []
    return [item for item in (*dashboard_items(actor, now), *first) if isinstance(item, Waiting)]


def work(*people: Person, at: datetime) -> None:
    """Let everybody write a note on a report."""
    with clock.pretend(at):
        report = reports.received(days_ago=0.1)
        for person in people:
            reports_workflow.write_note(report, f"Seen by {person.name}.", by=act_as(person))


def announced(by: Person, *, at: datetime = NOTICE_AT) -> InactivityReview:
    """Return a review whose notice was given at `at`."""
    with clock.pretend(at):
        return workflow.announce(by=act_as(by))


def answered(review: InactivityReview, person: Person, text: str = "I review.", *, at: datetime | None = None) -> None:
    """Answer by the first link of the notice, by default a day after it."""
    with clock.pretend(at or review.announced_at + DAY):
        workflow.answer_active(token(review, person, NoticeAnswer.ACTIVE), text)


def retired(review: InactivityReview, person: Person, *, at: datetime | None = None) -> None:
    """Answer by the second link of the notice, by default a day after it."""
    with clock.pretend(at or review.announced_at + DAY):
        workflow.answer_retire(token(review, person, NoticeAnswer.RETIRE))


def generated(review: InactivityReview, *, by: Person | None = None, at: datetime | None = None) -> InactivityReview:
    """Make the lists, by default at the end of the notice."""
    with clock.pretend(at or review.due_at):
        return workflow.generate(review, by=act_as(by) if by else None)


def made_a_year_ago(*, days_more: int = 0) -> None:
    """Move the only review back, as if it had been made a year and `days_more` days ago."""
    InactivityReview.objects.update(generated_at=year_before(clock.now()) - days_more * DAY)


def sent(review: InactivityReview, by: Person, *, at: datetime | None = None) -> InactivityReview:
    """Send a review to the council, by default an hour after its lists were due."""
    with clock.pretend(at or review.due_at + DAY / 24):
        return workflow.send(review, by=act_as(by))


def before_the_council(cast: Cast, *, at: datetime = NOTICE_AT) -> InactivityReview:
    """Return a review that Ada sent. Nobody has worked: Ada, Abel, Mel, Mia and Newt are listed as inactive."""
    return sent(generated(announced(cast.ada, at=at)), cast.ada)


def decided(
    entry: ReviewEntry, verdict: ReviewVerdict, by: Person, *, at: datetime | None = None, **changes: Any
) -> ReviewDecision:
    """Record a decision of all seats, by default two days after the review was due; `changes` override its values."""
    moment = at or entry.review.due_at + 2 * DAY
    tally = CouncilTally(seats_filled(moment.date()) or 0, 0, 0)
    given = {"tally": tally, "decided_on": moment.date(), "link": LINK, **changes}
    with clock.pretend(moment):
        return workflow.record_verdict(entry, verdict, by=act_as(by), **given)


def noted(
    person: Person, by: Person, *, day: date | None = None, text: str = "Answered mail.", at: datetime | None = None
) -> ActivityNote:
    """Return a note on the work of somebody, by default on the day before `at`, which is now by default."""
    moment = at or clock.now()
    with clock.pretend(moment):
        return workflow.note_activity(person, day=day or (moment - DAY).date(), text=text, by=act_as(by))


def withdrawn(note: ActivityNote, by: Person, *, at: datetime | None = None) -> ActivityNote:
    """Withdraw a note, by default now."""
    with clock.pretend(at or clock.now()):
        return workflow.withdraw_note(note, by=act_as(by))


def credited(*people: Person, day: date, advisory: str = "", source: str = "psrt/cpython") -> None:
    """Keep a coordinator credit of everybody on one day, as a reading of GitHub would; who has no number gets one."""
    for person in people:
        if person.github_id is None:
            person.github_id = 700_000 + Person.objects.exclude(github_id=None).count()
            person.save(update_fields=["github_id"])
    found = {CoordinatorCredited(person.github_id or 0, advisory, day) for person in people}
    workflow.keep_credits(source, found)


def entry_of(review: InactivityReview, person: Person) -> ReviewEntry:
    """Return the entry of a person as it is in the database now."""
    return ReviewEntry.objects.select_related("review", "person").get(review=review, person=person)


def token(review: InactivityReview, person: Person, answer: NoticeAnswer) -> str:
    """Return the secret part of one of the two links of a notice."""
    return links.token_of(entry_of(review, person), answer)


def lists(review: InactivityReview) -> dict[str, set[str]]:
    """Return the first names in each list; lists without anybody are left out."""
    by_group: dict[str, set[str]] = {}
    for entry in review.entries.select_related("person"):
        by_group.setdefault(entry.group, set()).add(entry.person.name.split()[0])
    return by_group


def addresses(cast: Cast) -> dict[tuple[str, str], Mapping[str, str]]:
    """Return URLs of a review before the council (Mia kept, Mel to be decided on) and of one that is announced."""
    now = clock.now()
    old = before_the_council(cast, at=now - 30 * DAY)
    decided(entry_of(old, cast.mia), ReviewVerdict.KEEP, cast.sam)
    ned = make_member("Ned Nologin", github="")
    running = announced(cast.ada, at=now - DAY)
    answered(running, cast.abel, at=now - DAY / 2)
    names = ("detail", "csv", "generate", "send")
    note = noted(cast.mel, cast.ada)
    return {
        ("inactivity:note", ""): {"pk": str(note.pk)},
        ("inactivity:note", "missing"): {"pk": str(uuid4())},
        ("inactivity:note_withdraw", ""): {"pk": str(note.pk)},
        ("inactivity:note_withdraw", "missing"): {"pk": str(uuid4())},
        **{(f"inactivity:{name}", ""): {"pk": str(old.pk)} for name in names},
        **{(f"inactivity:{name}", "announced"): {"pk": str(running.pk)} for name in names},
        ("inactivity:detail", "missing"): {"pk": str(uuid4())},
        ("inactivity:answer_for", ""): {"pk": str(entry_of(running, ned).pk)},
        ("inactivity:answer_for", "mailed"): {"pk": str(entry_of(running, cast.newt).pk)},
        ("inactivity:decide", ""): {"pk": str(entry_of(old, cast.mel).pk)},
        ("inactivity:decide", "kept"): {"pk": str(entry_of(old, cast.mia).pk)},
        ("inactivity:answer", ""): {"token": token(running, cast.newt, NoticeAnswer.ACTIVE)},
        ("inactivity:answer", "retire"): {"token": token(running, cast.newt, NoticeAnswer.RETIRE)},
        ("inactivity:answer", "answered"): {"token": token(running, cast.abel, NoticeAnswer.RETIRE)},
        ("inactivity:answer", "over"): {"token": token(old, cast.mel, NoticeAnswer.RETIRE)},
        ("inactivity:answer", "wrong"): {"token": "wrong"},
    }
