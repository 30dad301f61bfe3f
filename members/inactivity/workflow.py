"""The inactivity review: announced, answered, generated, sent to the Steering Council, decided on name by name."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit import clock
from audit.log import record
from members.boarding.workflow import begin_offboarding
from members.inactivity import links
from members.inactivity.events import InactivityEvent
from members.inactivity.models import (
    InactivityReview,
    NoticeAnswer,
    ReviewDecision,
    ReviewEntry,
    ReviewGroup,
    ReviewVerdict,
)
from members.inactivity.placing import Placing, ReviewPeriod, concerned, placings, since_of_next, written
from members.inactivity.policy import Action, require
from members.people.models import Membership, MembershipEnded, Person, Suspension
from members.people.policy import Actor, actor_of
from members.people.registry import last_activity_of
from members.people.tally import CouncilTally
from members.people.workflow import lock_admins
from web.conflicts import Conflict, NotAllowed


@transaction.atomic
def announce(*, by: Actor) -> InactivityReview:
    """Give notice to everybody who would be listed as inactive; the review is generated after the notice.

    Raises `NotAllowed` for anybody but an admin, `Conflict` while another review is running.
    """
    who = require(Action.RUN_REVIEWS, by)
    lock_admins()
    if InactivityReview.objects.announced().exists():
        raise Conflict("An inactivity review is announced already, and has to be generated first.")
    at = clock.now()
    period = ReviewPeriod(since_of_next(at), at)
    review = InactivityReview.objects.create(
        since=period.since,
        announced_at=at,
        announced_by=who,
        due_at=at + timedelta(days=settings.YEARLY_NOTICE_DAYS),
    )
    found = concerned(period)
    record(InactivityEvent.ANNOUNCED, target=review, by=who, at=at, concerned=len(found))
    for placing in found:
        _give_notice(review, placing)
    return review


def _give_notice(review: InactivityReview, placing: Placing) -> None:
    """An entry, and a mail to whoever has an address."""
    reviewed = placing.reviewed
    entry = ReviewEntry.objects.create(
        review=review,
        person_id=reviewed.person_id,
        noticed=reviewed.can_be_mailed,
        last_active_on=reviewed.last_active_on,
    )
    if entry.noticed:
        at = review.announced_at
        record(InactivityEvent.NOTICED, target=entry, by=None, at=at, review=review.pk, person=entry.person_id)


@transaction.atomic
def remind_of_notice(entry: ReviewEntry) -> bool:
    """Ask once more, half way through the notice, who has neither answered nor been active since; once.

    False when there is nothing to remind of.
    """
    review = InactivityReview.objects.select_for_update().get(pk=entry.review_id)
    entry = ReviewEntry.objects.select_related("person").get(pk=entry.pk)
    at = clock.now()
    is_time = review.takes_answers(at) and review.remind_at <= at
    if not is_time or entry.reminded_at or not entry.noticed or entry.answer:
        return False
    has_left = not Membership.objects.on(at.date()).filter(person=entry.person).exists()
    if has_left or last_activity_of([entry.person_id], review.since, at):
        return False
    entry.reminded_at = at
    entry.save(update_fields=["reminded_at"])
    record(InactivityEvent.REMINDED, target=entry, by=None, at=at, review=review.pk, person=entry.person_id)
    return True


@transaction.atomic
def answer_active(token: str, text: str) -> ReviewEntry:
    """Say by the first link of a notice that one is still active, and why.

    Raises `NotAllowed` for a link that is false or not for this answer, `Conflict` for one that was
    used, or whose time is over.
    """
    return _answer(_claim(token, NoticeAnswer.ACTIVE), NoticeAnswer.ACTIVE, text)


@transaction.atomic
def answer_retire(token: str) -> ReviewEntry:
    """Leave the team by the second link of a notice; the membership ends today, as emeritus.

    Raises as `answer_active`, and `Conflict` when too few admins would be left: then nothing is recorded.
    """
    lock_admins()
    entry = _claim(token, NoticeAnswer.RETIRE)
    at = clock.now()
    begin_offboarding(
        entry.person,
        ending=MembershipEnded.EMERITUS,
        authority=f"their own answer to the yearly notice of {written(entry.review.announced_at.date())}",
        by=actor_of(entry.person, at.date()),
        at=at,
    )
    return _answer(entry, NoticeAnswer.RETIRE, "")


def _claim(token: str, answer: NoticeAnswer) -> ReviewEntry:
    """The entry behind a link that is for `answer` and still works, locked with its person and its review."""
    link = links.find(token)
    if link is None or link.answer != answer:
        raise NotAllowed(answer)
    Person.objects.select_for_update().get(pk=link.entry.person_id)
    review = InactivityReview.objects.select_for_update().get(pk=link.entry.review_id)
    entry = ReviewEntry.objects.select_related("person", "review").get(pk=link.entry.pk)
    if entry.answer:
        raise Conflict("You have answered already. Each notice takes one answer.")
    if not review.takes_answers(clock.now()):
        raise Conflict("The time for an answer is over.")
    if not Membership.objects.on(clock.now().date()).filter(person=entry.person).exists():
        raise Conflict("Your membership has ended, so there is nothing to answer.")
    if Suspension.objects.in_force().filter(person=entry.person).exists():
        # Whoever reads a stolen mailbox must not end a membership.
        raise Conflict("Your access is suspended. An admin answers your questions.")
    return entry


@transaction.atomic
def answer_for(entry: ReviewEntry, text: str, *, by: Actor) -> ReviewEntry:
    """Write down that somebody who could not be mailed is still active, and why, as they said it.

    Raises `NotAllowed` for anybody but an admin, and for oneself; `Conflict` as `not_answered_for` says.
    """
    who = require(Action.ANSWER_FOR, by, entry.person)
    Person.objects.select_for_update().get(pk=entry.person_id)
    InactivityReview.objects.select_for_update().get(pk=entry.review_id)
    entry = ReviewEntry.objects.select_related("person", "review").get(pk=entry.pk)
    if sentence := not_answered_for(entry, clock.now()):
        raise Conflict(sentence)
    return _answer(entry, NoticeAnswer.ACTIVE, text, taken_by=who)


def not_answered_for(entry: ReviewEntry, now: datetime) -> str:
    """Why nobody writes an answer down for this name at `now`; "" when an admin can."""
    name = entry.person.name
    if entry.noticed:
        return f"{name} got the notice by mail, and answers it by its links."
    if entry.answer:
        return f"The answer of {name} is written down already."
    if not entry.review.takes_answers(now):
        return "The time for an answer is over."
    if not Membership.objects.on(now.date()).filter(person=entry.person_id).exists():
        return f"{name} is not a member any more, so there is nothing to answer."
    if Suspension.objects.in_force().filter(person=entry.person_id).exists():
        return f"The access of {name} is suspended. Settle that first."
    return ""


def _answer(entry: ReviewEntry, answer: NoticeAnswer, text: str, *, taken_by: Person | None = None) -> ReviewEntry:
    entry.answer, entry.answer_text, entry.answered_at = answer, text, clock.now()
    entry.answer_taken_by = taken_by
    entry.save(update_fields=["answer", "answer_text", "answered_at", "answer_taken_by"])
    facts = {"review": entry.review_id, "answer": answer}
    record(InactivityEvent.ANSWERED, target=entry, by=taken_by or entry.person, at=entry.answered_at, **facts)
    return entry


@transaction.atomic
def generate(review: InactivityReview, *, by: Actor | None) -> InactivityReview:
    """Make the lists, once and for good, by what is so now; `by` is None for the portal itself.

    Raises `NotAllowed` for anybody but an admin, `Conflict` before the notice is over, and for the second time.
    """
    who = require(Action.RUN_REVIEWS, by) if by else None
    review = InactivityReview.objects.select_for_update().get(pk=review.pk)
    at = clock.now()
    if review.generated_at is not None:
        raise Conflict("This review is generated already.")
    if not review.is_due(at):
        raise Conflict("The notice is not over yet: those concerned still have time for an answer.")
    entries = {entry.person_id: entry for entry in review.entries.all()}
    counts = dict.fromkeys(ReviewGroup.values, 0)
    for placing in placings(review, at):
        reviewed = placing.reviewed
        entry = entries.get(reviewed.person_id) or ReviewEntry(review=review, person_id=reviewed.person_id)
        entry.group, entry.because = placing.group, placing.because
        entry.last_active_on = reviewed.last_active_on
        entry.save()
        counts[placing.group] += 1
    review.generated_at, review.generated_by = at, who
    review.save(update_fields=["generated_at", "generated_by"])
    record(InactivityEvent.GENERATED, target=review, by=who, at=at, **counts)
    return review


@transaction.atomic
def send(review: InactivityReview, *, by: Actor) -> InactivityReview:
    """Tell the Steering Council that the review is there; from then on it decides.

    Raises `NotAllowed` for anybody but an admin, `Conflict` before it is generated, and for the second time.
    """
    who = require(Action.RUN_REVIEWS, by)
    review = InactivityReview.objects.select_for_update().get(pk=review.pk)
    if review.generated_at is None:
        raise Conflict("This review is not generated yet.")
    if review.sent_at is not None:
        raise Conflict("The Steering Council has this review already.")
    review.sent_at, review.sent_by = clock.now(), who
    review.save(update_fields=["sent_at", "sent_by"])
    record(InactivityEvent.SENT, target=review, by=who, at=review.sent_at)
    return review


@transaction.atomic
def record_verdict(
    entry: ReviewEntry, verdict: ReviewVerdict, *, tally: CouncilTally, decided_on: date, link: str, by: Actor
) -> ReviewDecision:
    """Record what the Steering Council decided on one inactive name; a removal takes effect at once.

    `decided_on` is a day in UTC, from the review's to today. Raises `NotAllowed` for anybody but a
    Steering Council member who is not that person, `Conflict` for a tally that does not carry, for a
    name that is not the council's to decide on now, and for a removal that would leave too few admins.
    """
    who = require(Action.DECIDE, by, entry.person)
    lock_admins()
    Person.objects.select_for_update().get(pk=entry.person_id)
    entry = ReviewEntry.objects.select_related("person", "review").get(pk=entry.pk)
    at = clock.now()
    if sentence := undecidable(entry, at.date()):
        raise Conflict(sentence)
    if not tally.carries:
        raise Conflict(f"{tally}: that is no majority of those who did not abstain (PEP 13), so nothing is decided.")
    _require_day(entry, decided_on, at.date())
    said = {"verdict": verdict, "decided_on": decided_on, "link": link}
    if entry.decisions.filter(**said).exists():
        raise Conflict("This decision is recorded already.")
    decision = ReviewDecision.objects.create(
        entry=entry,
        **said,
        in_favour=tally.in_favour,
        against=tally.against,
        abstained=tally.abstained,
        recorded_by=who,
        recorded_at=at,
    )
    if verdict == ReviewVerdict.REMOVE:
        begin_offboarding(entry.person, ending=MembershipEnded.REMOVED, authority=link, by=by, at=at)
    facts = {"review": entry.review_id, "person": entry.person_id, "verdict": verdict}
    record(InactivityEvent.DECIDED, target=decision, by=who, at=at, **facts)
    return decision


def undecidable(entry: ReviewEntry, day: date) -> str:
    """Why the council cannot decide on this name on `day` (UTC); "" when it can."""
    name = entry.person.name
    if entry.review.sent_at is None:
        return "This review has not been sent to the Steering Council yet."
    if InactivityReview.objects.filter(sent_at__gt=entry.review.sent_at).exists():
        return "A newer review was sent since. Decide on the names there."
    if entry.group != ReviewGroup.INACTIVE:
        return f"{name} is not listed as inactive, so there is nothing to decide."
    if any(decision.is_final for decision in entry.decisions.all()):
        return f"What the Steering Council decided on {name} is recorded already."
    if not Membership.objects.on(day).filter(person=entry.person_id).exists():
        return f"{name} is not a member any more, so there is nothing to decide."
    return ""


def _require_day(entry: ReviewEntry, decided_on: date, today: date) -> None:
    if decided_on > today:
        raise Conflict("The day of the decision is still to come.")
    generated_at = entry.review.generated_at
    if generated_at and decided_on < generated_at.date():
        raise Conflict("The day of the decision is before the review was made.")
