"""Votes that are extended, cancelled, annulled, or wait for a note."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from audit import clock
from members.people.models import Membership
from members.people.tally import CouncilTally
from nominations import keys, workflow
from nominations.events import NominationEvent
from nominations.models import Ballot, DecisionKind, InterestKind, Nomination, Phase, SealedBallot
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories
from tests.nominations.factories import YES, fresh, phase_of, recorded
from web.conflicts import Conflict, NotAllowed

DAY = timedelta(days=1)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def path(nomination: Nomination, act: str) -> str:
    return f"{nomination.get_absolute_url()}{act}/"


# -- extend ---------------------------------------------------------------------------------------------


def test_an_extended_vote_takes_ballots_until_the_new_close_and_says_why(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    before = nomination.vote.closes_at
    client = browse(cast.ada)
    assert "It can be moved later, never earlier." in text(client.get(path(nomination, "extend")))
    response = client.post(path(nomination, "extend"), {"hours": "48", "reason": "The list was **down**."})
    assert response.status_code == 302
    extended = fresh(nomination)
    assert extended.vote.closes_at == before + 2 * DAY
    assert "The list was <strong>down</strong>." in text(browse(cast.mia).get(nomination.get_absolute_url()))
    with clock.pretend(before + DAY):
        workflow.cast(extended.vote, YES, by=act_as(cast.mel))
        with pytest.raises(Conflict, match="still open"):
            workflow.close_vote(extended.vote)
    assert factories.close(extended.vote).tally is not None


def test_an_extension_is_an_event_without_the_reason(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    [(kind, actor, data)] = recorded(
        lambda: workflow.extend(nomination, hours=24, reason="Canary", by=act_as(cast.ada))
    )
    assert (kind, actor, "Canary" in str(data)) == (NominationEvent.EXTENDED, str(cast.ada.pk), False)


@pytest.mark.parametrize("hours", [0, -1, 336.5])
def test_nobody_extends_by_nothing_or_by_more_than_the_rule(cast: Cast, hours: float) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    with pytest.raises(Conflict, match="at most 336 hours"):
        workflow.extend(nomination, hours=hours, reason="x", by=act_as(cast.ada))


def test_the_rule_is_for_all_extensions_of_a_vote_together(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    for reason in ("x", "y"):
        workflow.extend(nomination, hours=168, reason=reason, by=act_as(cast.ada))
    with pytest.raises(Conflict, match="All extensions of a vote together can be at most 336 hours"):
        workflow.extend(nomination, hours=1, reason="x", by=act_as(cast.ada))
    assert fresh(nomination).vote.closes_at == nomination.vote.opened_at + 21 * DAY


@pytest.mark.parametrize(("most", "choices"), [(336.0, 5), (50.0, 2), (5.0, 1)])
def test_the_form_offers_what_the_rule_allows(
    cast: Cast, browse: Browse, settings: Settings, most: float, choices: int
) -> None:
    settings.EXTENSION_MAX_HOURS = most
    nomination = factories.make(Phase.OPEN, cast)
    form = browse(cast.ada).get(path(nomination, "extend")).context["form"]
    assert len(form.fields["hours"].choices) == choices + 1
    wrong = browse(cast.ada).post(path(nomination, "extend"), {"hours": "1000", "reason": ""})
    assert (wrong.status_code, sorted(wrong.context["form"].errors)) == (422, ["hours", "reason"])


def test_after_the_close_nothing_is_extended(cast: Cast) -> None:
    nomination = factories.make(Phase.CLOSING, cast)
    with pytest.raises(Conflict, match="voting has ended"):
        workflow.extend(nomination, hours=24, reason="x", by=act_as(cast.ada))


@pytest.mark.rule("PSRT-14")
@pytest.mark.parametrize("who", ["mel", "mia"])
def test_only_an_admin_who_may_run_the_vote_extends_or_cancels(cast: Cast, who: str) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    actor = act_as(getattr(cast, who))
    with pytest.raises(NotAllowed):
        workflow.extend(nomination, hours=24, reason="x", by=actor)
    with pytest.raises(NotAllowed):
        workflow.cancel(nomination, "x", by=actor)


# -- cancel ---------------------------------------------------------------------------------------------


def test_a_cancelled_vote_is_over_and_its_ballots_destroyed_unread(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    client = browse(cast.ada)
    empty = client.post(path(nomination, "cancel"), {"reason": ""})
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["reason"])
    client.post(path(nomination, "cancel"), {"reason": "The roll was wrong."})
    assert phase_of(nomination) == Phase.CANCELLED
    assert not SealedBallot.objects.filter(entry__vote=nomination.vote).exists()
    assert fresh(nomination).vote.tally is None
    page = text(browse(cast.mia).get(nomination.get_absolute_url()))
    assert ("The roll was wrong." in page, "Ada Admin" in page) == (True, True)
    assert workflow.close_vote(fresh(nomination).vote).closed_at is None


def test_the_key_of_a_stopped_vote_is_destroyed(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    assert keys.path_of(nomination.vote.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        workflow.cancel(nomination, "x", by=act_as(cast.ada))
    assert not keys.path_of(nomination.vote.pk).exists()


# -- annul ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [Phase.CLOSING, Phase.FAILED, Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION])
def test_two_admins_annul_a_flawed_vote(cast: Cast, browse: Browse, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    first, second = browse(cast.ada), browse(cast.abel)
    first.post(path(nomination, "annul"), {"reason": "The mails were lost."})
    assert phase_of(nomination) == phase
    page = text(first.get(path(nomination, "annul")))
    assert ("Take it back" in page, "Annul the vote</button>" in page) == (True, False)
    assert first.post(path(nomination, "annul"), {"answer": "annul"}).status_code == 403
    assert "You are the second admin it needs." in text(second.get(path(nomination, "annul")))
    second.post(path(nomination, "annul"), {"answer": "annul"})
    assert phase_of(nomination) == Phase.ANNULLED
    vote = fresh(nomination).vote
    assert not Ballot.objects.filter(vote=vote).exists()
    assert not SealedBallot.objects.filter(entry__vote=vote).exists()
    page = text(browse(cast.mia).get(nomination.get_absolute_url()))
    assert ("The mails were lost." in page, '<h2 id="result">' in page) == (True, False)


def test_nobody_joins_while_an_annulment_is_asked_for(cast: Cast) -> None:
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    workflow.ask_to_annul(nomination, "x", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="a second one confirms or refuses that first"):
        workflow.confirm(nomination, by=act_as(cast.abel))
    assert not Membership.objects.filter(person=cast.nora).exists()
    workflow.drop_annulment(nomination, by=act_as(cast.abel))
    workflow.confirm(nomination, by=act_as(cast.abel))
    assert phase_of(nomination) == Phase.JOINED


def test_an_annulment_is_asked_for_once_and_dropped_once(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.FAILED, cast)
    workflow.ask_to_annul(nomination, "x", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="An admin has asked for this already"):
        workflow.ask_to_annul(nomination, "y", by=act_as(cast.abel))
    response = browse(cast.abel).post(path(nomination, "annul"), {"answer": "drop"})
    assert response.status_code == 302
    for verb in (workflow.drop_annulment, workflow.confirm_annulment):
        with pytest.raises(Conflict, match="Nobody asks"):
            verb(nomination, by=act_as(cast.abel))


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.VETOED, Phase.JOINED])
def test_an_open_vetoed_or_joined_nomination_is_not_annulled(cast: Cast, phase: Phase) -> None:
    with pytest.raises(Conflict):
        workflow.ask_to_annul(factories.make(phase, cast), "x", by=act_as(cast.ada))


# -- a low turnout ----------------------------------------------------------------------------------------


def test_nobody_joins_after_a_low_turnout_before_an_admin_has_said_something(cast: Cast, browse: Browse) -> None:
    vote = factories.counted(cast, {cast.mia: YES}, opened=9 * DAY)
    nomination = vote.nomination
    decide: dict[str, Any] = {
        "decided_on": clock.now().date(),
        "link": "https://example.org",
        "reason": "",
        "tally": CouncilTally(2, 0, 0),
        "by": act_as(cast.sam),
    }
    with pytest.raises(Conflict, match="The turnout was low; an admin adds a note"):
        workflow.record_decision(fresh(nomination), DecisionKind.NO_VETO, **decide)
    client = browse(cast.abel)
    assert "1 of 7 voted, less than one third." in text(client.get(path(nomination, "turnout")))
    assert client.post(path(nomination, "turnout"), {"note": ""}).status_code == 422
    client.post(path(nomination, "turnout"), {"note": "Half of the team was at a *sprint*."})
    assert "at a <em>sprint</em>" in text(browse(cast.sam).get(nomination.get_absolute_url()))
    workflow.record_decision(fresh(nomination), DecisionKind.NO_VETO, **decide)
    assert phase_of(nomination) == Phase.JOINED


def test_a_veto_needs_no_note(cast: Cast) -> None:
    nomination = factories.counted(cast, {cast.mia: YES}, opened=9 * DAY).nomination
    factories.decide(nomination, DecisionKind.VETO, by=cast.sam)
    workflow.confirm_veto(nomination, by=act_as(cast.sara))
    assert phase_of(nomination) == Phase.VETOED


# -- the council's own tally -------------------------------------------------------------------------------


@pytest.mark.rule("PEP13-04")
def test_a_council_member_with_a_tie_leaves_the_decision_to_another(cast: Cast) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(cast.sara))
    with clock.pretend(nomination.vote.closes_at):
        workflow.close_vote(nomination.vote)
        tally = CouncilTally(1, 0, 1)
        facts: dict[str, Any] = {
            "decided_on": clock.now().date(),
            "link": "https://example.org",
            "reason": "",
            "tally": tally,
        }
        with pytest.raises(Conflict, match="You have declared an interest here"):
            workflow.record_decision(nomination, DecisionKind.NO_VETO, **facts, by=act_as(cast.sara))
        workflow.record_decision(nomination, DecisionKind.NO_VETO, **facts, by=act_as(cast.sam))
        assert phase_of(nomination) == Phase.JOINED


@pytest.mark.rule("PEP13-04")
def test_a_nominator_on_the_council_does_not_decide(cast: Cast) -> None:
    vote = factories.open_vote(factories.propose(cast.nora, cast.sara), cast.ada)
    factories.cast_ballots(vote, {cast.mia: YES, cast.mel: YES, cast.rita: YES})
    with clock.pretend(vote.closes_at):
        workflow.close_vote(vote)
        with pytest.raises(NotAllowed):
            workflow.record_decision(
                vote.nomination,
                DecisionKind.NO_VETO,
                decided_on=clock.now().date(),
                link="https://example.org",
                reason="",
                by=act_as(cast.sara),
            )


@pytest.mark.rule("PEP13-05")
def test_the_councils_tally_is_kept_and_must_carry(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    client = browse(cast.sam)
    today = f"{clock.now():%Y-%m-%d}"
    facts = {"kind": "veto", "decided_on": today, "link": "https://example.org/1", "reason": ""}
    half = client.post(path(nomination, "decide"), {**facts, "in_favour": "3"})
    assert sorted(half.context["form"].errors) == ["abstained", "against"]
    tie = client.post(path(nomination, "decide"), {**facts, "in_favour": "1", "against": "1", "abstained": "0"})
    assert (tie.status_code, list(tie.context["form"].errors)) == (422, ["in_favour"])
    with pytest.raises(Conflict, match="strict majority"):
        workflow.record_decision(
            nomination,
            DecisionKind.VETO,
            decided_on=clock.now().date(),
            link="https://example.org/1",
            reason="",
            tally=CouncilTally(1, 1, 0),
            by=act_as(cast.sam),
        )
    with pytest.raises(Conflict, match="2 seats filled"):
        workflow.record_decision(
            nomination,
            DecisionKind.NO_VETO,
            decided_on=clock.now().date(),
            link="https://example.org/1",
            reason="",
            tally=CouncilTally(3, 0, 0),
            by=act_as(cast.sam),
        )
    client.post(path(nomination, "decide"), {**facts, "in_favour": "1", "against": "0", "abstained": "1"})
    assert "1 for it, 0 against, 1 abstained." in text(browse(cast.mel).get(nomination.get_absolute_url()))
