"""The verbs from the count to the outcome: what each changes, what it records, whom it refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from audit import clock
from members.boarding.models import Checklist
from members.people.models import Membership, MembershipBegan, Person
from members.people.tally import CouncilTally
from members.people.workflow import admit
from nominations import keys, workflow
from nominations.events import NominationEvent
from nominations.models import Ballot, DecisionKind, Nomination, Phase, SealedBallot
from nominations.sealing import SealingError, board_hash
from nominations.tally import Tally
from tests.cast import Cast, act_as
from tests.nominations import factories
from tests.nominations.factories import phase_of, recorded
from web.conflicts import Conflict, NotAllowed

MILLISECOND = timedelta(milliseconds=1)


# -- close -------------------------------------------------------------------------------------------


def test_the_close_counts_writes_the_board_and_empties_the_slots(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    receipts = factories.cast_ballots(vote, factories.passing(cast))
    events = recorded(lambda: factories.close(vote))
    vote.refresh_from_db()
    board = {(ballot.receipt, ballot.choice) for ballot in vote.board()}
    assert board == {(receipts[person], choice) for person, choice in factories.passing(cast).items()}
    assert [ballot.receipt for ballot in vote.board()] == sorted(receipts.values())
    assert vote.tally == Tally(yes=2, no=1, abstain=1)
    assert vote.reason == "2 yes, 1 no: 6 >= 6, passes"
    assert vote.board_hash == board_hash(board)
    assert (vote.passed, vote.council_told_at, vote.veto_until) == (True, None, None)
    assert not SealedBallot.objects.exists()
    assert {entry.person for entry in vote.roll.voted()} == set(receipts)
    data = {"nomination": str(vote.nomination_id), "ballots": 4, "board_hash": vote.board_hash, "passed": True}
    assert events == [(NominationEvent.CLOSED, "system", data)]
    assert keys.path_of(vote.pk).exists()  # needed until the outcome is final


@pytest.mark.rule("PEP811-17", "SEED-17")
def test_a_vote_without_two_thirds_is_the_end_and_its_key_goes(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        nomination = factories.make(Phase.FAILED, cast)
    vote = nomination.vote
    assert (vote.reason, vote.passed, vote.veto_until) == ("1 yes, 1 no: 3 < 4, fails", False, None)
    assert nomination.ended_at == vote.closed_at
    assert not keys.path_of(vote.pk).exists()


def test_a_vote_in_which_nobody_voted_fails_with_an_empty_board(cast: Cast) -> None:
    vote = factories.counted(cast, {}, opened=8 * factories.DAY)
    assert (vote.tally, vote.board(), vote.board_hash) == (Tally(0, 0, 0), [], board_hash([]))


@pytest.mark.rule("PEP811-18")
def test_a_vote_is_never_closed_early_and_only_once(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    with pytest.raises(Conflict, match="never early"):
        factories.close(vote, at=vote.closes_at - MILLISECOND)
    assert recorded(lambda: factories.close(vote)) != []
    board = Ballot.objects.count()
    assert recorded(lambda: factories.close(vote, at=vote.closes_at + factories.DAY)) == []
    assert Ballot.objects.count() == board == 4


def test_closing_a_withdrawn_vote_does_nothing(cast: Cast) -> None:
    vote = factories.make(Phase.WITHDRAWN, cast).vote
    assert recorded(lambda: factories.close(vote)) == []
    assert factories.close(vote).closed_at is None


def test_a_close_without_the_key_changes_nothing_and_works_later(cast: Cast) -> None:
    vote = factories.make(Phase.CLOSING, cast).vote
    key = keys.read(vote.pk)
    keys.destroy(vote.pk)
    with pytest.raises(SealingError, match="is not in VOTE_KEY_DIR"):
        workflow.close_vote(vote)
    assert (Ballot.objects.count(), SealedBallot.objects.count()) == (0, 7)
    keys.path_of(vote.pk).write_bytes(key)
    assert workflow.close_vote(vote).tally == Tally(yes=2, no=1, abstain=1)


def test_a_ballot_moved_between_slots_stops_the_count(cast: Cast) -> None:
    vote = factories.make(Phase.CLOSING, cast).vote
    mia, abel = (SealedBallot.objects.get(entry__person=person) for person in (cast.mia, cast.abel))
    SealedBallot.objects.filter(pk=abel.pk).update(ciphertext=mia.ciphertext)
    with pytest.raises(SealingError, match="cannot be opened"):
        workflow.close_vote(vote)
    assert Ballot.objects.count() == 0


def test_more_or_fewer_ballots_than_voters_stop_the_count(cast: Cast) -> None:
    vote = factories.make(Phase.CLOSING, cast).vote
    vote.roll.filter(person=cast.mia).update(has_voted=False)
    with pytest.raises(SealingError, match="has 3 voters and 4 ballots"):
        workflow.close_vote(vote)


# -- decide and confirm ------------------------------------------------------------------------------


def decide(nomination: Nomination, kind: DecisionKind, by: Person) -> None:
    day = clock.now().date()
    workflow.record_decision(
        nomination,
        kind,
        decided_on=day,
        link="https://example.org/1",
        reason="Because.",
        tally=CouncilTally(2, 0, 0),
        by=act_as(by),
    )


def test_without_a_veto_the_onboarding_of_the_nominee_begins(cast: Cast, settings: Settings) -> None:
    settings.SITE_URL = "https://psrt.example.org"
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    events = recorded(lambda: decide(nomination, DecisionKind.NO_VETO, cast.sam))
    nomination = factories.fresh(nomination)
    onboarding = nomination.onboarding
    assert onboarding is not None
    assert (onboarding.person, onboarding.began) == (cast.nora, MembershipBegan.VOTE)
    assert (onboarding.begun_at, onboarding.membership) == (nomination.ended_at, None)
    assert onboarding.authority == f"https://psrt.example.org/nominations/{nomination.pk}/"
    assert nomination.phase(clock.now()) == Phase.JOINED
    assert [kind for kind, _, _ in events] == ["invitation:sent", "onboarding:began", NominationEvent.NO_VETO_RECORDED]


def test_an_accepted_nominee_is_invited_at_the_nominators_address(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    Nomination.objects.filter(pk=nomination.pk).update(nominee_email="nora@example.net")
    decide(nomination, DecisionKind.NO_VETO, cast.sam)
    assert [one.email for one in cast.nora.invitations.all()] == ["nora@example.net"]


@pytest.mark.rule("PEP811-19", "PEP811-20", "PSRT-07")
def test_a_confirmed_veto_ends_it_without_a_membership(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    events = recorded(lambda: decide(nomination, DecisionKind.VETO, cast.sara))
    assert phase_of(nomination) == Phase.VETO_WINDOW
    events += recorded(lambda: workflow.confirm_veto(nomination, by=act_as(cast.sam)))
    decision = factories.fresh(nomination).vote.decision
    assert (decision.kind, decision.reason, decision.recorded_by) == (DecisionKind.VETO, "Because.", cast.sara)
    assert phase_of(nomination) == Phase.VETOED
    assert not Membership.objects.filter(person=cast.nora).exists()
    data = {"nomination": str(nomination.pk), "decision": decision.pk}
    assert events == [
        (NominationEvent.VETO_RECORDED, str(cast.sara.pk), data),
        (NominationEvent.VETO_CONFIRMED, str(cast.sam.pk), data),
    ]


@pytest.mark.rule("PEP811-20")
def test_the_council_decides_once_and_inside_its_window(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    until = nomination.vote.veto_until
    assert until is not None
    for who in [cast.mia, cast.mel, cast.olga]:
        with pytest.raises(NotAllowed):
            decide(nomination, DecisionKind.VETO, who)
    with clock.pretend(until), pytest.raises(Conflict, match="time for a veto is over"):
        decide(nomination, DecisionKind.VETO, cast.sam)
    with clock.pretend(until - MILLISECOND):
        decide(nomination, DecisionKind.VETO, cast.sam)
    with pytest.raises(Conflict, match="A veto is recorded already"):
        decide(nomination, DecisionKind.NO_VETO, cast.sara)
    assert not Membership.objects.filter(person=cast.nora).exists()


def test_silence_needs_an_admins_confirmation(cast: Cast) -> None:
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    assert not Membership.objects.filter(person=cast.nora).exists()
    for who in [cast.mel, cast.sara, cast.sam]:
        with pytest.raises(NotAllowed):
            workflow.confirm(nomination, by=act_as(who))
    events = recorded(lambda: workflow.confirm(nomination, by=act_as(cast.abel)))
    assert [kind for kind, _, _ in events] == ["invitation:sent", "onboarding:began", NominationEvent.CONFIRMED]
    vote = factories.fresh(nomination).vote
    assert (vote.confirmed_by, vote.confirmed_at) == (cast.abel, factories.fresh(nomination).ended_at)
    with pytest.raises(Conflict, match="the onboarding has begun"):
        workflow.confirm(nomination, by=act_as(cast.ada))
    assert Checklist.objects.onboardings().filter(person=cast.nora).count() == 1


@pytest.mark.rule("PEP811-19")
def test_nobody_joins_while_the_veto_is_possible(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    with pytest.raises(Conflict, match="waits for the Steering Council"):
        workflow.confirm(nomination, by=act_as(cast.ada))
    assert not Membership.objects.filter(person=cast.nora).exists()


def test_a_nominee_who_became_a_member_does_not_join_twice(cast: Cast) -> None:
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    admit(cast.nora, began=MembershipBegan.DECISION, authority="a decision", by=None, at=clock.now())
    with pytest.raises(Conflict, match="Nora Nominee is a member already"):
        workflow.confirm(nomination, by=act_as(cast.ada))
    assert phase_of(nomination) == Phase.AWAITING_CONFIRMATION


# -- the key -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.CLOSING])
def test_the_key_stays_until_the_ballots_are_counted(cast: Cast, phase: Phase) -> None:
    vote = factories.make(phase, cast).vote
    with pytest.raises(Conflict, match="until the ballots are counted"):
        workflow.destroy_key(vote)
    assert keys.path_of(vote.pk).exists()


def test_the_key_goes_with_the_count_whatever_the_outcome(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    passed, failed = factories.make(Phase.CLOSING, cast).vote, factories.closing(cast, cast.olga).vote
    with django_capture_on_commit_callbacks(execute=True):
        for vote in (passed, failed):
            assert keys.path_of(vote.pk).exists()
            workflow.close_vote(vote)
    assert [keys.path_of(vote.pk).exists() for vote in (passed, failed)] == [False, False]


def test_destroying_the_key_is_recorded_once(cast: Cast) -> None:
    vote = factories.make(Phase.VETOED, cast).vote
    assert recorded(lambda: workflow.destroy_key(vote)) == [(NominationEvent.KEY_DESTROYED, "system", {})]
    assert recorded(lambda: workflow.destroy_key(vote)) == []
    assert not keys.path_of(vote.pk).exists()
