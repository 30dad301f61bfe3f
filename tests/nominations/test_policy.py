"""The rules of nominations that depend on more than a role and a phase, and the same answers in SQL."""

from __future__ import annotations

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from audit import clock
from members.people.models import RoleKind
from members.people.policy import ANONYMOUS, Actor
from nominations import queries, workflow
from nominations.models import Comment, Interest, InterestKind, Nomination, Phase, Vote
from nominations.policy import (
    COMMENTS,
    GENERAL,
    OF_NOMINEE,
    Action,
    CommentAction,
    GeneralAction,
    NomineeAction,
    allowed,
    allows,
    holder_of_link,
    people_who,
    require,
)
from nominations.tally import Choice
from tests.cast import Cast, act_as
from tests.factories import make_member, make_person
from tests.nominations import factories
from tests.nominations.crowd import crowded, everybody, names
from tests.nominations.test_policy_by_phase import OWN, TALK, by_role
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.django_db
SEE, RESULT, BOARD = Action.SEE, Action.SEE_RESULT, Action.SEE_BOARD


def test_a_low_turnout_asks_an_admin_for_a_note_once(cast: Cast) -> None:
    vote = factories.counted(cast, {cast.mia: Choice.YES}, opened=9 * factories.DAY)
    nomination, now = factories.fresh(vote.nomination), clock.now()
    may = {person.name: Action.NOTE_TURNOUT in allowed(act_as(person), nomination, now) for person in cast.members}
    assert [name for name, is_asked in may.items() if is_asked] == ["Ada Admin", "Abel Admin"]
    workflow.note_turnout(nomination, "Holidays.", by=act_as(cast.ada))
    assert Action.NOTE_TURNOUT not in allowed(act_as(cast.abel), factories.fresh(nomination), now)


def allowed_by_link(nomination: Nomination, now: datetime) -> frozenset[NomineeAction]:
    """Return what the nominee may do by the private link."""
    return OF_NOMINEE.allowed(holder_of_link(nomination), nomination, now)


def test_too_late_one_can_still_decline(cast: Cast) -> None:
    nomination = factories.make(Phase.CONSENT, cast)
    assert allowed_by_link(nomination, nomination.consent_until) == {NomineeAction.DECLINE}


def test_an_admin_neither_opens_nor_runs_what_they_proposed(cast: Cast) -> None:
    nomination = factories.propose(cast.nora, cast.ada)
    now = clock.now()
    assert set(allowed(act_as(cast.ada), nomination, now)) == {SEE, Action.SEE_DISCUSSION, *OWN}
    assert set(allowed(act_as(cast.abel), nomination, now)) == {
        SEE,
        Action.SEE_DISCUSSION,
        Action.ASK_OFFICER,
        Action.OPEN,
        Action.WITHDRAW,
        *TALK,
    }


