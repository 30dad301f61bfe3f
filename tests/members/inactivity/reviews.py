"""Yearly reports at each stage, made by the verbs at pretended moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from advisories.reports import workflow as reports_workflow
from audit import clock
from members.inactivity import links, workflow
from members.inactivity.models import Answer, EntryDecision, ReportEntry, Verdict, YearlyReport
from members.inactivity.placing import year_before
from members.people.models import Person
from members.people.tally import CouncilTally
from tests.advisories import factories as reports
from tests.cast import Cast, act_as
from tests.factories import make_member

DAY = timedelta(days=1)
#: When the report of most tests is announced, and when its notice is over.
NOTICE_AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
DUE_AT = NOTICE_AT + 14 * DAY
LINK = "https://example.org/council/yearly"


def work(*people: Person, at: datetime) -> None:
    """Everybody writes a note on a report."""
    with clock.pretend(at):
        report = reports.received(days_ago=0.1)
        for person in people:
            reports_workflow.write_note(report, f"Seen by {person.name}.", by=act_as(person))


def announced(by: Person, *, at: datetime = NOTICE_AT) -> YearlyReport:
    """Notice is given."""
    with clock.pretend(at):
        return workflow.announce_yearly(by=act_as(by))


def answered(report: YearlyReport, person: Person, text: str = "I review.", *, at: datetime | None = None) -> None:
    """By the first link of the notice, a day after it unless `at` says otherwise."""
    with clock.pretend(at or report.announced_at + DAY):
        workflow.answer_active(token(report, person, Answer.ACTIVE), text)


def retired(report: YearlyReport, person: Person, *, at: datetime | None = None) -> None:
    """By the second link of the notice."""
    with clock.pretend(at or report.announced_at + DAY):
        workflow.answer_retire(token(report, person, Answer.RETIRE))


def made(report: YearlyReport, *, by: Person | None = None, at: datetime | None = None) -> YearlyReport:
    """The lists, at the end of the notice unless `at` says otherwise."""
    with clock.pretend(at or report.due_at):
        return workflow.generate_yearly(report, by=act_as(by) if by else None)


def made_a_year_ago(*, days_more: int = 0) -> None:
    """As if the only report had been made then."""
    YearlyReport.objects.update(generated_at=year_before(clock.now()) - days_more * DAY)


def sent(report: YearlyReport, by: Person, *, at: datetime | None = None) -> YearlyReport:
    """To the council, an hour after its lists were made."""
    with clock.pretend(at or report.due_at + DAY / 24):
        return workflow.send_yearly(report, by=act_as(by))


def before_the_council(cast: Cast, *, at: datetime = NOTICE_AT) -> YearlyReport:
    """Sent by Ada; nobody has worked, so Ada, Abel, Mel, Mia and Newt are listed as inactive."""
    return sent(made(announced(cast.ada, at=at)), cast.ada)


def decided(
    entry: ReportEntry, verdict: Verdict, by: Person, *, at: datetime | None = None, **said: Any
) -> EntryDecision:
    """Carried, two days after the report was due; `said` may give another tally, day or link."""
    moment = at or entry.report.due_at + 2 * DAY
    given = {"tally": CouncilTally(3, 1, 1), "decided_on": moment.date(), "link": LINK, **said}
    with clock.pretend(moment):
        return workflow.record_verdict(entry, verdict, by=act_as(by), **given)


def entry_of(report: YearlyReport, person: Person) -> ReportEntry:
    """As it is in the database now."""
    return ReportEntry.objects.select_related("report", "person").get(report=report, person=person)


def token(report: YearlyReport, person: Person, answer: Answer) -> str:
    """What one of the two links of somebody's notice ends with."""
    return links.token_of(entry_of(report, person), answer)


def lists(report: YearlyReport) -> dict[str, set[str]]:
    """Who stands in which list, by first names; lists without anybody are left out."""
    found: dict[str, set[str]] = {}
    for entry in report.entries.select_related("person"):
        found.setdefault(entry.group, set()).add(entry.person.name.split()[0])
    return found


def addresses(cast: Cast) -> dict[tuple[str, str], Mapping[str, str]]:
    """Of a report that the council has, with Mia kept and Mel to be decided on, and of one that is announced."""
    now = clock.now()
    old = before_the_council(cast, at=now - 30 * DAY)
    decided(entry_of(old, cast.mia), Verdict.KEEP, cast.sam)
    ned = make_member("Ned Nologin", github="")
    running = announced(cast.ada, at=now - DAY)
    answered(running, cast.abel, at=now - DAY / 2)
    acts = ("detail", "csv", "generate", "send")
    return {
        **{(f"inactivity:{act}", ""): {"pk": str(old.pk)} for act in acts},
        **{(f"inactivity:{act}", "announced"): {"pk": str(running.pk)} for act in acts},
        ("inactivity:detail", "missing"): {"pk": str(uuid4())},
        ("inactivity:answer_for", ""): {"pk": str(entry_of(running, ned).pk)},
        ("inactivity:answer_for", "mailed"): {"pk": str(entry_of(running, cast.newt).pk)},
        ("inactivity:decide", ""): {"pk": str(entry_of(old, cast.mel).pk)},
        ("inactivity:decide", "kept"): {"pk": str(entry_of(old, cast.mia).pk)},
        ("inactivity:answer", ""): {"token": token(running, cast.newt, Answer.ACTIVE)},
        ("inactivity:answer", "retire"): {"token": token(running, cast.newt, Answer.RETIRE)},
        ("inactivity:answer", "answered"): {"token": token(running, cast.abel, Answer.RETIRE)},
        ("inactivity:answer", "over"): {"token": token(old, cast.mel, Answer.RETIRE)},
        ("inactivity:answer", "wrong"): {"token": "wrong"},
    }
