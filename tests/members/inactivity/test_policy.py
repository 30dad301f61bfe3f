"""The rules about a review and the names in it: who may do what, and when, as pages and verbs ask the policy."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.boarding import workflow as boarding_workflow
from members.inactivity import queries
from members.inactivity.enums import DecisionObstacle, ReviewPhase, ReviewVerdict
from members.inactivity.models import InactivityReview, ReviewEntry
from members.inactivity.policy import ENTRIES, REVIEWS, EntryAction, ReviewAction, obstacle_to_decision
from members.people.models import Person, RoleKind
from members.people.policy import ANONYMOUS
from tests.cast import Cast, act_as
from tests.factories import give_roles, make_member
from tests.members.inactivity.reviews import (
    DAY,
    DUE_AT,
    NOTICE_AT,
    announced,
    answered,
    before_the_council,
    decided,
    entry_of,
    generated,
    sent,
)
from web.conflicts import Conflict, NotAllowed

GENERATE, SEND = ReviewAction.GENERATE, ReviewAction.SEND
ANSWER_FOR, DECIDE = EntryAction.ANSWER_FOR, EntryAction.DECIDE
LATER_ON = DUE_AT + 3 * DAY


def loaded(review: InactivityReview, person: Person, at: datetime) -> ReviewEntry:
    """The entry with its circumstances, as pages and verbs load it."""
    return queries.entries(at.date()).get(review=review, person=person)


def in_phase(cast: Cast, phase: ReviewPhase) -> tuple[InactivityReview, datetime]:
    """A review in that phase, and a moment at which it is in it."""
    review = announced(cast.ada)
    if phase == ReviewPhase.ANNOUNCED:
        return review, DUE_AT - timedelta(microseconds=1)
    if phase == ReviewPhase.DUE:
        return review, DUE_AT
    review = generated(review)
    if phase == ReviewPhase.GENERATED:
        return review, LATER_ON
    review = sent(review, cast.ada)
    if phase == ReviewPhase.DECIDED:
        for entry in ReviewEntry.objects.to_decide():
            decided(entry, ReviewVerdict.KEEP, cast.sam if entry.person != cast.sam else cast.sara)
    return InactivityReview.objects.get(pk=review.pk), LATER_ON


# -- the phases ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", list(ReviewPhase))
def test_a_review_goes_through_each_phase(cast: Cast, phase: ReviewPhase) -> None:
    review, at = in_phase(cast, phase)
    assert review.phase(at) == phase
    assert InactivityReview.objects.with_names_to_decide().get(pk=review.pk).phase(at) == phase
    assert review.takes_answers(at) == (phase == ReviewPhase.ANNOUNCED)


def test_the_count_of_names_to_decide_is_the_annotation(cast: Cast) -> None:
    older = before_the_council(cast)
    newer = before_the_council(cast, at=NOTICE_AT + 365 * DAY)
    decided(entry_of(newer, cast.mel), ReviewVerdict.KEEP, cast.sam)
    decided(entry_of(newer, cast.mia), ReviewVerdict.LATER, cast.sam)
    running = announced(cast.ada, at=NOTICE_AT + 700 * DAY)
    annotated = InactivityReview.objects.with_names_to_decide().in_bulk()
    for review, count in ((older, 0), (newer, 4), (running, 0)):
        fresh = InactivityReview.objects.get(pk=review.pk)
        assert (annotated[review.pk].names_to_decide, fresh.names_to_decide) == (count, count)


def test_the_phase_of_an_annotated_review_costs_no_query(cast: Cast, django_assert_num_queries: object) -> None:
    before_the_council(cast)
    review = InactivityReview.objects.with_names_to_decide().get()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert review.phase(LATER_ON) == ReviewPhase.SENT


# -- running a review -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "possible"),
    [
        (ReviewPhase.ANNOUNCED, set()),
        (ReviewPhase.DUE, {GENERATE}),
        (ReviewPhase.GENERATED, {SEND}),
        (ReviewPhase.SENT, set()),
        (ReviewPhase.DECIDED, set()),
    ],
)
def test_admins_make_the_lists_when_the_notice_is_over_and_send_them_once(
    cast: Cast, phase: ReviewPhase, possible: set[ReviewAction]
) -> None:
    review, at = in_phase(cast, phase)
    for person in (cast.ada, cast.abel):
        assert REVIEWS.allowed(act_as(person), review, at) == possible
    for other in (cast.mel, cast.sam, cast.sara, cast.emil, cast.olga, None):
        assert REVIEWS.allowed(act_as(other), review, at) == frozenset()
    for action in ReviewAction:
        admins = {cast.ada, cast.abel} if action in possible else set()
        assert set(REVIEWS.people_who(action, review, at)) == admins


@pytest.mark.parametrize(
    ("phase", "to_generate", "to_send"),
    [
        (ReviewPhase.ANNOUNCED, "The notice is not over yet", "The notice is not over yet"),
        (ReviewPhase.DUE, "", "This review is not generated yet."),
        (ReviewPhase.GENERATED, "This review is generated already.", ""),
        (ReviewPhase.SENT, *2 * ("The Steering Council has this review already.",)),
        (ReviewPhase.DECIDED, *2 * ("The Steering Council has this review already.",)),
    ],
)
def test_each_phase_says_why_a_review_is_not_made_or_sent(
    cast: Cast, phase: ReviewPhase, to_generate: str, to_send: str
) -> None:
    review, at = in_phase(cast, phase)
    obstacles = [REVIEWS.obstacle(action, review, at).partition(":")[0] for action in (GENERATE, SEND)]
    assert obstacles == [to_generate, to_send]


def test_names_to_decide_in_sql_are_those_without_an_obstacle(cast: Cast) -> None:
    older = before_the_council(cast)
    decided(entry_of(older, cast.mel), ReviewVerdict.KEEP, cast.sam)
    newer = before_the_council(cast, at=NOTICE_AT + 365 * DAY)
    later = newer.due_at + 3 * DAY
    decided(entry_of(newer, cast.mel), ReviewVerdict.KEEP, cast.sam, at=later)
    decided(entry_of(newer, cast.abel), ReviewVerdict.LATER, cast.sam, at=later)
    with clock.pretend(later):
        boarding_workflow.resign(by=act_as(cast.mia))
    generated(announced(cast.ada, at=NOTICE_AT + 730 * DAY))
    entries = list(queries.entries(later.date()))
    obstacles = {entry.pk: obstacle_to_decision(entry) for entry in entries}
    assert set(obstacles.values()) == {None, *DecisionObstacle}
    by_policy = {key for key, obstacle in obstacles.items() if obstacle is None}
    assert by_policy == {entry.pk for entry in ReviewEntry.objects.to_decide()}


# -- answering for somebody, and deciding ---------------------------------------------------------------------


def test_admins_answer_for_somebody_without_an_address_and_the_council_decides(cast: Cast) -> None:
    ned = make_member("Ned Nologin", github="ned")
    review = announced(cast.ada)
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga, cast.nora]
    entry = loaded(review, ned, NOTICE_AT + DAY)
    able = {
        person.github for person in everybody if ENTRIES.allowed(act_as(person), entry, NOTICE_AT + DAY) == {ANSWER_FOR}
    }
    assert (
        able == {person.github for person in ENTRIES.people_who(ANSWER_FOR, entry, NOTICE_AT + DAY)} == {"ada", "abel"}
    )
    assert list(ENTRIES.people_who(DECIDE, entry, NOTICE_AT + DAY)) == []
    sent(generated(review), cast.ada)
    entry = loaded(review, ned, LATER_ON)
    able = {person.github for person in everybody if ENTRIES.allowed(act_as(person), entry, LATER_ON) == {DECIDE}}
    assert able == {person.github for person in ENTRIES.people_who(DECIDE, entry, LATER_ON)} == {"sara", "sam"}
    assert list(ENTRIES.people_who(ANSWER_FOR, entry, LATER_ON)) == []
    assert ENTRIES.possible(ANONYMOUS) == frozenset()


def test_nobody_answers_or_decides_for_themselves(cast: Cast) -> None:
    review = announced(cast.ada)
    ReviewEntry.objects.filter(review=review, person=cast.abel).update(noticed=False)
    own = loaded(review, cast.abel, NOTICE_AT + DAY)
    assert ENTRIES.require(ANSWER_FOR, act_as(cast.ada), own, NOTICE_AT + DAY) == cast.ada
    assert cast.abel not in ENTRIES.people_who(ANSWER_FOR, own, NOTICE_AT + DAY)
    with pytest.raises(NotAllowed):
        ENTRIES.require(ANSWER_FOR, act_as(cast.abel), own, NOTICE_AT + DAY)
    sent(generated(review), cast.ada)
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)
    own = loaded(review, cast.mel, LATER_ON)
    assert ENTRIES.require(DECIDE, act_as(cast.sam), own, LATER_ON) == cast.sam
    assert cast.mel not in ENTRIES.people_who(DECIDE, own, LATER_ON)
    with pytest.raises(NotAllowed):
        ENTRIES.require(DECIDE, act_as(cast.mel), own, LATER_ON)


@pytest.mark.parametrize("action", list(EntryAction))
def test_a_question_that_forgets_the_entry_is_an_error(cast: Cast, action: EntryAction) -> None:
    who = act_as(cast.sara if action == DECIDE else cast.ada)
    for ask in (ENTRIES.allows, ENTRIES.require):
        with pytest.raises(TypeError, match="depends on a thing"):
            ask(action, who)
    with pytest.raises(TypeError, match="depends on a thing"):
        ENTRIES.people_who(action)
    assert ENTRIES.require_any(action, who) == who.person


def test_an_entry_without_its_circumstances_is_an_error(cast: Cast) -> None:
    entry = entry_of(before_the_council(cast), cast.mel)
    with pytest.raises(AttributeError, match="is_decided"):
        ENTRIES.allows(DECIDE, act_as(cast.sam), entry, LATER_ON)


@pytest.mark.rule("PEP811-25")
def test_the_names_to_decide_are_those_that_the_policy_lets_the_council_decide_on(cast: Cast) -> None:
    """The queryset and the table hold one rule: every reason not to decide is among the rows."""
    older = before_the_council(cast)
    newer = announced(cast.ada, at=NOTICE_AT + 365 * DAY)
    answered(newer, cast.mia)
    newer = generated(newer)
    at = newer.due_at + 3 * DAY

    def compare() -> set[str]:
        by_policy = {entry.pk for entry in queries.entries(at.date()) if ENTRIES.obstacle(DECIDE, entry, at) == ""}
        assert set(ReviewEntry.objects.to_decide().values_list("pk", flat=True)) == by_policy
        names = ReviewEntry.objects.filter(pk__in=by_policy, review=newer).values_list("person__name", flat=True)
        return {name.split()[0] for name in names}

    assert compare() == set()
    assert ReviewEntry.objects.to_decide().filter(review=older).count() == 5
    sent(newer, cast.ada)
    assert compare() == {"Ada", "Abel", "Mel", "Mia", "Newt"}
    assert not ReviewEntry.objects.to_decide().filter(review=older).exists()
    decided(entry_of(newer, cast.newt), ReviewVerdict.KEEP, cast.sam)
    decided(entry_of(newer, cast.ada), ReviewVerdict.LATER, cast.sam)
    with clock.pretend(newer.due_at + 2 * DAY):
        boarding_workflow.resign(by=act_as(cast.mel))
    assert compare() == {"Ada", "Abel", "Mia"}


def test_the_name_of_a_suspended_member_is_decided_on_but_not_answered_for(cast: Cast) -> None:
    ned = make_member("Ned Nologin", github="")
    review = announced(cast.ada, at=clock.now() - DAY)
    accounts_workflow.suspend(ned, "A lost laptop.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="The access of Ned Nologin is suspended"):
        ENTRIES.require(ANSWER_FOR, act_as(cast.ada), loaded(review, ned, clock.now()), clock.now())
    sent(generated(review), cast.ada)
    at = review.due_at + DAY
    assert ENTRIES.require(DECIDE, act_as(cast.sam), loaded(review, ned, at), at) == cast.sam
