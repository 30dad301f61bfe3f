"""A veto needs two seats: from the first record on nobody joins, and one seat alone neither ends it nor frees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit import clock
from audit.models import Event
from members.boarding.models import Checklist
from members.people.models import RoleKind
from members.people.tally import CouncilTally
from members.people.workflow import end_role
from nominations import workflow
from nominations.events import NominationEvent
from nominations.models import CouncilDecision, DecisionKind, InterestKind, Nomination, Phase, RefusedVeto, Reminder
from nominations.pages.waiting import waiting_for
from nominations.policy import Action, allowed, people_who
from tests.cast import Browse, Cast, act_as
from tests.factories import give_roles, make_member
from tests.nominations import factories
from tests.nominations.factories import DAY, decide, fresh, veto_waits
from tests.nominations.test_races import at_once, done
from tests.nominations.test_views import sentences, text
from web.conflicts import Conflict, NotAllowed

VETO, NO_VETO = DecisionKind.VETO, DecisionKind.NO_VETO


def phase_of(nomination: Nomination) -> Phase:
    return fresh(nomination).phase(clock.now())


def page(nomination: Nomination) -> str:
    return reverse("nominations:answer_veto", args=[nomination.pk])


def relay(nomination: Nomination, by: Any) -> CouncilDecision:
    """A veto that came to an admin by mail, without its numbers."""
    day = clock.now().date()
    return workflow.record_decision(
        nomination, VETO, decided_on=day, link="https://example.org/m", reason="", by=act_as(by)
    )


# -- one seat alone -------------------------------------------------------------------------------------


def test_from_the_first_record_on_nobody_joins(cast: Cast) -> None:
    nomination = veto_waits(cast)
    assert phase_of(nomination) is Phase.VETO_WINDOW
    with pytest.raises(Conflict, match="A veto is recorded already"):
        decide(nomination, NO_VETO, by=cast.sara)
    for later in (timedelta(days=6), timedelta(days=60)):
        with clock.pretend(clock.now() + later):
            assert phase_of(nomination) is Phase.AWAITING_CONFIRMATION
            assert Action.CONFIRM not in allowed(act_as(cast.abel), fresh(nomination), clock.now())
            with pytest.raises(Conflict, match="A veto is recorded already"):
                workflow.confirm(nomination, by=act_as(cast.abel))
    assert not Checklist.objects.onboardings().filter(person=cast.nora).exists()


def test_one_seat_alone_does_not_veto(cast: Cast) -> None:
    nomination = veto_waits(cast)
    with pytest.raises(NotAllowed):
        workflow.confirm_veto(nomination, by=act_as(cast.sam))
    assert fresh(nomination).ended_at is None


def test_nobody_but_a_second_seat_confirms(cast: Cast) -> None:
    nomination = veto_waits(cast)
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)  # the nominator
    for person in (cast.ada, cast.abel, cast.mel, cast.mia, cast.olga, cast.nora):
        with pytest.raises(NotAllowed):
            workflow.confirm_veto(nomination, by=act_as(person))
    workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(cast.sara))
    with pytest.raises(Conflict, match="You have declared an interest here"):
        workflow.confirm_veto(nomination, by=act_as(cast.sara))
    assert phase_of(nomination) is Phase.VETO_WINDOW


def test_a_seat_that_has_ended_confirms_nothing(cast: Cast) -> None:
    nomination = veto_waits(cast)
    end_role(cast.sara, RoleKind.STEERING_COUNCIL, authority="PEP 8107", by=None, at=clock.now())
    with pytest.raises(NotAllowed):
        workflow.confirm_veto(nomination, by=act_as(cast.sara))


@pytest.mark.rule("PEP13-02", "PEP13-03", "PSRT-16")
def test_a_veto_that_came_by_mail_blocks_at_once_and_takes_effect_with_a_seat_and_its_numbers(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    with pytest.raises(Conflict, match="give its three numbers"):
        relay(nomination, cast.sam)
    assert relay(nomination, cast.ada).recorded_by == cast.ada
    with pytest.raises(Conflict, match="A veto is recorded already"):
        decide(nomination, NO_VETO, by=cast.sara)
    with pytest.raises(NotAllowed):
        workflow.confirm_veto(nomination, by=act_as(cast.ada), tally=CouncilTally(2, 0, 0))
    for tally, refusal in (
        (None, "give its three numbers"),
        (CouncilTally(1, 1, 0), "a strict majority is needed"),
        (CouncilTally(3, 0, 0), "add up to the 2 seats filled"),
    ):
        with pytest.raises(Conflict, match=refusal):
            workflow.confirm_veto(nomination, by=act_as(cast.sam), tally=tally)
    workflow.confirm_veto(nomination, by=act_as(cast.sam), tally=CouncilTally(1, 0, 1))
    assert phase_of(nomination) is Phase.VETOED
    assert fresh(nomination).vote.decision.tally == CouncilTally(1, 0, 1)


def test_the_numbers_of_the_first_seat_stay_when_the_second_one_confirms(cast: Cast) -> None:
    nomination = veto_waits(cast)
    workflow.confirm_veto(nomination, by=act_as(cast.sara), tally=CouncilTally(1, 0, 1))
    assert fresh(nomination).vote.decision.tally == CouncilTally(2, 0, 0)


@pytest.mark.rule("PSRT-16")
def test_an_admin_records_a_mailed_veto_of_the_window_until_the_silence_is_confirmed(cast: Cast) -> None:
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    until = nomination.vote.veto_until
    assert until is not None
    with pytest.raises(Conflict, match="a later decision comes too late"):
        relay(nomination, cast.ada)
    with pytest.raises(Conflict, match="time for a veto is over"):
        decide(nomination, VETO, by=cast.sam)
    given: dict[str, Any] = {
        "decided_on": until.date(),
        "link": "mail of the council",
        "reason": "",
        "by": act_as(cast.ada),
    }
    decision = workflow.record_decision(nomination, VETO, **given)
    assert (decision.link, phase_of(nomination)) == ("mail of the council", Phase.AWAITING_CONFIRMATION)
    with pytest.raises(Conflict, match="A veto is recorded already"):
        workflow.confirm(nomination, by=act_as(cast.abel))


@pytest.mark.parametrize("days", [-3, 1])
def test_nobody_records_a_decision_of_a_day_before_the_count_or_to_come(cast: Cast, days: int) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)  # counted two days ago
    given: dict[str, Any] = {
        "decided_on": clock.now().date() + days * DAY,
        "link": "https://example.org/m",
        "reason": "",
    }
    with pytest.raises(Conflict, match=r"had not closed yet|still to come"):
        workflow.record_decision(nomination, VETO, **given, tally=CouncilTally(2, 0, 0), by=act_as(cast.sam))


@pytest.mark.parametrize("kind", DecisionKind)
def test_the_database_refuses_a_decision_in_effect_without_its_tally(cast: Cast, kind: DecisionKind) -> None:
    nomination = factories.decided(cast, kind)
    for changes in ({"in_favour": None}, {"in_favour": None, "against": None, "abstained": None}):
        with pytest.raises(IntegrityError, match="takes_effect_with_a_whole_tally"), transaction.atomic():
            CouncilDecision.objects.filter(vote=nomination.vote).update(**changes)


def test_the_second_seat_gives_the_numbers_of_a_mailed_veto_on_the_page(cast: Cast, browse: Browse) -> None:
    nomination, client = factories.make(Phase.VETO_WINDOW, cast), browse(cast.sam)
    relay(nomination, cast.ada)

    def errors(**typed: str) -> dict[str, list[str]]:
        answer = client.post(page(nomination), {"answer": "confirm", **typed})
        assert answer.status_code == 422
        return {name: list(said) for name, said in answer.context["form"].errors.items()}

    missing = ["Write how many; nobody is 0."]
    assert errors() == {"in_favour": missing, "against": missing, "abstained": missing}
    assert errors(in_favour="2", against="0") == {"abstained": missing}
    assert list(errors(in_favour="x", against="0", abstained="0")) == ["in_favour"]
    assert list(errors(in_favour="5", against="0", abstained="0")) == ["in_favour"]
    assert list(errors(in_favour="1", against="1", abstained="0")) == ["in_favour"]
    assert client.get(page(nomination)).context["form"].fields.keys() >= {"in_favour", "against", "abstained"}
    answer = client.post(page(nomination), {"answer": "confirm", "in_favour": "2", "against": "0", "abstained": "0"})
    assert sentences(client, answer) == ["The veto is confirmed. Nora Nominee does not join."]


def test_an_objection_to_a_mailed_veto_needs_no_numbers(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    relay(nomination, cast.ada)
    answer = browse(cast.sam).post(page(nomination), {"answer": "object", "objection": "Never decided."})
    assert (answer.status_code, fresh(nomination).pending_veto) == (302, None)


def test_an_admin_passes_on_no_free_pass_and_nothing_on_what_they_nominated(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    give_roles(cast.mel, RoleKind.ADMIN)
    with pytest.raises(NotAllowed):
        relay(nomination, cast.mel)
    with pytest.raises(NotAllowed):
        decide(nomination, NO_VETO, by=cast.ada)


def test_an_admin_who_is_also_a_seat_counts_once(cast: Cast) -> None:
    give_roles(cast.ada, RoleKind.STEERING_COUNCIL)
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    with pytest.raises(Conflict, match="give its three numbers"):
        relay(nomination, cast.ada)
    CouncilDecision.objects.create(
        vote=nomination.vote,
        kind=VETO,
        decided_on=clock.now().date(),
        link="https://example.org",
        recorded_by=cast.ada,
        recorded_at=clock.now(),
    )
    with pytest.raises(NotAllowed):
        workflow.confirm_veto(nomination, by=act_as(cast.ada))


def test_the_database_refuses_one_person_twice_and_a_confirmed_free_pass(cast: Cast) -> None:
    nomination = veto_waits(cast)
    decisions = CouncilDecision.objects.filter(vote=nomination.vote)
    for changes in ({"confirmed_by": cast.sam}, {"confirmed_by": cast.sara, "kind": "no_veto"}):
        with pytest.raises(IntegrityError, match="only_a_veto_is_confirmed"), transaction.atomic():
            decisions.update(confirmed_at=clock.now(), **changes)


# -- the second seat ------------------------------------------------------------------------------------


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=40)])
def test_a_second_seat_confirms_also_after_the_window(cast: Cast, later: timedelta) -> None:
    nomination = veto_waits(cast)
    with clock.pretend(clock.now() + later):
        workflow.confirm_veto(nomination, by=act_as(cast.sara))
        assert phase_of(nomination) is Phase.VETOED
        with pytest.raises(Conflict, match="has vetoed it"):
            workflow.confirm_veto(nomination, by=act_as(cast.sara))
        with pytest.raises(Conflict, match="has vetoed it"):
            workflow.refuse_veto(nomination, "Too late.", by=act_as(cast.sara))


@pytest.mark.parametrize("who", ["sara", "sam"])
def test_a_refused_veto_frees_the_nomination_and_its_recorder_does_not_block_it_again(cast: Cast, who: str) -> None:
    nomination = veto_waits(cast)
    workflow.refuse_veto(nomination, "Never decided.", by=act_as(getattr(cast, who)))
    for verb in (workflow.confirm_veto, partial(workflow.refuse_veto, objection="Twice.")):
        with pytest.raises(Conflict, match="No veto waits"):
            verb(nomination, by=act_as(cast.sara))
    with pytest.raises(Conflict, match="You have recorded a veto once"):
        decide(nomination, VETO, by=cast.sam)
    decide(nomination, VETO, by=cast.sara)
    workflow.refuse_veto(nomination, "A slip.", by=act_as(cast.sara))
    decide(nomination, NO_VETO, by=cast.sam)
    assert phase_of(nomination) is Phase.JOINED
    assert [one.refused_by for one in RefusedVeto.objects.all()] == [getattr(cast, who), cast.sara]


def test_an_admin_whose_veto_was_refused_passes_none_on_again(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    relay(nomination, cast.ada)
    with pytest.raises(NotAllowed):
        workflow.refuse_veto(nomination, "Not mine.", by=act_as(cast.abel))
    workflow.refuse_veto(nomination, "Misread.", by=act_as(cast.ada))
    with pytest.raises(NotAllowed):
        relay(nomination, cast.ada)
    assert cast.ada not in people_who(Action.RELAY_VETO, fresh(nomination))
    assert cast.abel in people_who(Action.RELAY_VETO, fresh(nomination))


@pytest.mark.server_versions
@pytest.mark.django_db(transaction=True)
def test_confirming_and_refusing_at_once_have_one_outcome(cast: Cast) -> None:
    nomination = veto_waits(cast)
    calls: list[Callable[[], object]] = [
        partial(workflow.confirm_veto, nomination, by=act_as(cast.sara)),
        partial(workflow.refuse_veto, nomination, "No.", by=act_as(cast.sara)),
    ] * 4
    assert len(done(at_once(calls))) == 1
    kinds = [NominationEvent.VETO_CONFIRMED, NominationEvent.VETO_REFUSED]
    assert Event.objects.filter(kind__in=kinds).count() == 1


def test_two_admins_can_still_annul_a_vote_on_which_a_veto_waits(cast: Cast) -> None:
    nomination = veto_waits(cast)
    workflow.ask_to_annul(nomination, "The mails were lost.", by=act_as(cast.ada))
    workflow.confirm_annulment(nomination, by=act_as(cast.abel))
    assert phase_of(nomination) is Phase.ANNULLED


# -- if nobody speaks -----------------------------------------------------------------------------------


def test_the_council_is_reminded_every_day_and_of_nothing_else(cast: Cast) -> None:
    nomination = veto_waits(cast)
    made = []
    for hours in (1, 23, 24, 30, 47, 48, 24 * 9, 24 * 9 + 5):
        with clock.pretend(clock.now() + timedelta(hours=hours)):
            made.append(len(workflow.remind(nomination.vote)))
    assert made == [0, 0, 1, 0, 0, 1, 1, 0]
    assert set(Reminder.objects.values_list("kind", flat=True)) == {"veto_waits"}
    assert Event.objects.filter(kind=NominationEvent.VETO_WAITS).count() == 3


def test_once_it_was_refused_the_silence_counts_again(cast: Cast) -> None:
    nomination = veto_waits(cast)
    with clock.pretend(clock.now() + 8 * DAY):
        workflow.refuse_veto(nomination, "Never decided.", by=act_as(cast.sara))
        [reminder] = workflow.remind(nomination.vote)
        assert reminder.kind == "veto_over"
        workflow.confirm(nomination, by=act_as(cast.abel))
        assert phase_of(nomination) is Phase.JOINED


# -- the pages ------------------------------------------------------------------------------------------


def test_the_page_says_that_it_stays_so_until_a_second_seat_speaks(cast: Cast, browse: Browse) -> None:
    nomination = veto_waits(cast)
    for person in (cast.mia, cast.sam):
        shown = text(browse(person).get(nomination.get_absolute_url()))
        assert "the council is reminded every day" in shown
        assert "A veto of the Steering Council is recorded and waits" in shown


def test_a_second_seat_finds_it_on_the_dashboard_and_confirms(cast: Cast, browse: Browse) -> None:
    nomination, client = veto_waits(cast), browse(cast.sara)
    urls = {
        person.name: [item.url for item in waiting_for(act_as(person), clock.now()) if item.url == page(nomination)]
        for person in (cast.sam, cast.sara, cast.ada)
    }
    assert urls == {"Sam Steering": [], "Sara Steering": [page(nomination)], "Ada Admin": []}
    assert page(nomination) in text(client.get(nomination.get_absolute_url()))
    answer = client.post(page(nomination), {"answer": "confirm"})
    assert sentences(client, answer) == ["The veto is confirmed. Nora Nominee does not join."]
    assert "confirmed by Sara Steering" in text(client.get(nomination.get_absolute_url()))


def test_an_objection_needs_a_reason_that_team_and_council_read(cast: Cast, browse: Browse) -> None:
    nomination, client = veto_waits(cast), browse(cast.sara)
    empty = client.post(page(nomination), {"answer": "object"})
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["objection"])
    answer = client.post(page(nomination), {"answer": "object", "objection": "Never *decided*."})
    assert sentences(client, answer) == ["The veto has fallen. Everything goes on as if it had not been recorded."]
    for person in (cast.mia, cast.sam):
        assert "Never <em>decided</em>." in text(browse(person).get(nomination.get_absolute_url()))


def test_whoever_recorded_it_is_offered_only_to_take_it_back(cast: Cast, browse: Browse) -> None:
    nomination, client = veto_waits(cast), browse(cast.sam)
    assert "You recorded a veto" in text(client.get(page(nomination)))
    assert client.post(page(nomination), {"answer": "confirm"}).status_code == 422
    assert phase_of(nomination) is Phase.VETO_WINDOW


def test_an_admin_records_on_the_page_a_veto_that_came_by_mail(cast: Cast, browse: Browse) -> None:
    nomination, client = factories.make(Phase.VETO_WINDOW, cast), browse(cast.ada)
    url = reverse("nominations:decide", args=[nomination.pk])
    assert [value for value, _ in client.get(url).context["form"].fields["kind"].choices] == ["veto"]
    typed = {"kind": "veto", "decided_on": clock.now().date().isoformat(), "link": "https://example.org/m"}
    assert client.post(url, {**typed, "kind": "no_veto"}).status_code == 422
    answer = client.post(url, typed)
    assert sentences(client, answer) == [
        "The veto is recorded. Nobody joins; a second member of the council confirms it or objects."
    ]


def test_a_seat_that_gives_no_numbers_is_told_at_their_field(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    url = reverse("nominations:decide", args=[nomination.pk])
    typed = {"kind": "veto", "decided_on": clock.now().date().isoformat(), "link": "https://example.org/m"}
    answer = browse(cast.sam).post(url, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["in_favour", "against", "abstained"])
    assert not CouncilDecision.objects.exists()


def test_a_member_who_is_neither_admin_nor_seat_relays_nothing(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    with pytest.raises(NotAllowed):
        relay(nomination, make_member("Lena Late"))
