"""A declared interest bars every act of power over the nomination, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from audit import clock
from members.people.models import Person, RoleKind
from members.people.tally import CouncilTally
from nominations import workflow
from nominations.models import DecisionKind, Interest, InterestKind, Nomination, Phase
from nominations.policy import Action, allowed, allows, people_who
from nominations.tally import Choice
from tests.cast import Browse, Cast, act_as
from tests.factories import give_roles, make_person
from tests.nominations import factories
from tests.nominations.factories import DAY, fresh, recorded
from tests.nominations.test_views import sentences, text
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.attack

DECIDE: dict[str, Any] = {"link": "https://example.org/1", "reason": "", "tally": CouncilTally(2, 0, 0)}


def interested(nomination: Nomination, *people: Person) -> Nomination:
    for person in people:
        workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(person))
    return fresh(nomination)


def low(cast: Cast) -> Nomination:
    return fresh(factories.counted(cast, {cast.mia: Choice.YES}, opened=9 * DAY).nomination)


def asked(cast: Cast) -> Nomination:
    nomination = factories.make(Phase.FAILED, cast)
    workflow.ask_to_annul(nomination, "The mails were lost.", by=act_as(cast.abel))
    return fresh(nomination)


def with_officer(cast: Cast) -> Nomination:
    nomination = factories.make(Phase.PROPOSED, cast)
    workflow.ask_officer(nomination, cast.rita, by=act_as(cast.abel))
    return fresh(nomination)


def of(phase: Phase) -> Callable[[Cast], Nomination]:
    return lambda cast: factories.make(phase, cast)


#: Each act of an admin: where it is possible, and how it is done.
POWERS: dict[Action, tuple[Callable[[Cast], Nomination], Callable[..., object]]] = {
    Action.WITHDRAW: (of(Phase.PROPOSED), workflow.withdraw),
    Action.OPEN: (of(Phase.PROPOSED), workflow.open_vote),
    Action.EXTEND: (of(Phase.OPEN), lambda one, by: workflow.extend(one, hours=24, reason="Down.", by=by)),
    Action.CANCEL: (of(Phase.OPEN), lambda one, by: workflow.cancel(one, "The roll was wrong.", by=by)),
    Action.ANNUL: (of(Phase.FAILED), lambda one, by: workflow.ask_to_annul(one, "The mails were lost.", by=by)),
    Action.SECOND_ANNULMENT: (asked, workflow.confirm_annulment),
    Action.DROP_ANNULMENT: (asked, workflow.drop_annulment),
    Action.NOTE_TURNOUT: (low, lambda one, by: workflow.note_turnout(one, "Holidays.", by=by)),
    Action.CONFIRM: (of(Phase.AWAITING_CONFIRMATION), workflow.confirm),
    Action.ACKNOWLEDGE: (of(Phase.VETO_WINDOW), workflow.acknowledge_count),
    Action.ASK_OFFICER: (
        of(Phase.PROPOSED),
        lambda one, by: workflow.ask_officer(one, Person.objects.get(name="Rita Release"), by=by),
    ),
    Action.DISMISS_OFFICER: (with_officer, workflow.dismiss_officer),
    Action.RELAY_VETO: (
        of(Phase.VETO_WINDOW),
        lambda one, by: workflow.record_decision(
            one, DecisionKind.VETO, decided_on=clock.now().date(), link="mail of the council", reason="", by=by
        ),
    ),
}
#: Those for which nothing in a plain nomination of any phase waits.
ON_REQUEST = {Action.SECOND_ANNULMENT, Action.DROP_ANNULMENT, Action.NOTE_TURNOUT, Action.DISMISS_OFFICER}


@pytest.mark.rule("PEP13-04")
@pytest.mark.parametrize("action", POWERS)
def test_an_admin_with_an_interest_does_none_of_it_until_it_is_taken_back(cast: Cast, action: Action) -> None:
    make, act = POWERS[action]
    nomination = interested(make(cast), cast.ada)
    assert not allows(action, act_as(cast.ada), nomination)
    assert cast.ada not in people_who(action, nomination)
    with pytest.raises(Conflict, match="You have declared an interest here; another admin acts"):
        act(nomination, by=act_as(cast.ada))
    workflow.take_back_interest(nomination, by=act_as(cast.ada))
    act(fresh(nomination), by=act_as(cast.ada))


@pytest.mark.rule("PEP13-04")
def test_no_act_that_an_interest_takes_away_is_missing_above(cast: Cast) -> None:
    taken: set[Action] = set()
    for phase in Phase:
        nomination = factories.make(phase, cast, make_person(f"Nominee {phase.name}", github=""))
        before = allowed(act_as(cast.ada), nomination, clock.now())
        Interest.objects.create(
            nomination=nomination, person=cast.ada, kind=InterestKind.EMPLOYER, declared_at=clock.now()
        )
        taken |= before - allowed(act_as(cast.ada), fresh(nomination), clock.now())
    assert taken | ON_REQUEST == set(POWERS)


@pytest.mark.parametrize("action", [action for action in POWERS if action is not Action.WITHDRAW])
def test_the_admin_who_nominated_does_none_of_it(cast: Cast, action: Action) -> None:
    make, act = POWERS[action]
    give_roles(cast.mel, RoleKind.ADMIN)
    nomination = make(cast)
    assert not allows(action, act_as(cast.mel), nomination)
    with pytest.raises(NotAllowed):
        act(nomination, by=act_as(cast.mel))


def test_a_seat_with_an_interest_decides_nothing_until_it_is_taken_back(cast: Cast) -> None:
    nomination = interested(factories.make(Phase.VETO_WINDOW, cast), cast.sam)
    facts = {**DECIDE, "decided_on": clock.now().date()}
    with pytest.raises(Conflict, match="another member of the council records the decision"):
        workflow.record_decision(nomination, DecisionKind.NO_VETO, by=act_as(cast.sam), **facts)
    workflow.take_back_interest(nomination, by=act_as(cast.sam))
    workflow.record_decision(fresh(nomination), DecisionKind.NO_VETO, by=act_as(cast.sam), **facts)


def test_the_nominator_does_not_confirm_the_councils_silence(cast: Cast) -> None:
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    give_roles(cast.mel, RoleKind.ADMIN)
    with pytest.raises(NotAllowed):
        workflow.confirm(nomination, by=act_as(cast.mel))
    workflow.confirm(nomination, by=act_as(cast.abel))


def test_an_interest_takes_nobodys_vote_away(cast: Cast) -> None:
    nomination = interested(factories.make(Phase.OPEN, cast), cast.ada)
    assert Action.VOTE in allowed(act_as(cast.ada), nomination, clock.now())


@pytest.mark.parametrize("phase", [Phase.CLOSING, Phase.FAILED, Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION])
def test_after_the_close_those_who_could_act_still_declare_and_others_do_not(cast: Cast, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    assert interested(nomination, cast.ada, cast.sara).has_interest(cast.sara)
    with pytest.raises(Conflict):
        interested(nomination, cast.mia)


@pytest.mark.parametrize("phase", [Phase.JOINED, Phase.VETOED, Phase.CANCELLED])
def test_after_the_outcome_nobody_declares(cast: Cast, phase: Phase) -> None:
    with pytest.raises(Conflict):
        interested(factories.make(phase, cast), cast.ada)


def test_one_that_was_taken_back_stays_readable_and_can_be_declared_again(cast: Cast, browse: Browse) -> None:
    nomination = interested(factories.make(Phase.OPEN, cast), cast.mia)
    events = recorded(lambda: workflow.take_back_interest(nomination, by=act_as(cast.mia)))
    assert [(kind, actor) for kind, actor, _ in events] == [("interest:taken_back", str(cast.mia.pk))]
    with pytest.raises(NotAllowed):
        workflow.take_back_interest(nomination, by=act_as(cast.mia))
    page = text(browse(cast.rita).get(nomination.get_absolute_url()))
    assert "<del>same employer</del>" in page
    assert "Taken back" in page
    interested(nomination, cast.mia)
    assert Interest.objects.get().taken_back_at is None


def test_somebody_without_an_interest_takes_none_back(cast: Cast) -> None:
    nomination = interested(factories.make(Phase.OPEN, cast), cast.mia)
    for person in (cast.rita, cast.sam, cast.olga, cast.nora):
        with pytest.raises(NotAllowed):
            workflow.take_back_interest(nomination, by=act_as(person))


# -- the pages ------------------------------------------------------------------------------------------


def page_of(browse: Browse, person: Person, nomination: Nomination) -> Any:
    return browse(person).get(nomination.get_absolute_url())


def test_the_page_says_who_else_can_act(cast: Cast, browse: Browse) -> None:
    nomination = interested(factories.make(Phase.PROPOSED, cast), cast.ada)
    page = page_of(browse, cast.ada, nomination)
    assert (page.context["powers"].is_reader_barred, page.context["powers"].others) == (True, ["Abel Admin"])
    assert "Abel Admin can." in text(page)
    assert page_of(browse, cast.abel, nomination).context["powers"] is None
    assert page_of(browse, cast.mia, nomination).context["powers"] is None


def test_the_page_says_to_everybody_when_no_admin_can_act_and_who_decides(cast: Cast, browse: Browse) -> None:
    nomination = interested(factories.make(Phase.PROPOSED, cast), cast.ada, cast.abel)
    page = page_of(browse, cast.mel, nomination)
    assert (page.context["powers"].is_reader_barred, page.context["powers"].others) == (False, [])
    assert "The Steering Council decides who acts" in text(page)
    assert "Nobody else can either" in text(page_of(browse, cast.ada, nomination))
    give_roles(cast.mia, RoleKind.ADMIN)
    assert page_of(browse, cast.mel, nomination).context["powers"] is None


def test_a_seat_reads_which_other_seats_can_act_and_declares_on_its_own_page(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    client = browse(cast.sam)
    assert client.get(nomination.get_absolute_url()).context["powers"] is None
    client.post(f"{nomination.get_absolute_url()}interest/", {"kind": "employer", "text": ""})
    page = client.get(nomination.get_absolute_url())
    assert page.context["powers"].others == ["Sara Steering"]
    take_back = f"{nomination.get_absolute_url()}interest/take-back/"
    assert take_back in text(page)
    answer = client.post(take_back)
    assert sentences(client, answer) == [
        "You have taken your declared interest back. That there was one stays readable."
    ]
    assert fresh(nomination).has_interest(cast.sam) is False
    interested(nomination, cast.sara)
    assert page_of(browse, cast.sam, nomination).context["powers"] is None


def test_no_page_speaks_of_powers_once_all_is_over(cast: Cast, browse: Browse) -> None:
    nomination = interested(factories.make(Phase.OPEN, cast), cast.ada, cast.abel)
    workflow.withdraw(nomination, by=act_as(cast.mel))
    assert page_of(browse, cast.ada, nomination).context["powers"] is None


# -- asked once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who_refuses", ["ada", "abel"])
def test_an_admin_asks_once_whether_refused_or_taken_back(cast: Cast, browse: Browse, who_refuses: str) -> None:
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    workflow.ask_to_annul(nomination, "The mails were *lost*.", by=act_as(cast.ada))
    workflow.drop_annulment(nomination, by=act_as(getattr(cast, who_refuses)))
    with pytest.raises(Conflict, match="You have asked once"):
        workflow.ask_to_annul(nomination, "And again.", by=act_as(cast.ada))
    client = browse(cast.ada)
    answer = client.post(f"{nomination.get_absolute_url()}annul/", {"reason": "And again."})
    assert answer.context["form"].non_field_errors() == [
        "You have asked once for this vote to be annulled; another admin can ask if they find a reason."
    ]
    page = text(browse(cast.mia).get(nomination.get_absolute_url()))
    assert "The mails were <em>lost</em>." in page
    assert ("they took it back" in page) is (who_refuses == "ada")
    workflow.confirm(fresh(nomination), by=act_as(cast.abel))


def test_who_was_refused_can_still_be_the_second_to_another_and_refuse(cast: Cast) -> None:
    nomination = factories.make(Phase.FAILED, cast)
    give_roles(cast.mia, RoleKind.ADMIN)
    workflow.ask_to_annul(nomination, "Lost mails.", by=act_as(cast.ada))
    workflow.drop_annulment(nomination, by=act_as(cast.abel))
    workflow.ask_to_annul(nomination, "A wrong roll.", by=act_as(cast.mia))
    workflow.drop_annulment(nomination, by=act_as(cast.ada))
    workflow.ask_to_annul(nomination, "A wrong key.", by=act_as(cast.abel))
    workflow.confirm_annulment(nomination, by=act_as(cast.ada))
    assert fresh(nomination).phase(clock.now()) is Phase.ANNULLED


def test_a_second_annulment_page_opens_for_somebody_who_was_refused(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.FAILED, cast)
    workflow.ask_to_annul(nomination, "Lost mails.", by=act_as(cast.ada))
    workflow.drop_annulment(nomination, by=act_as(cast.ada))
    workflow.ask_to_annul(nomination, "A wrong roll.", by=act_as(cast.abel))
    assert browse(cast.ada).get(f"{nomination.get_absolute_url()}annul/").context["may_annul"] is True


# -- ballots without end --------------------------------------------------------------------------------


def test_a_voter_casts_twenty_ballots_an_hour_and_the_last_one_counts(cast: Cast, browse: Browse) -> None:
    vote = factories.make(Phase.OPEN, cast).vote
    at = clock.now()
    for number in range(20):
        factories.cast_ballots(vote, {cast.newt: Choice.NO}, at=at + number * timedelta(minutes=2))
    with clock.pretend(at + timedelta(minutes=59)), pytest.raises(Conflict, match="20 ballots within an hour"):
        workflow.cast(vote, Choice.YES, by=act_as(cast.newt))
    factories.cast_ballots(vote, {cast.newt: Choice.YES}, at=at + timedelta(minutes=61))


def test_the_twenty_first_ballot_leads_back_with_a_sentence(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.OPEN, cast)
    for _ in range(20):
        factories.cast_ballots(nomination.vote, {cast.mel: Choice.NO}, at=clock.now())
    client = browse(cast.mel)
    answer = client.post(f"{nomination.get_absolute_url()}vote/", {"choice": "yes"})
    assert sentences(client, answer) == [
        (
            "You have cast 20 ballots within an hour; try again later. "
            "This ballot was not recorded; the last one that was recorded counts."
        )
    ]
