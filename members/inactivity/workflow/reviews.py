"""Write inactivity reviews: announce, answer, generate, send to the Steering Council, decide name by name."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from audit import clock
from audit.log import record
from members.boarding.workflow import begin_offboarding
from members.inactivity import links, queries
from members.inactivity.enums import NoticeAnswer, ReviewGroup, ReviewVerdict
from members.inactivity.events import InactivityEvent
from members.inactivity.models import InactivityReview, ReviewDecision, ReviewEntry
from members.inactivity.placing import Placing
from members.inactivity.policy import (
    ENTRIES,
    OF_NAMED,
    REVIEWS,
    Action,
    EntryAction,
    NamedAction,
    ReviewAction,
    require,
)
from members.people.models import MembershipEnded, Person
from members.people.policy import Actor, actor_of
from members.people.queries.council import obstacle_to_abstentions, obstacle_to_tally
from members.people.registry import last_activity_of
from members.people.tally import CouncilTally
from members.people.workflow import lock_admins
from web.conflicts import Conflict, NotAllowed
from web.dates import day_in_words


@transaction.atomic
def announce(*, by: Actor) -> InactivityReview:
    """Give notice to everybody on whom the council would decide; the lists are made after the notice.

    Raises `NotAllowed` for anybody but an admin, `Conflict` while another review is running.
    """
    who = require(Action.RUN_REVIEWS, by)
    lock_admins()
    if InactivityReview.objects.announced().exists():
        raise Conflict("An inactivity review is announced already, and has to be generated first.")
    at = clock.now()
    period = queries.period_of_next(at)
    review = InactivityReview.objects.create(
        since=period.since,
        recorded_from=queries.recorded_from(period.since),
        announced_at=at,
        announced_by=who,
        due_at=at + timedelta(days=settings.YEARLY_NOTICE_DAYS),
    )
    concerned = queries.concerned(period)
    record(InactivityEvent.ANNOUNCED, target=review, by=who, at=at, concerned=len(concerned))
    for placing in concerned:
        _give_notice(review, placing)
    return review


def _give_notice(review: InactivityReview, placing: Placing) -> None:
    """Create the entry of one person, and record the notice that is mailed if they have an address."""
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
    """Remind somebody who has neither answered nor been active since, once, from the middle of the notice on.

    Returns whether there was something to remind of.
    """
    review = InactivityReview.objects.select_for_update().get(pk=entry.review_id)
    at = clock.now()
    entry = queries.entries(at.date()).get(pk=entry.pk)
    is_time = review.takes_answers(at) and review.remind_at <= at
    if not is_time or entry.reminded_at or not entry.noticed or entry.answer:
        return False
    if not entry.is_member or last_activity_of([entry.person_id], review.since, at):
        return False
    entry.reminded_at = at
    entry.save(update_fields=["reminded_at"])
    record(InactivityEvent.REMINDED, target=entry, by=None, at=at, review=review.pk, person=entry.person_id)
    return True


@transaction.atomic
def answer_active(token: str, text: str) -> ReviewEntry:
    """Answer by the first link of a notice: still active, and why.

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
        authority=f"their own answer to the inactivity notice of {day_in_words(entry.review.announced_at.date())}",
        by=actor_of(entry.person, at.date()),
        at=at,
    )
    return _answer(entry, NoticeAnswer.RETIRE, "")


def _claim(token: str, answer: NoticeAnswer) -> ReviewEntry:
    """Return the entry behind a link that is for `answer` and still works; its person and its review are locked."""
    link = links.find(token)
    if link is None or link.answer != answer:
        raise NotAllowed(answer)
    Person.objects.select_for_update().get(pk=link.entry.person_id)
    InactivityReview.objects.select_for_update().get(pk=link.entry.review_id)
    at = clock.now()
    entry = queries.entries(at.date()).get(pk=link.entry.pk)
    OF_NAMED.require(NamedAction.ANSWER, Actor(entry.person), entry, at)
    return entry


@transaction.atomic
def answer_for(entry: ReviewEntry, text: str, *, by: Actor) -> ReviewEntry:
    """Record the answer of somebody who could not be mailed: still active, and why, as they said it.

    Raises `NotAllowed` for anybody but an admin, and for oneself; `Conflict` for a name that is not answered for.
    """
    Person.objects.select_for_update().get(pk=entry.person_id)
    InactivityReview.objects.select_for_update().get(pk=entry.review_id)
    at = clock.now()
    entry = queries.entries(at.date()).get(pk=entry.pk)
    who = ENTRIES.require(EntryAction.ANSWER_FOR, by, entry, at)
    return _answer(entry, NoticeAnswer.ACTIVE, text, taken_by=who)


