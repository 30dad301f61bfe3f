"""The verbs up to the ballot: what each changes, what it records, whom it refuses."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from audit import clock
from members.people.models import Membership, MembershipBegan, Person
from members.people.policy import ANONYMOUS
from members.people.workflow import admit
from nominations import keys, workflow
from nominations.events import NominationEvent
from nominations.models import Ballot, Category, Newcomer, Nomination, Phase, SealedBallot, Vote
from nominations.tally import Choice, Tally
from tests.cast import Cast, act_as
from tests.factories import complete, make_emeritus, make_member
from tests.nominations import factories
from tests.nominations.factories import NO, YES, phase_of, recorded
from web.conflicts import Conflict, NotAllowed
from web.dates import moment_in_words

MILLISECOND = timedelta(milliseconds=1)


# -- propose -----------------------------------------------------------------------------------------


def test_a_member_proposes_somebody_known(cast: Cast) -> None:
    events = recorded(lambda: factories.ask(cast.nora, cast.mel, statement="Because."))
    nomination = Nomination.objects.get()
    assert (nomination.nominee, nomination.nominator) == (cast.nora, cast.mel)
    assert (nomination.statement, nomination.category) == ("Because.", Category.CORE)
    assert events == [(NominationEvent.PROPOSED, str(cast.mel.pk), {"nominee": str(cast.nora.pk)})]


def test_a_newcomer_becomes_known_by_being_proposed(cast: Cast) -> None:
    nomination = workflow.propose(
        Newcomer("Nick New", "nick-new"),
        statement="Because.",
        category=Category.OTHER,
        email="nick@example.net",
        by=act_as(cast.mel),
    )
    assert (nomination.nominee.name, nomination.nominee.github) == ("Nick New", "nick-new")
    assert not Membership.objects.filter(person=nomination.nominee).exists()


@pytest.mark.rule("PEP811-14", "SEED-16", "PSRT-07")
@pytest.mark.parametrize("who", ["sam", "emil", "olga"])
def test_only_members_propose(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        factories.propose(cast.nora, getattr(cast, who))
    with pytest.raises(NotAllowed):
        workflow.propose(cast.nora, statement="x", category=Category.CORE, by=ANONYMOUS)


def test_oneself_members_and_nominees_are_refused_with_a_sentence(cast: Cast) -> None:
    with pytest.raises(Conflict, match=r"^You cannot nominate yourself\.$"):
        factories.propose(cast.mel, cast.mel)
    with pytest.raises(Conflict, match=r"^Mia Member is a member already\.$"):
        factories.propose(cast.mia, cast.mel)
    factories.propose(cast.nora, cast.mia)
    with pytest.raises(Conflict, match=r"^Nora Nominee has an open nomination already\.$"):
        factories.propose(cast.nora, cast.mel)
    newcomer = Newcomer("Nora Again", "NORA")
    with pytest.raises(Conflict, match="Somebody with the GitHub name NORA is known already"):
        workflow.propose(newcomer, statement="x", category=Category.CORE, email="n@example.net", by=act_as(cast.mel))
    assert Nomination.objects.count() == 1
    assert not Person.objects.filter(name="Nora Again").exists()


@pytest.mark.parametrize("phase", [Phase.DECLINED, Phase.WITHDRAWN, Phase.CANCELLED, Phase.ANNULLED])
def test_somebody_can_be_proposed_again_at_once_when_nobody_refused_them(cast: Cast, phase: Phase) -> None:
    stopped = factories.make(phase, cast)
    again = factories.propose(cast.nora, cast.mia)
    assert phase_of(again) == Phase.PROPOSED
    assert again.follows == (stopped if phase in {Phase.CANCELLED, Phase.ANNULLED} else None)


@pytest.mark.parametrize("phase", [Phase.FAILED, Phase.VETOED])
def test_somebody_who_was_refused_can_be_proposed_again_after_ninety_days(cast: Cast, phase: Phase) -> None:
    ended = factories.make(phase, cast).ended_at
    assert ended is not None
    again = ended + timedelta(days=90)
    with pytest.raises(Conflict, match=f"can be nominated again from {moment_in_words(again)}"):
        factories.propose(cast.nora, cast.mia, at=again - timedelta(seconds=1))
    assert factories.propose(cast.nora, cast.mia, at=again).consented_at is not None


def test_an_emeritus_comes_back_by_a_nomination(cast: Cast) -> None:
    joined = factories.make(Phase.JOINED, cast, make_emeritus("Erna Emeritus"))
    assert joined.onboarding is not None
    erna = complete(joined.onboarding, by=cast.ada)
    assert Membership.objects.filter(person=erna).count() == 2


# -- withdraw ----------------------------------------------------------------------------------------


def test_the_nominator_withdraws_before_the_vote(cast: Cast) -> None:
    nomination = factories.make(Phase.PROPOSED, cast)
    events = recorded(lambda: workflow.withdraw(nomination, by=act_as(cast.mel)))
    nomination.refresh_from_db()
    assert (nomination.withdrawn_by, nomination.ended_at) == (cast.mel, nomination.withdrawn_at)
    assert phase_of(nomination) == Phase.WITHDRAWN
    assert events == [(NominationEvent.WITHDRAWN, str(cast.mel.pk), {"vote": None})]


def test_withdrawing_an_open_vote_destroys_ballots_and_key_unread(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    vote = nomination.vote
    assert keys.path_of(vote.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        workflow.withdraw(nomination, by=act_as(cast.mel))
        assert keys.path_of(vote.pk).exists()  # nothing is destroyed before it is certain
    vote.refresh_from_db()
    assert not keys.path_of(vote.pk).exists()
    assert vote.key_destroyed_at is not None
    assert not SealedBallot.objects.exists()
    assert not Ballot.objects.exists()
    assert (vote.closed_at, vote.tally) == (None, None)
    with pytest.raises(Conflict, match="it was withdrawn"):
        workflow.cast(vote, YES, by=act_as(cast.mia))
    with pytest.raises(Conflict, match="it was withdrawn"):
        workflow.withdraw(nomination, by=act_as(cast.mel))


def test_nobody_else_withdraws_and_nobody_after_the_close(cast: Cast) -> None:
    nomination = factories.make(Phase.CLOSING, cast)
    with pytest.raises(NotAllowed):
        workflow.withdraw(nomination, by=act_as(cast.mia))
    for who in (cast.mel, cast.ada):
        with pytest.raises(Conflict, match="voting has ended"):
            workflow.withdraw(nomination, by=act_as(who))
    assert phase_of(nomination) == Phase.CLOSING


# -- open --------------------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-15", "PEP811-18", "JOIN-02", "PSRT-07")
def test_opening_freezes_roll_and_rules_for_a_week(cast: Cast, settings: Settings) -> None:
    nomination = factories.propose(cast.nora, cast.mel)
    events = recorded(lambda: workflow.open_vote(nomination, by=act_as(cast.ada)))
    vote = Vote.objects.get()
    assert vote.closes_at - vote.opened_at == timedelta(hours=168)
    assert {entry.person for entry in vote.roll.all()} == set(cast.members)
    assert {(entry.has_voted, bytes(entry.slot.ciphertext)) for entry in vote.roll.all()} == {(False, b"")}
    assert len(vote.public_key) == 32
    assert events == [
        (
            NominationEvent.OPENED,
            str(cast.ada.pk),
            {
                "nomination": str(nomination.pk),
                "voters": 7,
                "unable": [],
                "roll_hash": vote.roll_hash,
                "rules": 1,
                "closes_at": DjangoJSONEncoder().default(vote.closes_at),
                "officer": None,
                "public_key": keys.shown(bytes(vote.public_key)),
            },
        )
    ]
    settings.VOTING_PERIOD_HOURS = settings.VETO_WINDOW_HOURS = 1.0
    make_member("Lena Late")
    vote.refresh_from_db()
    assert (vote.rules_kept.period, vote.rules_kept.veto_window) == (timedelta(hours=168), timedelta(hours=168))
    assert vote.roll.count() == 7


@pytest.mark.rule("PSRT-14")
def test_an_admin_opens_what_they_have_no_part_in_once(cast: Cast) -> None:
    own = factories.propose(cast.nora, cast.ada)
    for who in [cast.ada, cast.mel, cast.sara]:
        with pytest.raises(NotAllowed):
            workflow.open_vote(own, by=act_as(who))
    workflow.open_vote(own, by=act_as(cast.abel))
    with pytest.raises(Conflict, match="the vote is open"):
        workflow.open_vote(own, by=act_as(cast.abel))
    assert Vote.objects.count() == 1


def test_no_vote_is_opened_on_somebody_who_has_become_a_member(cast: Cast) -> None:
    nomination = factories.make(Phase.PROPOSED, cast)
    admit(cast.nora, began=MembershipBegan.DECISION, authority="a decision", by=None, at=clock.now())
    with pytest.raises(Conflict, match="Nora Nominee is a member already; the nominator can withdraw"):
        workflow.open_vote(nomination, by=act_as(cast.ada))


# -- cast --------------------------------------------------------------------------------------------


def test_a_ballot_fills_its_slot_and_the_last_one_counts(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    entry = vote.roll.get(person=cast.mia)
    receipts: list[str] = []

    def again(choice: Choice) -> None:
        receipts.append(workflow.cast(vote, choice, by=act_as(cast.mia)))

    for revision, choice in enumerate([YES, YES, NO], start=1):
        events = recorded(partial(again, choice))
        assert events == [(NominationEvent.BALLOT_RECORDED, str(cast.mia.pk), {"revision": revision})]
        slot = SealedBallot.objects.get(entry=entry)
        assert (slot.revision, len(slot.ciphertext)) == (revision, 59)
    assert len(set(receipts)) == 3
    assert vote.roll.voted().get() == entry
    factories.close(vote)
    assert [(ballot.receipt, ballot.choice) for ballot in vote.board()] == [(receipts[-1], NO)]


@pytest.mark.rule("PEP811-15", "JOIN-05")
def test_a_person_outside_the_roll_cannot_vote(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    for stranger in [act_as(make_member("Lena Late")), act_as(cast.sam), act_as(cast.nora), ANONYMOUS]:
        with pytest.raises(NotAllowed):
            workflow.cast(vote, YES, by=stranger)


@pytest.mark.rule("PEP811-15")
def test_a_voter_who_leaves_cannot_vote_and_their_ballot_stands(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    Membership.objects.filter(person=cast.mia).update(until=clock.now().date(), ended="emeritus")
    with pytest.raises(NotAllowed):
        workflow.cast(vote, NO, by=act_as(cast.mia))
    assert factories.close(vote).tally == Tally(yes=2, no=1, abstain=1)


def test_a_ballot_one_millisecond_late_is_refused_with_a_sentence(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    in_time = factories.cast_ballots(vote, {cast.mia: YES}, at=vote.closes_at - MILLISECOND)
    for at in [vote.closes_at, vote.closes_at + MILLISECOND]:
        with pytest.raises(Conflict) as refusal:
            factories.cast_ballots(vote, {cast.mia: NO, cast.rita: NO}, at=at)
        assert str(refusal.value) == (
            "This is not possible now: voting has ended and the ballots are being counted. "
            "This ballot was not recorded; one you cast in time stands."
        )
    factories.close(vote)
    assert [(ballot.receipt, ballot.choice) for ballot in vote.board()] == [(in_time[cast.mia], YES)]


def test_no_ballot_is_taken_before_the_vote_is_open_or_after_the_count(cast: Cast) -> None:
    vote = factories.make(Phase.FAILED, cast).vote
    with pytest.raises(Conflict, match="the vote has ended without two thirds"):
        workflow.cast(vote, YES, by=act_as(cast.mia))
    assert SealedBallot.objects.count() == 0
