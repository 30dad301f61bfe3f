"""An admin acknowledges the portal's count, for which the ballots are counted again; nothing waits for it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from audit import clock
from members.people.models import RoleKind
from nominations import workflow
from nominations.events import NominationEvent
from nominations.models import InterestKind, Nomination, Phase, Vote
from nominations.policy import Action, allowed
from tests.cast import Browse, Cast, act_as
from tests.factories import give_roles
from tests.nominations import factories
from tests.nominations.factories import fresh, phase_of, recorded
from tests.nominations.test_views import sentences, text
from web.conflicts import Conflict, NotAllowed


def page(nomination: Nomination) -> str:
    return reverse("nominations:acknowledge", args=[nomination.pk])


@pytest.mark.rule("PSRT-15")
@pytest.mark.parametrize("phase", [Phase.COUNCIL_UNTOLD, Phase.VETO_WINDOW, Phase.FAILED, Phase.JOINED, Phase.VETOED])
def test_an_admin_acknowledges_a_count_once_and_the_result_stays(cast: Cast, phase: Phase) -> None:
    nomination = factories.make(phase, cast)
    events = recorded(lambda: workflow.acknowledge_count(nomination, by=act_as(cast.ada)))
    data = {"nomination": str(nomination.pk)}
    assert events == [(NominationEvent.COUNT_ACKNOWLEDGED, str(cast.ada.pk), data)]
    vote = fresh(nomination).vote
    assert (vote.acknowledged_by, vote.acknowledged_at is not None, phase_of(nomination)) == (cast.ada, True, phase)
    with pytest.raises(Conflict, match="Ada Admin has acknowledged this count already"):
        workflow.acknowledge_count(nomination, by=act_as(cast.abel))


@pytest.mark.rule("PSRT-15")
def test_a_count_that_the_ballots_do_not_give_is_not_acknowledged(cast: Cast) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    Vote.objects.filter(pk=nomination.vote.pk).update(yes=F("yes") + 1)
    with pytest.raises(Conflict, match="The board does not give the counts"):
        workflow.acknowledge_count(nomination, by=act_as(cast.ada))
    assert fresh(nomination).vote.acknowledged_at is None


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.CLOSING, Phase.ANNULLED, Phase.CANCELLED])
def test_there_is_no_count_to_acknowledge(cast: Cast, phase: Phase) -> None:
    with pytest.raises(Conflict, match="not possible now"):
        workflow.acknowledge_count(factories.make(phase, cast), by=act_as(cast.ada))


def test_neither_nominator_nor_who_declared_an_interest_nor_a_member_acknowledges(cast: Cast) -> None:
    give_roles(cast.mel, RoleKind.ADMIN)  # the nominator
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    for person in (cast.mel, cast.mia, cast.sam, cast.olga):
        with pytest.raises(NotAllowed):
            workflow.acknowledge_count(nomination, by=act_as(person))
    workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="You have declared an interest here"):
        workflow.acknowledge_count(nomination, by=act_as(cast.ada))


@pytest.mark.rule("PSRT-15")
def test_nothing_waits_for_it(cast: Cast) -> None:
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    workflow.confirm(nomination, by=act_as(cast.abel))
    assert phase_of(nomination) is Phase.JOINED
    assert Action.ACKNOWLEDGE in allowed(act_as(cast.ada), fresh(nomination), clock.now())


def test_the_page_asks_first_and_the_result_names_the_admin(cast: Cast, browse: Browse) -> None:
    nomination, client = factories.make(Phase.VETO_WINDOW, cast), browse(cast.ada)
    assert page(nomination) in text(client.get(nomination.get_absolute_url()))
    assert client.get(page(nomination)).status_code == 200
    assert fresh(nomination).vote.acknowledged_at is None
    answer = client.post(page(nomination))
    assert sentences(client, answer) == ["The ballots were counted again, with the same result. You acknowledged it."]
    shown = text(browse(cast.mia).get(nomination.get_absolute_url()))
    assert "acknowledged by Ada Admin" in shown
    assert page(nomination) not in text(browse(cast.abel).get(nomination.get_absolute_url()))


def test_the_database_refuses_an_acknowledgement_without_a_name_or_a_count(cast: Cast) -> None:
    counted, opened = factories.make(Phase.VETO_WINDOW, cast).vote, factories.opened(cast, cast.olga).vote
    at = clock.now()
    both = {"acknowledged_at": at, "acknowledged_by": cast.ada}
    for vote, changes in ((counted, {"acknowledged_at": at}), (counted, {"acknowledged_by": cast.ada}), (opened, both)):
        with pytest.raises(IntegrityError, match="an_acknowledged_count_says_who_and_when"), transaction.atomic():
            Vote.objects.filter(pk=vote.pk).update(**changes)