def _answer(entry: ReviewEntry, answer: NoticeAnswer, text: str, *, taken_by: Person | None = None) -> ReviewEntry:
    entry.answer, entry.answer_text, entry.answered_at = answer, text, clock.now()
    entry.answer_taken_by = taken_by
    entry.save(update_fields=["answer", "answer_text", "answered_at", "answer_taken_by"])
    facts = {"review": entry.review_id, "answer": answer}
    record(InactivityEvent.ANSWERED, target=entry, by=taken_by or entry.person, at=entry.answered_at, **facts)
    return entry


@transaction.atomic
def generate(review: InactivityReview, *, by: Actor | None) -> InactivityReview:
    """Make the lists by the facts of this moment, once and for good; `by` is None for the portal itself.

    Raises `NotAllowed` for anybody but an admin, `Conflict` before the notice is over, and for the second time.
    """
    review = InactivityReview.objects.select_for_update().get(pk=review.pk)
    at = clock.now()
    who = REVIEWS.require(ReviewAction.GENERATE, by, review, at) if by else None
    if sentence := REVIEWS.obstacle(ReviewAction.GENERATE, review, at):
        raise Conflict(sentence)
    entries = {entry.person_id: entry for entry in review.entries.all()}
    counts = dict.fromkeys(ReviewGroup.values, 0)
    for placing in queries.placings(review, at):
        reviewed = placing.reviewed
        entry = entries.get(reviewed.person_id) or ReviewEntry(review=review, person_id=reviewed.person_id)
        entry.group, entry.because = placing.group, placing.because
        entry.last_active_on = reviewed.last_active_on
        entry.save()
        counts[placing.group] += 1
    review.generated_at, review.generated_by = at, who
    review.credits_read_at = queries.credits_read_at()
    review.save(update_fields=["generated_at", "generated_by", "credits_read_at"])
    record(InactivityEvent.GENERATED, target=review, by=who, at=at, **counts)
    return review


@transaction.atomic
def send(review: InactivityReview, *, by: Actor) -> InactivityReview:
    """Send the review to the Steering Council, which decides from then on.

    Raises `NotAllowed` for anybody but an admin, `Conflict` before it is generated, and for the second time.
    """
    review = InactivityReview.objects.select_for_update().get(pk=review.pk)
    at = clock.now()
    who = REVIEWS.require(ReviewAction.SEND, by, review, at)
    review.sent_at, review.sent_by = at, who
    review.save(update_fields=["sent_at", "sent_by"])
    record(InactivityEvent.SENT, target=review, by=who, at=at)
    return review


@transaction.atomic
def record_verdict(
    entry: ReviewEntry, verdict: ReviewVerdict, *, tally: CouncilTally, decided_on: date, link: str, by: Actor
) -> ReviewDecision:
    """Record a decision of the Steering Council on one listed name; it changes nothing about the membership.

    `decided_on` is a day in UTC, from the review's to today. Raises `NotAllowed` for anybody but a
    Steering Council member who is not that person, `Conflict` for a tally that does not carry or does not fit the
    seats, and for a name that is not the council's to decide on now.
    """
    Person.objects.select_for_update().get(pk=entry.person_id)
    at = clock.now()
    entry = queries.entries(at.date()).get(pk=entry.pk)
    who = ENTRIES.require(EntryAction.DECIDE, by, entry, at)
    if not tally.carries:
        raise Conflict(f"{tally}: that is no majority of those who did not abstain (PEP 13), so nothing is decided.")
    _require_day(entry, decided_on, at.date())
    impossible = obstacle_to_tally(tally, decided_on) or obstacle_to_abstentions(tally, decided_on, entry.person)
    if impossible:
        raise Conflict(impossible)
    content = {"verdict": verdict, "decided_on": decided_on, "link": link}
    if entry.decisions.filter(**content).exists():
        raise Conflict("This decision is recorded already.")
    decision = ReviewDecision.objects.create(
        entry=entry,
        **content,
        in_favour=tally.in_favour,
        against=tally.against,
        abstained=tally.abstained,
        recorded_by=who,
        recorded_at=at,
    )
    facts = {"review": entry.review_id, "person": entry.person_id, "verdict": verdict}
    record(InactivityEvent.DECIDED, target=decision, by=who, at=at, **facts)
    return decision


def _require_day(entry: ReviewEntry, decided_on: date, today: date) -> None:
    if decided_on > today:
        raise Conflict("The day of the decision is still to come.")
    generated_at = entry.review.generated_at
    if generated_at and decided_on < generated_at.date():
        raise Conflict("The day of the decision is before the review was made.")
