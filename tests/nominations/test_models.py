"""Facts, what follows from them, and what the database refuses."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from audit import clock
from members.boarding.models import Checklist
from members.people.models import MembershipBegan, RoleKind
from members.people.policy import ANONYMOUS
from nominations import numbers, queries, workflow
from nominations.models import (
    Ballot,
    Category,
    Comment,
    CouncilDecision,
    CouncilTold,
    Endorsement,
    Extension,
    Interest,
    InterestKind,
    Nomination,
    Phase,
    RollEntry,
    SealedBallot,
    Stop,
    StopKind,
    Vote,
    roll_hash,
)
from tests.cast import Cast, act_as
from tests.factories import give_roles, make_person
from tests.nominations import factories

MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("phase", Phase)
def test_a_nomination_is_in_one_phase_and_sql_agrees_at_every_edge(cast: Cast, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    now = clock.now()
    edges = [now - factories.DAY, now, now + 30 * factories.DAY]
    if (vote := nomination.vote_or_none) is not None:
        edges += [vote.closes_at - MOMENT, vote.closes_at, vote.closes_at + MOMENT]
        edges += [vote.veto_until - MOMENT, vote.veto_until, vote.veto_until + MOMENT] if vote.veto_until else []
    for at in edges:
        found = [one for one in Phase if Nomination.objects.in_phase(one, at).filter(pk=nomination.pk).exists()]
        assert found == [nomination.phase(at)]


def test_the_closing_moment_itself_belongs_to_the_count(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    closes_at = nomination.vote.closes_at
    assert nomination.phase(closes_at - MOMENT) == Phase.OPEN
    assert nomination.phase(closes_at) == Phase.CLOSING


def test_the_veto_window_ends_at_its_last_moment(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    until = nomination.vote.veto_until
    assert until is not None
    assert nomination.phase(until - MOMENT) == Phase.VETO_WINDOW
    assert nomination.phase(until) == Phase.AWAITING_CONFIRMATION


def test_members_see_all_the_council_what_passed_and_everybody_else_nothing(cast: Cast) -> None:
    for number, phase in enumerate(Phase):
        factories.make(phase, cast, make_person(f"Nominee Number{number}", github=f"nominee-{number}"))
    now = clock.now()

    def visible_phases(who: Any) -> set[Phase]:
        return {one.phase(now) for one in Nomination.objects.visible_to(who).select_related("vote")}

    passed = {Phase.COUNCIL_UNTOLD, Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION, Phase.VETOED, Phase.JOINED}
    assert visible_phases(act_as(cast.mel)) == visible_phases(act_as(cast.sara)) == set(Phase)
    assert visible_phases(act_as(cast.sam)) == passed | {Phase.ANNULLED}  # it had passed, and they were told
    assert visible_phases(act_as(cast.emil)) == visible_phases(act_as(cast.olga)) == visible_phases(ANONYMOUS) == set()


def test_closed_nominations_are_those_that_have_ended_the_latest_first(cast: Cast) -> None:
    joined = factories.make(Phase.JOINED, cast, cast.olga)
    failed = factories.make(Phase.FAILED, cast, cast.emil)
    factories.make(Phase.OPEN, cast)
    latest = sorted([joined, failed], key=lambda one: one.ended_at or clock.now(), reverse=True)
    assert list(Nomination.objects.closed()) == latest


def test_the_rolls_hash_is_what_a_voter_recomputes_from_the_lines(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    lines = sorted(f"{person.pk} {person.github} {person.name}\n" for person in cast.members)
    assert vote.roll_hash == hashlib.sha256("".join(lines).encode()).hexdigest()
    entries = list(vote.roll.all())
    assert roll_hash(reversed(entries)) == vote.roll_hash
    assert roll_hash(entries[1:]) != vote.roll_hash


def test_a_name_cannot_add_a_line_to_the_roll() -> None:
    person = uuid.uuid4()
    entry = RollEntry(person_id=person, name="Eve\nMallory", github="")
    assert entry.line == f"{person} - Eve Mallory"


def test_facts_about_one_reader_are_never_taken_for_somebody_elses(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Rita has voted, Mel has not and declared an interest, Nora is not on the roll."""
    nomination = factories.make(Phase.OPEN, cast)
    workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(cast.mel))
    expected = {cast.rita: (True, True, False), cast.mel: (True, False, True), cast.nora: (False, False, False)}
    for reader, facts in expected.items():
        read = queries.with_facts_about(Nomination.objects.select_related("vote"), reader).get(pk=nomination.pk)
        with django_assert_num_queries(0):
            assert (read.is_on_roll(reader), read.has_voted(reader), read.has_interest(reader)) == facts
        for other, others in expected.items():
            assert (read.is_on_roll(other), read.has_voted(other), read.has_interest(other)) == others
    nobody = queries.with_facts_about(Nomination.objects.all(), None).get(pk=nomination.pk)
    assert (nobody.is_on_roll(None), nobody.has_voted(None), nobody.has_interest(None)) == (False, False, False)