def test_a_former_member_is_allowed_nothing(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    gone = Actor(person=cast.mia, is_member=False)
    assert allowed(gone, nomination, clock.now()) == frozenset()


def test_a_person_who_was_an_admin_but_no_member_runs_nothing(cast: Cast) -> None:
    nomination = factories.make(Phase.PROPOSED, cast)
    formerly = Actor(person=cast.ada, is_member=False, roles=frozenset({RoleKind.ADMIN}))
    assert allowed(formerly, nomination, clock.now()) == frozenset()


@pytest.mark.rule("PEP811-14", "SEED-16")
def test_members_propose_and_list_and_the_council_lists(cast: Cast) -> None:
    actors = by_role(cast, make_member("Lena Late"))
    reads = {GeneralAction.LIST, GeneralAction.SEE_RULES, GeneralAction.LIST_RESOLUTIONS}
    both = reads | {GeneralAction.PROPOSE}
    assert {role: set(GENERAL.possible(actor)) for role, actor in actors.items()} == {
        "admin": both,
        "nominator": both,
        "voter": both,
        "voter on the council": both,
        "member who came later": both,
        "council": reads,
        "emeritus": set(),
        "outsider": set(),
        "anonymous": set(),
    }


def test_a_check_names_the_person_or_says_why_not(cast: Cast) -> None:
    nomination = factories.make(Phase.PROPOSED, cast)
    now = clock.now()
    assert require(Action.OPEN, act_as(cast.ada), nomination, now) == cast.ada
    assert GENERAL.require(GeneralAction.PROPOSE, act_as(cast.mel), cast.olga) == cast.mel
    with pytest.raises(NotAllowed):
        require(Action.OPEN, act_as(cast.mel), nomination, now)
    with pytest.raises(Conflict, match="This is not possible now: the vote has not been opened yet"):
        require(Action.CONFIRM, act_as(cast.ada), nomination, now)
    for stranger in [act_as(cast.sam), act_as(cast.olga), ANONYMOUS]:
        with pytest.raises(NotAllowed):
            GENERAL.require(GeneralAction.PROPOSE, stranger, cast.emil)


def test_a_check_tells_nothing_to_somebody_who_may_not_know(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    for stranger in [act_as(cast.sam), act_as(cast.olga), ANONYMOUS]:
        for action in [Action.SEE, Action.DECIDE, Action.CONFIRM]:
            with pytest.raises(NotAllowed):
                require(action, stranger, nomination, clock.now())


# -- the same answers in SQL -------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", Phase)
def test_the_people_who_may_are_those_to_whom_it_is_allowed(cast: Cast, phase: Phase) -> None:
    nomination, now = crowded(phase, cast), clock.now()
    may = {person: allowed(act_as(person), nomination, now) for person in everybody()}
    for action in Action:
        assert set(people_who(action, nomination, now)) == {person for person in may if action in may[person]}, action


@pytest.mark.parametrize("phase", Phase)
def test_a_reader_finds_the_nominations_that_the_policy_allows(cast: Cast, phase: Phase) -> None:
    nomination, now = crowded(phase, cast), clock.now()
    for person in everybody():
        actor = act_as(person)
        found = Nomination.objects.visible_to(actor).filter(pk=nomination.pk).exists()
        assert found is allows(Action.SEE, actor, nomination, now), person
    assert not Nomination.objects.visible_to(ANONYMOUS).exists()
    assert not allows(Action.SEE, ANONYMOUS, nomination, now)


def test_general_actions_are_allowed_to_the_same_people_in_sql(cast: Cast) -> None:
    crowded(Phase.OPEN, cast)
    for action in GeneralAction:
        allowed_to = {person for person in everybody() if GENERAL.allows(action, act_as(person), cast.sam)}
        assert set(GENERAL.people_who(action, cast.sam)) == allowed_to


def test_a_member_chooses_among_those_whom_the_policy_lets_them_propose(cast: Cast) -> None:
    factories.make(Phase.PROPOSED, cast)
    now, mel = clock.now(), act_as(cast.mel)
    allowed_to_propose = {who for who in everybody() if GENERAL.allows(GeneralAction.PROPOSE, mel, who, now)}
    assert set(queries.eligible_people(mel, now)) == allowed_to_propose
    assert names(allowed_to_propose) == {"emil", "olga", "sam"}


def test_rows_read_for_a_list_get_the_same_answers_without_a_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for phase in Phase:
        factories.make(phase, cast, make_person(f"Someone {phase.value}", github=""))
    Interest.objects.create(
        nomination=Nomination.objects.in_phase(Phase.VETO_WINDOW, clock.now()).get(),
        person=cast.sara,
        kind=InterestKind.EMPLOYER,
        declared_at=clock.now(),
    )
    now = clock.now()
    for person in (cast.ada, cast.mel, cast.sara, cast.sam):
        actor = act_as(person)
        rows = list(queries.for_reader(actor))
        with django_assert_num_queries(0):
            found = {row.pk: allowed(actor, row, now) for row in rows}
        assert found == {row.pk: allowed(actor, factories.fresh(row), now) for row in rows}


# -- sentences ---------------------------------------------------------------------------------------------


def test_a_failed_vote_is_explained_by_its_own_threshold(cast: Cast, settings: Settings) -> None:
    settings.VOTE_THRESHOLD = (3, 4)
    nomination = factories.make(Phase.FAILED, cast)
    settings.VOTE_THRESHOLD = (2, 3)
    with pytest.raises(Conflict, match=r"^This is not possible now: the vote has ended without three quarters.$"):
        require(Action.OPEN, act_as(cast.ada), nomination)


def test_a_declared_interest_keeps_a_council_member_from_deciding_and_says_so(cast: Cast) -> None:
    nomination = crowded(Phase.VETO_WINDOW, cast)
    with pytest.raises(Conflict, match="You have declared an interest here"):
        require(Action.DECIDE, act_as(cast.sara), nomination)
    assert not allows(Action.DECIDE, act_as(cast.sara), nomination)
    assert allows(Action.DECIDE, act_as(cast.sam), nomination)


def test_a_note_that_is_not_needed_is_refused_with_a_sentence(cast: Cast) -> None:
    enough = factories.make(Phase.VETO_WINDOW, cast)
    with pytest.raises(Conflict, match="The turnout was not low"):
        workflow.note_turnout(enough, "Holidays.", by=act_as(cast.ada))
    low = factories.counted(cast, {cast.mia: Choice.YES}, opened=9 * factories.DAY, nominee=cast.olga).nomination
    workflow.note_turnout(low, "Holidays.", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="has added a note on the turnout already"):
        workflow.note_turnout(low, "A sprint.", by=act_as(cast.abel))


def test_only_its_author_takes_a_comment_back_and_only_while_it_is_discussed(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    comment = workflow.comment(nomination, "I know her.", by=act_as(cast.mia))
    taking = CommentAction.TAKE_BACK
    assert names(COMMENTS.people_who(taking, comment)) == {"mia"}
    assert [COMMENTS.allows(taking, act_as(who), comment) for who in (cast.mia, cast.ada)] == [True, False]
    workflow.cancel(nomination, "The roll was wrong.", by=act_as(cast.ada))
    comment.refresh_from_db()
    with pytest.raises(Conflict, match=r"^This is not possible now: the vote was cancelled.$"):
        COMMENTS.require(taking, act_as(cast.mia), comment)


def test_members_reply_to_comments_and_the_nominee_never(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast, cast.olga)
    comment = workflow.comment(nomination, "I know her.", by=act_as(cast.mia))
    replying = CommentAction.REPLY
    members = {person for person in everybody() if act_as(person).is_member}
    assert set(COMMENTS.people_who(replying, comment)) == members
    nominee = Actor(cast.olga, is_member=True)
    assert not COMMENTS.allows(replying, nominee, comment)
    workflow.take_back(comment, by=act_as(cast.mia))
    comment.refresh_from_db()
    with pytest.raises(Conflict, match="has been taken back, so there is nothing to reply to"):
        COMMENTS.require(replying, act_as(cast.ada), comment)


def test_a_comment_on_a_failed_vote_stays_for_the_reason_of_that_vote(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    comment = workflow.comment(nomination, "I know her.", by=act_as(cast.mia))
    with clock.pretend(nomination.vote.closes_at):
        Vote.objects.filter(pk=nomination.vote.pk).update(rules={**nomination.vote.rules, "threshold": [3, 4]})
        workflow.close_vote(nomination.vote)
        with pytest.raises(Conflict, match="without three quarters"):
            COMMENTS.require(CommentAction.TAKE_BACK, act_as(cast.mia), Comment.objects.get(pk=comment.pk))
