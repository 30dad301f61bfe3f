"""The yearly report: announced, answered, generated, sent to the Steering Council, decided on name by name."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit import clock
from audit.log import record
from members.boarding.workflow import begin_offboarding
from members.inactivity import links
from members.inactivity.events import InactivityEvent
from members.inactivity.models import Answer, EntryDecision, ReportEntry, ReportGroup, Verdict, YearlyReport
from members.inactivity.placing import Period, Placing, concerned, placings, since_of_next
from members.inactivity.policy import Action, require
from members.people.models import Membership, MembershipEnded, Person, Suspension
from members.people.policy import Actor, actor_of
from members.people.registry import last_activity_of
from members.people.tally import CouncilTally
from members.people.workflow import lock_admins
from web.conflicts import Conflict, NotAllowed
from web.dates import day_in_words


@transaction.atomic
def announce_yearly(*, by: Actor) -> YearlyReport:
    """Give notice to everybody who would be listed as inactive; the report is generated after the notice.

    Raises `NotAllowed` for anybody but an admin, `Conflict` while another report is running.
    """
    who = require(Action.RUN_REVIEWS, by)
    lock_admins()
    if YearlyReport.objects.announced().exists():
        raise Conflict("A yearly report is announced already, and has to be generated first.")
    at = clock.now()
    period = Period(since_of_next(at), at)
    report = YearlyReport.objects.create(
        since=period.since,
        announced_at=at,
        announced_by=who,
        due_at=at + timedelta(days=settings.YEARLY_NOTICE_DAYS),
    )
    found = concerned(period)
    record(InactivityEvent.ANNOUNCED, target=report, by=who, at=at, concerned=len(found))
    for placing in found:
        _give_notice(report, placing)
    return report


def _give_notice(report: YearlyReport, placing: Placing) -> None:
    """An entry, and a mail to whoever has an address."""
    standing = placing.standing
    entry = ReportEntry.objects.create(
        report=report,
        person_id=standing.person_id,
        noticed=standing.can_be_mailed,
        last_active_on=standing.last_active_on,
    )
    if entry.noticed:
        at = report.announced_at
        record(InactivityEvent.NOTICED, target=entry, by=None, at=at, report=report.pk, person=entry.person_id)


@transaction.atomic
def remind_of_notice(entry: ReportEntry) -> bool:
    """Ask once more, half way through the notice, who has neither answered nor been active since; once.

    False when there is nothing to remind of.
    """
    report = YearlyReport.objects.select_for_update().get(pk=entry.report_id)
    entry = ReportEntry.objects.select_related("person").get(pk=entry.pk)
    at = clock.now()
    is_time = report.takes_answers(at) and report.remind_at <= at
    if not is_time or entry.reminded_at or not entry.noticed or entry.answer:
        return False
    has_left = not Membership.objects.on(at.date()).filter(person=entry.person).exists()
    if has_left or last_activity_of([entry.person_id], report.since, at):
        return False
    entry.reminded_at = at
    entry.save(update_fields=["reminded_at"])
    record(InactivityEvent.REMINDED, target=entry, by=None, at=at, report=report.pk, person=entry.person_id)
    return True


@transaction.atomic
def answer_active(token: str, text: str) -> ReportEntry:
    """Say by the first link of a notice that one is still active, and why.

    Raises `NotAllowed` for a link that is false or not for this answer, `Conflict` for one that was
    used, or whose time is over.
    """
    return _answer(_claim(token, Answer.ACTIVE), Answer.ACTIVE, text)


@transaction.atomic
def answer_retire(token: str) -> ReportEntry:
    """Leave the team by the second link of a notice; the membership ends today, as emeritus.

    Raises as `answer_active`, and `Conflict` when too few admins would be left: then nothing is recorded.
    """
    lock_admins()
    entry = _claim(token, Answer.RETIRE)
    at = clock.now()
    begin_offboarding(
        entry.person,
        ending=MembershipEnded.EMERITUS,
        authority=f"their own answer to the yearly notice of {day_in_words(entry.report.announced_at.date())}",
        by=actor_of(entry.person, at.date()),
        at=at,
    )
    return _answer(entry, Answer.RETIRE, "")


def _claim(token: str, answer: Answer) -> ReportEntry:
    """The entry behind a link that is for `answer` and still works, locked with its person and its report."""
    link = links.find(token)
    if link is None or link.answer != answer:
        raise NotAllowed(answer)
    Person.objects.select_for_update().get(pk=link.entry.person_id)
    report = YearlyReport.objects.select_for_update().get(pk=link.entry.report_id)
    entry = ReportEntry.objects.select_related("person", "report").get(pk=link.entry.pk)
    if entry.answer:
        raise Conflict("You have answered already. Each notice takes one answer.")
    if not report.takes_answers(clock.now()):
        raise Conflict("The time for an answer is over.")
    if not Membership.objects.on(clock.now().date()).filter(person=entry.person).exists():
        raise Conflict("Your membership has ended, so there is nothing to answer.")
    if Suspension.objects.in_force().filter(person=entry.person).exists():
        # Whoever reads a stolen mailbox must not end a membership.
        raise Conflict("Your access is suspended. An admin answers your questions.")
    return entry


@transaction.atomic
def answer_for(entry: ReportEntry, text: str, *, by: Actor) -> ReportEntry:
    """Write down that somebody who could not be mailed is still active, and why, as they said it.

    Raises `NotAllowed` for anybody but an admin, and for oneself; `Conflict` as `not_answered_for` says.
    """
    who = require(Action.ANSWER_FOR, by, entry.person)
    Person.objects.select_for_update().get(pk=entry.person_id)
    YearlyReport.objects.select_for_update().get(pk=entry.report_id)
    entry = ReportEntry.objects.select_related("person", "report").get(pk=entry.pk)
    if sentence := not_answered_for(entry, clock.now()):
        raise Conflict(sentence)
    return _answer(entry, Answer.ACTIVE, text, taken_by=who)


def not_answered_for(entry: ReportEntry, now: datetime) -> str:
    """Why nobody writes an answer down for this name at `now`; "" when an admin can."""
    name = entry.person.name
    if entry.noticed:
        return f"{name} got the notice by mail, and answers it by its links."
    if entry.answer:
        return f"The answer of {name} is written down already."
    if not entry.report.takes_answers(now):
        return "The time for an answer is over."
    if not Membership.objects.on(now.date()).filter(person=entry.person_id).exists():
        return f"{name} is not a member any more, so there is nothing to answer."
    if Suspension.objects.in_force().filter(person=entry.person_id).exists():
        return f"The access of {name} is suspended. Settle that first."
    return ""


def _answer(entry: ReportEntry, answer: Answer, text: str, *, taken_by: Person | None = None) -> ReportEntry:
    entry.answer, entry.answer_text, entry.answered_at = answer, text, clock.now()
    entry.answer_taken_by = taken_by
    entry.save(update_fields=["answer", "answer_text", "answered_at", "answer_taken_by"])
    facts = {"report": entry.report_id, "answer": answer}
    record(InactivityEvent.ANSWERED, target=entry, by=taken_by or entry.person, at=entry.answered_at, **facts)
    return entry


@transaction.atomic
def generate_yearly(report: YearlyReport, *, by: Actor | None) -> YearlyReport:
    """Make the lists, once and for good, by what is so now; `by` is None for the portal itself.

    Raises `NotAllowed` for anybody but an admin, `Conflict` before the notice is over, and for the second time.
    """
    who = require(Action.RUN_REVIEWS, by) if by else None
    report = YearlyReport.objects.select_for_update().get(pk=report.pk)
    at = clock.now()
    if report.generated_at is not None:
        raise Conflict("This report is generated already.")
    if not report.is_due(at):
        raise Conflict("The notice is not over yet: those concerned still have time for an answer.")
    entries = {entry.person_id: entry for entry in report.entries.all()}
    counts = dict.fromkeys(ReportGroup.values, 0)
    for placing in placings(report, at):
        standing = placing.standing
        entry = entries.get(standing.person_id) or ReportEntry(report=report, person_id=standing.person_id)
        entry.group, entry.because = placing.group, placing.because
        entry.last_active_on = standing.last_active_on
        entry.save()
        counts[placing.group] += 1
    report.generated_at, report.generated_by = at, who
    report.save(update_fields=["generated_at", "generated_by"])
    record(InactivityEvent.GENERATED, target=report, by=who, at=at, **counts)
    return report


@transaction.atomic
def send_yearly(report: YearlyReport, *, by: Actor) -> YearlyReport:
    """Tell the Steering Council that the report is there; from then on it decides.

    Raises `NotAllowed` for anybody but an admin, `Conflict` before it is generated, and for the second time.
    """
    who = require(Action.RUN_REVIEWS, by)
    report = YearlyReport.objects.select_for_update().get(pk=report.pk)
    if report.generated_at is None:
        raise Conflict("This report is not generated yet.")
    if report.sent_at is not None:
        raise Conflict("The Steering Council has this report already.")
    report.sent_at, report.sent_by = clock.now(), who
    report.save(update_fields=["sent_at", "sent_by"])
    record(InactivityEvent.SENT, target=report, by=who, at=report.sent_at)
    return report


@transaction.atomic
def record_verdict(
    entry: ReportEntry, verdict: Verdict, *, tally: CouncilTally, decided_on: date, link: str, by: Actor
) -> EntryDecision:
    """Record what the Steering Council decided on one inactive name; a removal takes effect at once.

    `decided_on` is a day in UTC, from the report's to today. Raises `NotAllowed` for anybody but a
    Steering Council member who is not that person, `Conflict` for a tally that does not carry, for a
    name that is not the council's to decide on now, and for a removal that would leave too few admins.
    """
    who = require(Action.DECIDE, by, entry.person)
    lock_admins()
    Person.objects.select_for_update().get(pk=entry.person_id)
    entry = ReportEntry.objects.select_related("person", "report").get(pk=entry.pk)
    at = clock.now()
    if sentence := undecidable(entry, at.date()):
        raise Conflict(sentence)
    if not tally.carries:
        raise Conflict(f"{tally}: that is no majority of those who did not abstain (PEP 13), so nothing is decided.")
    _require_day(entry, decided_on, at.date())
    said = {"verdict": verdict, "decided_on": decided_on, "link": link}
    if entry.decisions.filter(**said).exists():
        raise Conflict("This decision is recorded already.")
    decision = EntryDecision.objects.create(
        entry=entry,
        **said,
        in_favour=tally.in_favour,
        against=tally.against,
        abstained=tally.abstained,
        recorded_by=who,
        recorded_at=at,
    )
    if verdict == Verdict.REMOVE:
        begin_offboarding(entry.person, ending=MembershipEnded.REMOVED, authority=link, by=by, at=at)
    facts = {"report": entry.report_id, "person": entry.person_id, "verdict": verdict}
    record(InactivityEvent.DECIDED, target=decision, by=who, at=at, **facts)
    return decision


def undecidable(entry: ReportEntry, day: date) -> str:
    """Why the council cannot decide on this name on `day` (UTC); "" when it can."""
    name = entry.person.name
    if entry.report.sent_at is None:
        return "This report has not been sent to the Steering Council yet."
    if YearlyReport.objects.filter(sent_at__gt=entry.report.sent_at).exists():
        return "A newer report was sent since. Decide on the names there."
    if entry.group != ReportGroup.INACTIVE:
        return f"{name} is not listed as inactive, so there is nothing to decide."
    if any(decision.is_final for decision in entry.decisions.all()):
        return f"What the Steering Council decided on {name} is recorded already."
    if not Membership.objects.on(day).filter(person=entry.person_id).exists():
        return f"{name} is not a member any more, so there is nothing to decide."
    return ""


def _require_day(entry: ReportEntry, decided_on: date, today: date) -> None:
    if decided_on > today:
        raise Conflict("The day of the decision is still to come.")
    generated_at = entry.report.generated_at
    if generated_at and decided_on < generated_at.date():
        raise Conflict("The day of the decision is before the report was made.")
