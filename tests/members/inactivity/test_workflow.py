"""The verbs of the inactivity review: who may call them, when, and how often; and its private links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from audit import clock
from audit.models import Event
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist
from members.inactivity import tasks
from members.inactivity import workflow as inactivity_workflow
from members.inactivity.enums import NoticeAnswer, ReviewVerdict
from members.inactivity.events import InactivityEvent
from members.inactivity.models import InactivityReview, ReviewDecision, ReviewEntry
from members.people.events import PeopleEvent
from members.people.models import RoleKind
from members.people.tally import CouncilTally
from tests.cast import Cast, act_as
from tests.factories import give_roles
from tests.members.inactivity.reviews import (
    DAY,
    DUE_AT,
    LINK,
    NOTICE_AT,
    announced,
    answered,
    before_the_council,
    decided,
    entry_of,
    generated,
    lists,
    retired,
    sent,
    token,
    work,
)
from tests.nominations.council import fill_seats
from tests.nominations.factories import recorded
from web.conflicts import Conflict, NotAllowed

ACTIVE, RETIRE = NoticeAnswer.ACTIVE, NoticeAnswer.RETIRE
KEEP, LATER = ReviewVerdict.KEEP, ReviewVerdict.LATER


# -- announcing -----------------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-49", "PSRT-13")
def test_only_an_admin_runs_a_review_and_only_the_council_decides(cast: Cast) -> None:
    review = before_the_council(cast)
    for person in [cast.mel, cast.sam, cast.sara, cast.emil, cast.olga]:
        with pytest.raises(NotAllowed):
            announced(person)
        with pytest.raises(NotAllowed):
            generated(review, by=person)
        with pytest.raises(NotAllowed):
            sent(review, person)
    for person in [cast.ada, cast.mel, cast.emil, cast.olga]:
        with pytest.raises(NotAllowed):
            decided(entry_of(review, cast.mia), KEEP, person)
    assert (InactivityReview.objects.count(), ReviewDecision.objects.count()) == (1, 0)


def test_announcing_records_one_event_for_each_notice(cast: Cast) -> None:
    events = recorded(lambda: announced(cast.ada))
    assert events[0] == ("inactivity:announced", str(cast.ada.pk), {"concerned": 5})
    assert [(kind, actor) for kind, actor, _ in events[1:]] == [("inactivity:noticed", "system")] * 5
    told = {data["person"] for kind, _, data in events if kind == "inactivity:noticed"}
    assert told == {str(person.pk) for person in (cast.ada, cast.abel, cast.mel, cast.mia, cast.newt)}


def test_one_review_runs_at_a_time(cast: Cast) -> None:
    review = announced(cast.ada)
    with pytest.raises(Conflict, match="announced already"):
        announced(cast.abel, at=NOTICE_AT + DAY)
    with (
        pytest.raises(IntegrityError, match=r"one_inactivity_review_runs_at_a_time|UNIQUE"),
        transaction.atomic(),
    ):
        InactivityReview.objects.create(since=NOTICE_AT, announced_at=NOTICE_AT, announced_by=cast.ada, due_at=DUE_AT)
    generated(review)
    assert announced(cast.abel, at=DUE_AT + DAY).pk != review.pk


def test_the_length_of_the_notice_is_a_setting(cast: Cast, settings: Settings) -> None:
    settings.YEARLY_NOTICE_DAYS = 20
    review = announced(cast.ada)
    assert (review.due_at - NOTICE_AT, review.remind_at - NOTICE_AT) == (20 * DAY, 10 * DAY)
    assert [review.day(NOTICE_AT + after * DAY) for after in (0, 1, 19.5, 40)] == [1, 2, 20, 20]


# -- the links ------------------------------------------------------------------------------------------


def test_an_answer_is_kept_with_its_words(cast: Cast) -> None:
    review = announced(cast.ada)
    events = recorded(lambda: answered(review, cast.mel, "I review fixes."))
    entry = entry_of(review, cast.mel)
    assert (entry.answer, entry.answer_text, entry.answered_at) == (ACTIVE, "I review fixes.", NOTICE_AT + DAY)
    assert events == [("inactivity:answered", str(cast.mel.pk), {"review": str(review.pk), "answer": "active"})]


def test_retiring_begins_offboarding_to_emeritus(cast: Cast) -> None:
    review = announced(cast.ada)
    events = recorded(lambda: retired(review, cast.mel))
    assert [kind for kind, *_ in events] == ["membership:ended", "offboarding:began", "inactivity:answered"]
    offboarding = Checklist.objects.offboardings().get(person=cast.mel)
    assert (offboarding.ending, offboarding.begun_by) == ("emeritus", cast.mel)
    assert not act_as(cast.mel).is_member
    ended = Event.objects.get(kind=PeopleEvent.MEMBERSHIP_ENDED)
    assert ended.data["authority"] == "their own answer to the inactivity notice of 2 March 2026"


def test_a_notice_takes_one_answer_whichever_link_is_used_again(cast: Cast) -> None:
    review = announced(cast.ada)
    answered(review, cast.mel)
    retired(review, cast.mia)
    for person in (cast.mel, cast.mia):
        with pytest.raises(Conflict, match="answered already"):
            answered(review, person, "Once more.")
        with pytest.raises(Conflict, match="answered already"):
            retired(review, person)
    assert entry_of(review, cast.mel).answer_text == "I review."
    assert act_as(cast.mel).is_member


def test_links_end_with_the_notice_to_the_second(cast: Cast) -> None:
    review = announced(cast.ada)
    last_second = DUE_AT - timedelta(seconds=1)
    answered(review, cast.mia, at=last_second)
    for act in (answered, retired):
        with pytest.raises(Conflict, match="time for an answer is over"):
            act(review, cast.mel, at=DUE_AT)
    assert entry_of(review, cast.mel).answer == ""
    assert act_as(cast.mel).is_member


def test_links_end_when_the_lists_are_made(cast: Cast, settings: Settings) -> None:
    review = generated(announced(cast.ada))
    InactivityReview.objects.filter(pk=review.pk).update(due_at=DUE_AT + 30 * DAY)
    with pytest.raises(Conflict, match="time for an answer is over"):
        answered(review, cast.mel, at=DUE_AT + DAY)


def test_a_link_gives_no_answer_but_its_own(cast: Cast) -> None:
    review = announced(cast.ada)
    with clock.pretend(NOTICE_AT + DAY):
        with pytest.raises(NotAllowed):
            inactivity_workflow.answer_retire(token(review, cast.mel, ACTIVE))
        with pytest.raises(NotAllowed):
            inactivity_workflow.answer_active(token(review, cast.mel, RETIRE), "I review.")
    assert entry_of(review, cast.mel).answer == ""


def test_links_of_an_earlier_review_do_nothing_in_the_next(cast: Cast) -> None:
    old = generated(announced(cast.ada))
    stale = token(old, cast.mel, RETIRE)
    later = NOTICE_AT + 365 * DAY
    new = announced(cast.ada, at=later)
    with clock.pretend(later + DAY), pytest.raises(Conflict, match="over"):
        inactivity_workflow.answer_retire(stale)
    assert entry_of(new, cast.mel).answer == ""


@pytest.mark.rule("PEP811-29")
def test_nobody_retires_below_two_admins(cast: Cast) -> None:
    review = announced(cast.ada)
    with pytest.raises(Conflict, match="fewer than 2 admins"):
        retired(review, cast.abel)
    assert (entry_of(review, cast.abel).answer, act_as(cast.abel).is_admin) == ("", True)
    give_roles(cast.mia, RoleKind.ADMIN)
    retired(review, cast.abel)
    assert not act_as(cast.abel).is_member


def test_a_former_or_suspended_member_answers_nothing(cast: Cast) -> None:
    review = announced(cast.ada)
    with clock.pretend(NOTICE_AT + DAY / 2):
        boarding_workflow.resign(by=act_as(cast.mel))
        accounts_workflow.suspend(cast.mia, "A stolen laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="membership has ended"):
        answered(review, cast.mel)
    with pytest.raises(Conflict, match="suspended"):
        retired(review, cast.mia)
    assert act_as(cast.mia).person == cast.mia
    assert cast.mia.memberships.filter(ended="").exists()


# -- reminding and making, by the schedule ----------------------------------------------------------------


def reminded() -> set[str]:
    return {entry.person.name.split()[0] for entry in ReviewEntry.objects.exclude(reminded_at=None)}


def test_people_who_have_not_answered_are_reminded_once_half_way_through(cast: Cast) -> None:
    review = announced(cast.ada)
    answered(review, cast.mel)
    work(cast.newt, at=NOTICE_AT + 2 * DAY)
    with clock.pretend(NOTICE_AT + 3 * DAY):
        boarding_workflow.resign(by=act_as(cast.mia))
    with clock.pretend(NOTICE_AT + 6.9 * DAY):
        tasks.keep_inactivity_review()
    assert reminded() == set()
    for hours in (0, 1, 50):
        with clock.pretend(NOTICE_AT + 7 * DAY + timedelta(hours=hours)):
            tasks.keep_inactivity_review()
    assert reminded() == {"Ada", "Abel"}
    assert Event.objects.filter(kind=InactivityEvent.REMINDED).count() == 2


def test_a_reminder_is_sent_in_the_second_half_of_the_notice_and_once(cast: Cast) -> None:
    review = announced(cast.ada)
    entry = entry_of(review, cast.mel)
    for moment in (NOTICE_AT + DAY, DUE_AT):
        with clock.pretend(moment):
            assert inactivity_workflow.remind_of_notice(entry) is False
    with clock.pretend(NOTICE_AT + 8 * DAY):
        assert inactivity_workflow.remind_of_notice(entry) is True
        assert inactivity_workflow.remind_of_notice(entry) is False


def test_the_schedule_makes_the_lists_when_the_notice_is_over(cast: Cast) -> None:
    review = announced(cast.ada)
    with clock.pretend(DUE_AT - timedelta(seconds=1)):
        tasks.keep_inactivity_review()
    review.refresh_from_db()
    assert review.generated_at is None
    for _ in range(2):
        with clock.pretend(DUE_AT):
            tasks.keep_inactivity_review()
    review.refresh_from_db()
    assert review.generated_at == DUE_AT
    assert review.generated_by is None
    counts = Event.objects.get(kind=InactivityEvent.GENERATED).data
    assert counts == {"inactive": 5, "noted": 0, "exempt": 2, "new": 0, "answered": 0, "active": 0, "gone": 0}


def test_lists_are_never_made_before_the_notice_is_over(cast: Cast) -> None:
    review = announced(cast.ada)
    with pytest.raises(Conflict, match="still have time for an answer"):
        generated(review, by=cast.ada, at=DUE_AT - timedelta(seconds=1))
    assert generated(review, by=cast.ada).generated_by == cast.ada


def test_the_lists_do_not_change_once_they_are_made(cast: Cast) -> None:
    review = generated(announced(cast.ada))
    before = lists(review)
    work(cast.mel, at=DUE_AT + DAY)
    with pytest.raises(Conflict, match="generated already"):
        generated(review, by=cast.ada, at=DUE_AT + 2 * DAY)
    assert lists(review) == before


# -- sending and deciding -----------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-23", "PEP811-49", "PSRT-13")
def test_a_review_is_sent_once_and_after_it_is_made(cast: Cast) -> None:
    review = announced(cast.ada)
    with pytest.raises(Conflict, match="not generated yet"):
        sent(review, cast.ada)
    generated(review)
    events = recorded(lambda: sent(review, cast.abel))
    assert events == [("inactivity:sent", str(cast.abel.pk), {})]
    with pytest.raises(Conflict, match="has this review already"):
        sent(review, cast.ada)


def test_keeping_somebody_changes_nothing_and_is_final(cast: Cast) -> None:
    entry = entry_of(before_the_council(cast), cast.mel)
    fill_seats()
    decision = decided(entry, KEEP, cast.sam, tally=CouncilTally(3, 1, 1))
    assert (decision.in_favour, decision.against, decision.abstained, decision.link) == (3, 1, 1, LINK)
    assert act_as(cast.mel).is_member
    for verdict in ReviewVerdict:
        with pytest.raises(Conflict, match="recorded already"):
            decided(entry, verdict, cast.sara, link="https://example.org/another")


def test_a_name_that_was_put_off_is_decided_on_again(cast: Cast) -> None:
    entry = entry_of(before_the_council(cast), cast.mel)
    decided(entry, LATER, cast.sam)
    with pytest.raises(Conflict, match="recorded already"):
        decided(entry, LATER, cast.sara)
    decided(entry, LATER, cast.sam, at=DUE_AT + 9 * DAY)
    assert ReviewEntry.objects.to_decide().filter(pk=entry.pk).exists()
    decided(entry, KEEP, cast.sara, at=DUE_AT + 10 * DAY)
    assert [decision.verdict for decision in entry.decisions.all()] == [LATER, LATER, KEEP]
    assert not ReviewEntry.objects.to_decide().filter(pk=entry.pk).exists()


@pytest.mark.rule("PEP13-05")
@pytest.mark.parametrize("counts", [(2, 2, 1), (0, 0, 5), (1, 4, 0), (0, 0, 0)])
def test_a_tally_without_a_strict_majority_is_not_recorded(cast: Cast, counts: tuple[int, int, int]) -> None:
    entry = entry_of(before_the_council(cast), cast.mel)
    fill_seats()
    with pytest.raises(Conflict, match="no majority of those who did not abstain"):
        decided(entry, KEEP, cast.sam, tally=CouncilTally(*counts))
    assert ReviewDecision.objects.count() == 0
    assert decided(entry, KEEP, cast.sam, tally=CouncilTally(1, 0, 4)).verdict == KEEP


@pytest.mark.rule("PEP13-01", "PEP13-03")
@pytest.mark.parametrize("counts", [(3, 0, 0), (1, 0, 0), (40, 0, 0)])
def test_a_tally_of_other_than_the_filled_seats_is_not_recorded(cast: Cast, counts: tuple[int, int, int]) -> None:
    entry = entry_of(before_the_council(cast), cast.mel)
    with pytest.raises(Conflict, match="add up to the 2 seats filled on"):
        decided(entry, KEEP, cast.sam, tally=CouncilTally(*counts))
    assert ReviewDecision.objects.count() == 0


@pytest.mark.rule("PEP13-04")
def test_nobody_decides_on_themselves(cast: Cast) -> None:
    entry = entry_of(before_the_council(cast), cast.mel)
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)
    with pytest.raises(NotAllowed):
        decided(entry, KEEP, cast.mel)
    assert decided(entry, KEEP, cast.sam, tally=CouncilTally(2, 0, 1)).recorded_by == cast.sam


def test_the_council_decides_on_inactive_names_of_reviews_it_was_sent(cast: Cast) -> None:
    review = generated(announced(cast.ada))
    mel, sara = entry_of(review, cast.mel), entry_of(review, cast.sara)
    with pytest.raises(Conflict, match="has not been sent"):
        decided(mel, KEEP, cast.sam)
    sent(review, cast.ada)
    with pytest.raises(Conflict, match="Sara Steering is in none of the lists"):
        decided(sara, KEEP, cast.sam)
    with clock.pretend(DUE_AT + DAY):
        boarding_workflow.resign(by=act_as(cast.mel))
    with pytest.raises(Conflict, match="not a member any more"):
        decided(mel, KEEP, cast.sam)
    waiting = {entry.person.name.split()[0] for entry in ReviewEntry.objects.to_decide()}
    assert waiting == {"Ada", "Abel", "Mia", "Newt"}


def test_the_day_of_a_decision_lies_between_the_review_and_today(cast: Cast) -> None:
    entry = entry_of(before_the_council(cast), cast.mel)
    with pytest.raises(Conflict, match="still to come"):
        decided(entry, KEEP, cast.sam, decided_on=(DUE_AT + 3 * DAY).date())
    with pytest.raises(Conflict, match="before the review was made"):
        decided(entry, KEEP, cast.sam, decided_on=(DUE_AT - DAY).date())
    decided(entry, KEEP, cast.sam, decided_on=DUE_AT.date())


def test_names_of_an_older_review_are_decided_in_the_newer_one(cast: Cast) -> None:
    older = before_the_council(cast)
    entry = entry_of(older, cast.mel)
    decided(entry, LATER, cast.sam)
    newer = before_the_council(cast, at=NOTICE_AT + 365 * DAY)
    with pytest.raises(Conflict, match="A newer review was sent since"):
        decided(entry, KEEP, cast.sam, at=newer.due_at + 3 * DAY)
    assert decided(entry_of(newer, cast.mel), KEEP, cast.sam).is_final
