"""Events about reports and advisories, and the recipients of their mails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from advisories.publication import workflow as publication_workflow
from advisories.publication.events import AdvisoryEvent
from advisories.reports import workflow as reports_workflow
from advisories.reports.enums import Determination, ForwardOutcome
from advisories.reports.events import ReportEvent
from advisories.reports.models import UNDO, Facts, Report, SplitPart
from audit import clock
from members.people.models import Person
from notifications.enums import Mail
from tests.advisories import factories as reports
from tests.cast import Cast, act_as

MEMBERS = {"ada", "abel", "mel", "mia", "rita", "sara", "newt"}
REPORTER = {"remy@example.net"}


def hand_over(cast: Cast) -> None:
    reports.handed_over(reports.coordinated(cast.mel), cast.mia, cast.mel)


def end_offer(cast: Cast) -> None:
    report = reports.offered(cast.mel, cast.mia)
    Report.objects.system("a test writes past the verbs").filter(pk=report.pk).update(offered_to=cast.emil)
    reports_workflow.end_offer(report)


def correct(cast: Cast) -> None:
    report = reports.coordinated(cast.mel)
    reports_workflow.correct(report, replace(Facts.of(report), platform="Linux"), revision=1, by=act_as(cast.mia))


def release(cast: Cast) -> None:
    original, repeated = reports.approved(cast.mel, cast.mia), reports.coordinated(cast.mel)
    reports_workflow.determine(repeated, Determination.DUPLICATE, by=act_as(cast.mel), duplicate_of=original)
    with clock.pretend(clock.now() + UNDO):
        reports_workflow.tell_outcome(repeated)
    publication_workflow.publish(original, revision=1, by=act_as(cast.mel))
    reports_workflow.release(repeated)


def note(report: Report, member: Person) -> None:
    reports_workflow.write_note(report, "Seen.", by=act_as(member))


def reply(report: Report) -> None:
    reports_workflow.reply(report, "Here is more.", by=reports.holder_of(report))


#: What happens, the event, how, and who gets which mail.
STORIES: list[tuple[str, StrEnum, Callable[[Cast], object], dict[str, set[str]]]] = [
    (
        "report",
        ReportEvent.REPORT_RECEIVED,
        lambda _cast: reports.received(),
        {Mail.ATTENTION: MEMBERS, Mail.REPORT_RECEIVED: REPORTER},
    ),
    (
        "report without an address",
        ReportEvent.REPORT_RECEIVED,
        lambda _cast: reports.received(reporter_email=""),
        {Mail.ATTENTION: MEMBERS, Mail.REPORT_RECEIVED: set()},
    ),
    (
        "taken",
        ReportEvent.COORDINATOR_TOOK,
        lambda cast: reports.coordinated(cast.mel),
        {Mail.PRIVATE_NEWS: REPORTER},
    ),
    (
        "offered",
        ReportEvent.HANDOVER_OFFERED,
        lambda cast: reports.offered(cast.mel, cast.mia),
        {Mail.ATTENTION: {"mia"}},
    ),
    (
        "declined",
        ReportEvent.HANDOVER_DECLINED,
        lambda cast: reports_workflow.decline_offer(
            reports.offered(cast.mel, cast.mia), cast.rita, by=act_as(cast.mia)
        ),
        {Mail.ATTENTION: {"rita"}},
    ),
    ("offer to somebody who left", ReportEvent.OFFER_ENDED, end_offer, {Mail.ATTENTION: {"mel"}}),
    ("agreed to take over", ReportEvent.HANDED_OVER, hand_over, {Mail.ATTENTION: {"mel"}}),
    (
        "taken over by an admin",
        ReportEvent.HANDED_OVER,
        lambda cast: reports.handed_over(reports.coordinated(cast.mel), cast.ada, cast.ada),
        {Mail.ATTENTION: {"mel"}},
    ),
    ("corrected by another", ReportEvent.FACTS_CORRECTED, correct, {Mail.ATTENTION: {"mel"}}),
    (
        "split",
        ReportEvent.SPLIT,
        lambda cast: reports_workflow.split(
            reports.coordinated(cast.mel),
            SplitPart("cpython", "Another", "It also loops.", "It stops."),
            by=act_as(cast.mel),
        ),
        {Mail.PRIVATE_NEWS: REPORTER},
    ),
    (
        "answer to nobody yet",
        ReportEvent.REPORTER_WROTE,
        lambda _cast: reply(reports.received()),
        {Mail.ATTENTION: MEMBERS},
    ),
    (
        "answer to the coordinator",
        ReportEvent.REPORTER_WROTE,
        lambda cast: reply(reports.coordinated(cast.mel)),
        {Mail.ATTENTION: {"mel"}},
    ),
    (
        "message",
        ReportEvent.MESSAGE_SENT,
        lambda cast: reports_workflow.write_message(reports.received(), "Thanks.", by=act_as(cast.mel)),
        {Mail.PRIVATE_NEWS: REPORTER},
    ),
    (
        "note of another",
        ReportEvent.NOTE_WRITTEN,
        lambda cast: note(reports.coordinated(cast.mel), cast.mia),
        {Mail.ATTENTION: {"mel"}},
    ),
    (
        "own note",
        ReportEvent.NOTE_WRITTEN,
        lambda cast: note(reports.coordinated(cast.mel), cast.mel),
        {Mail.ATTENTION: set()},
    ),
    (
        "note on what nobody coordinates",
        ReportEvent.NOTE_WRITTEN,
        lambda cast: note(reports.received(), cast.mia),
        {Mail.ATTENTION: set()},
    ),
    (
        "determined",
        ReportEvent.DETERMINED,
        lambda cast: reports.determined(cast.mel, Determination.NOT_A_BUG),
        {Mail.ATTENTION: set()},
    ),
    (
        "determined by an admin",
        ReportEvent.DETERMINED,
        lambda cast: reports_workflow.determine(
            reports.coordinated(cast.mel), Determination.DISCARDED, by=act_as(cast.ada)
        ),
        {Mail.ATTENTION: {"mel"}},
    ),
    (
        "outcome told",
        ReportEvent.OUTCOME_TOLD,
        lambda cast: reports.settled(cast.mel, Determination.NOT_A_BUG),
        {Mail.PRIVATE_NEWS: REPORTER},
    ),
    (
        "undone by an admin",
        ReportEvent.UNDONE,
        lambda cast: reports_workflow.undo(reports.determined(cast.mel), by=act_as(cast.ada)),
        {Mail.ATTENTION: {"mel"}},
    ),
    (
        "end of a forwarding, noted by an admin",
        ReportEvent.FORWARD_ENDED,
        lambda cast: reports_workflow.end_forward(
            reports.forwarded(cast.mel), ForwardOutcome.SILENT, by=act_as(cast.ada)
        ),
        {Mail.ATTENTION: {"mel"}},
    ),
    ("duplicate released", ReportEvent.RELEASED, release, {Mail.PRIVATE_NEWS: REPORTER}),
    (
        "reopened",
        ReportEvent.REOPENED,
        lambda cast: reports.reopened(reports.settled(cast.mel), cast.mel),
        {Mail.PRIVATE_NEWS: REPORTER},
    ),
    (
        "reopened after a discard",
        ReportEvent.REOPENED,
        lambda cast: reports.reopened(reports.settled(cast.mel, Determination.DISCARDED), cast.mel),
        {Mail.PRIVATE_NEWS: set()},
    ),
    (
        "draft to approve",
        AdvisoryEvent.DRAFT_STARTED,
        lambda cast: reports.drafted(cast.mel),
        {Mail.ATTENTION: MEMBERS - {"mel"}},
    ),
    (
        "draft with holes",
        AdvisoryEvent.DRAFT_STARTED,
        lambda cast: reports.drafted(cast.mel, draft=replace(reports.DRAFT, description="")),
        {Mail.ATTENTION: set()},
    ),
    (
        "approved",
        AdvisoryEvent.APPROVED,
        lambda cast: reports.approved(cast.mel, cast.mia),
        {Mail.ATTENTION: {"mel"}},
    ),
    (
        "published",
        AdvisoryEvent.PUBLISHED,
        lambda cast: reports.published(cast.mel, cast.mia),
        {
            Mail.ANNOUNCEMENT: {"security-announce@lists.example.org"},
            Mail.ADVISORY_PUBLISHED: MEMBERS,
            Mail.PRIVATE_NEWS: REPORTER,
        },
    ),
]