def test_nobody_is_on_the_roll_before_the_vote_is_opened(cast: Cast) -> None:
    nomination = factories.make(Phase.PROPOSED, cast)
    assert (nomination.is_on_roll(cast.mel), nomination.has_voted(cast.mel)) == (False, False)


def test_names_in_admin_and_logs_say_what_things_are(cast: Cast) -> None:
    nomination = factories.make(Phase.VETOED, cast)
    vote = nomination.vote
    entry = vote.roll.get(person=cast.mia)
    assert str(nomination) == "nomination of Nora Nominee"
    assert str(vote) == "vote on the nomination of Nora Nominee"
    assert str(entry) == "Mia Member"
    assert str(SealedBallot(entry=entry)) == f"slot {entry.pk}"
    assert str(vote.decision) == "Veto on the nomination of Nora Nominee"
    ballot = vote.board()[0]
    assert str(ballot) == f"ballot {ballot.pk}"  # neither choice nor receipt
    assert Vote(nomination=nomination).tally is None


# -- what the database refuses ---------------------------------------------------------------------


def refused(constraint: str, write: Any) -> None:
    """Assert that `write` is refused by the constraint of that name."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def make_row(cast: Cast, **fields: Any) -> Nomination:
    facts = {
        "number": numbers.draw(queries.numbers_taken()),
        "nominee": cast.nora,
        "nominator": cast.mel,
        "statement": "because",
        "category": Category.OTHER,
        "proposed_at": clock.now(),
        "consent_until": clock.now() + factories.WEEK,
    }
    return Nomination.objects.create(**{**facts, **fields})


def test_the_database_refuses_a_number_that_another_nomination_has(cast: Cast) -> None:
    first = make_row(cast)
    refused("a_number_names_one_nomination", lambda: make_row(cast, nominee=cast.emil, number=first.number))


def test_the_database_refuses_a_second_open_nomination_of_a_person(cast: Cast) -> None:
    first = make_row(cast)
    refused("one_open_nomination_a_person", lambda: make_row(cast, nominator=cast.mia))
    Nomination.objects.filter(pk=first.pk).update(ended_at=clock.now())
    make_row(cast, nominator=cast.mia)


def test_the_database_refuses_nominations_that_contradict_themselves(cast: Cast) -> None:
    now = clock.now()
    refused("nobody_nominates_themselves", lambda: make_row(cast, nominee=cast.mel))
    refused("a_nomination_has_a_statement", lambda: make_row(cast, statement=""))
    refused("a_withdrawal_says_who_and_is_final", lambda: make_row(cast, withdrawn_at=now, ended_at=now))
    refused("a_withdrawal_says_who_and_is_final", lambda: make_row(cast, withdrawn_at=now, withdrawn_by=cast.mel))
    onboarding = Checklist.objects.create(direction="in", person=cast.nora, began=MembershipBegan.VOTE, begun_at=now)
    refused("a_nomination_that_led_to_an_onboarding_is_over", lambda: make_row(cast, onboarding=onboarding))
    for stopped in ("declined_at", "cancelled_at", "annulled_at"):
        refused("a_declined_or_stopped_nomination_is_over", lambda name=stopped: make_row(cast, **{name: now}))
    refused("a_nominee_accepts_or_declines", lambda: make_row(cast, consented_at=now, declined_at=now, ended_at=now))


def test_the_database_refuses_extensions_notes_and_stops_that_say_too_little(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    at = clock.now()
    facts = {"vote": vote, "extended_by": cast.ada, "extended_at": at, "reason": "because"}
    before, after = vote.closes_at, vote.closes_at + MOMENT
    extend = Extension.objects.create
    name = "a_vote_is_extended_before_its_close_and_never_shortened"
    refused(name, lambda: extend(**facts, closed_before=before, closes_at=before))
    refused(name, lambda: extend(**{**facts, "extended_at": before}, closed_before=before, closes_at=after))
    refused(
        "an_extension_has_a_reason",
        lambda: extend(**{**facts, "reason": ""}, closed_before=before, closes_at=after),
    )
    votes = Vote.objects.filter(pk=vote.pk)
    refused("a_note_on_the_turnout_says_who_and_when", lambda: votes.update(turnout_note="Holidays."))
    stop = {"nomination": vote.nomination, "asked_by": cast.ada, "asked_at": at, "reason": "because"}
    create = Stop.objects.create
    refused("a_stopped_vote_has_a_reason", lambda: create(**{**stop, "reason": ""}, kind=StopKind.ANNULLED))
    refused("a_confirmed_stop_says_who_and_when", lambda: create(**stop, kind=StopKind.ANNULLED, confirmed_at=at))
    one = {"confirmed_by": cast.ada, "confirmed_at": at}
    refused("one_admin_cancels_and_two_annul", lambda: create(**stop, kind=StopKind.ANNULLED, **one))
    two = {"confirmed_by": cast.abel, "confirmed_at": at}
    refused("one_admin_cancels_and_two_annul", lambda: create(**stop, kind=StopKind.CANCELLED, **two))


def test_the_database_refuses_what_members_cannot_have_said(cast: Cast) -> None:
    nomination, at = factories.make(Phase.PROPOSED, cast), clock.now()
    endorse = {"nomination": nomination, "person": cast.mia, "endorsed_at": at}
    Endorsement.objects.create(**endorse)
    refused("a_member_endorses_once", lambda: Endorsement.objects.create(**endorse))
    fields = {"nomination": nomination, "author": cast.mia, "written_at": at}
    name = "a_comment_has_words_until_it_is_taken_back"
    refused(name, lambda: Comment.objects.create(**fields, text=""))
    refused(name, lambda: Comment.objects.create(**fields, text="still here", taken_back_at=at))
    tie = {"nomination": nomination, "person": cast.mia, "declared_at": at}
    refused("another_interest_is_put_in_words", lambda: Interest.objects.create(**tie, kind="other", text=""))
    Interest.objects.create(**tie, kind="employer")
    refused("a_member_declares_once", lambda: Interest.objects.create(**tie, kind="employer"))


def test_the_database_refuses_votes_that_break_the_clock_or_count_early(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
    votes = Vote.objects.filter(pk=vote.pk)
    counts = {"yes": 1, "no": 0, "abstain": 0, "reason": "because", "board_hash": "0" * 64, "passed": False}
    refused("a_vote_closes_after_it_opened", lambda: votes.update(closes_at=F("opened_at")))
    unable = "no_more_cannot_sign_in_than_are_on_the_roll"
    refused(unable, lambda: votes.update(unable=F("entitled") + 1))
    refused("a_vote_is_never_closed_early", lambda: votes.update(closed_at=F("closes_at") - MOMENT, **counts))
    early = "a_vote_has_counts_when_it_is_closed_and_not_before"
    refused(early, lambda: votes.update(yes=1))
    refused(early, lambda: votes.update(board_hash="0" * 64))
    refused(early, lambda: votes.update(passed=True))
    refused(early, lambda: votes.update(closed_at=F("closes_at")))
    refused(early, lambda: votes.update(closed_at=F("closes_at"), **{**counts, "abstain": None}))
    refused(early, lambda: votes.update(closed_at=F("closes_at"), **{**counts, "passed": None}))


def test_the_database_refuses_a_veto_window_before_the_council_was_told_of_a_pass(cast: Cast) -> None:
    name, now = "the_veto_window_begins_when_the_council_was_told", clock.now()
    untold = Vote.objects.filter(pk=factories.make(Phase.COUNCIL_UNTOLD, cast).vote.pk)
    refused(name, lambda: untold.update(veto_until=now))
    refused(name, lambda: untold.update(council_told_at=now))
    refused(name, lambda: untold.update(council_told_at=F("closed_at") - MOMENT, veto_until=now))
    refused(name, lambda: untold.update(council_told_at=now, veto_until=now))
    failed = Vote.objects.filter(pk=factories.make(Phase.FAILED, cast, cast.olga).vote.pk)
    refused(name, lambda: failed.update(council_told_at=now, veto_until=now + MOMENT))


def test_the_database_refuses_to_tell_a_council_member_twice(cast: Cast) -> None:
    told = {"vote": factories.make(Phase.VETO_WINDOW, cast).vote, "person": cast.sam, "told_at": clock.now()}
    refused("a_council_member_is_told_of_a_vote_once", lambda: CouncilTold.objects.create(**told))


def test_the_database_refuses_a_confirmation_inside_the_veto_window(cast: Cast) -> None:
    vote = factories.make(Phase.VETO_WINDOW, cast).vote
    votes = Vote.objects.filter(pk=vote.pk)
    name = "silence_is_confirmed_by_somebody_after_the_window"
    refused(name, lambda: votes.update(confirmed_at=clock.now(), confirmed_by=cast.ada))
    refused(name, lambda: votes.update(confirmed_at=F("veto_until")))
    failed = factories.make(Phase.FAILED, cast, cast.olga).vote
    refused(name, lambda: Vote.objects.filter(pk=failed.pk).update(confirmed_at=clock.now(), confirmed_by=cast.ada))


def test_the_database_refuses_a_second_place_on_the_roll_and_odd_ballots(cast: Cast) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    refused("nobody_is_on_a_roll_twice", lambda: RollEntry.objects.create(vote=vote, person=cast.mia, name="Mia"))
    for length in (1, 58, 60):
        slots = SealedBallot.objects.filter(entry__vote=vote)
        refused("all_sealed_ballots_have_one_length", lambda n=length, s=slots: s.update(ciphertext=bytes(n)))
    Ballot.objects.create(vote=vote, choice="yes", receipt="A" * 16)
    refused("a_receipt_is_on_a_board_once", lambda: Ballot.objects.create(vote=vote, choice="no", receipt="A" * 16))
    refused("a_ballot_is_yes_no_or_abstain", lambda: Ballot.objects.create(vote=vote, choice="maybe", receipt="B"))


def test_the_database_refuses_a_second_or_an_unknown_decision(cast: Cast) -> None:
    give_roles(cast.olga, RoleKind.STEERING_COUNCIL)
    vote = factories.make(Phase.VETOED, cast).vote
    facts = {
        "decided_on": clock.now().date(),
        "link": "https://example.org",
        "recorded_by": cast.olga,
        "recorded_at": clock.now(),
        "in_favour": 3,
        "against": 0,
        "abstained": 0,
    }
    refused("vote_id", lambda: CouncilDecision.objects.create(vote=vote, kind="no_veto", **facts))
    other = factories.make(Phase.VETO_WINDOW, cast, cast.emil).vote
    refused(
        "a_council_decision_is_veto_or_no_veto",
        lambda: CouncilDecision.objects.create(vote=other, kind="later", **facts),
    )
    refused(
        "a_council_decision_takes_effect_with_a_whole_tally",
        lambda: CouncilDecision.objects.create(vote=other, kind="veto", **{**facts, "against": None}),
    )
