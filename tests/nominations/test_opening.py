"""Opening a vote on a roll with people who cannot sign in: named first, ticked, recorded and shown."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import Event
from members.accounts import workflow as accounts
from members.people.models import Person
from nominations import queries, workflow
from nominations.events import NominationEvent
from nominations.models import Nomination, Phase, Vote
from tests.cast import Browse, Cast, act_as
from tests.factories import give_login, make_member
from tests.nominations import factories
from tests.nominations.test_views import latecomer, text, url
from web.conflicts import Conflict
from web.dates import day_in_words


@pytest.fixture
def nomination(cast: Cast) -> Nomination:
    """A proposal that can be opened; everybody on the roll can sign in."""
    return factories.make(Phase.PROPOSED, cast)


def obstacles(nomination: Nomination) -> dict[Person, str]:
    """Who of the roll cannot vote, and why."""
    day = nomination.proposed_at.date()
    return {voter.person: voter.obstacle for voter in queries.roll_for(nomination, day) if voter.obstacle}


def open_by(browse: Browse, by: Person, nomination: Nomination, **data: Any) -> Any:
    return browse(by).post(url("open", nomination), data)


def test_a_team_that_can_sign_in_is_asked_for_nothing(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    page = browse(cast.ada).get(url("open", nomination))
    assert (page.context["unable"], page.context["able"], list(page.context["form"].fields)) == ([], 7, [])
    assert open_by(browse, cast.ada, nomination)["Location"] == nomination.get_absolute_url()
    assert (Vote.objects.get().entitled, Vote.objects.get().unable) == (7, 0)


def test_each_reason_for_which_somebody_cannot_sign_in_is_named(cast: Cast, nomination: Nomination) -> None:
    nobody, invited, closed, unproven = (make_member(f"{name} Member") for name in ("No", "In", "Cl", "Un"))
    invitation = accounts.invite(invited, email="in@example.net", evidence="A call.", by=act_as(cast.ada))
    for person in (closed, unproven):
        give_login(person)
    type(closed.user).objects.filter(person=closed).update(is_active=False)
    type(closed.user).objects.filter(person=unproven).update(is_unconfirmed=True)
    accounts.suspend(cast.rita, "A lost laptop.", by=act_as(cast.ada))
    assert obstacles(nomination) == {
        nobody: "has no login",
        invited: f"was invited on {day_in_words(invitation.invited_at)} and has not accepted",
        closed: "has no login",
        unproven: "has an address that a second person has not confirmed yet",
        cast.rita: "is suspended",
    }


def test_the_page_names_them_first_and_asks_for_a_tick(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    late = make_member("Lou Loginless")
    page = browse(cast.ada).get(url("open", nomination))
    assert [voter.person for voter in page.context["unable"]] == [late]
    assert text(page).index("Lou Loginless</a> has no login") < text(page).index("Their answer")
    refused = open_by(browse, cast.ada, nomination, unable=str(late.pk))
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["despite"]
    assert not Vote.objects.exists()


def test_a_tick_opens_it_and_is_recorded_and_shown_with_the_result(
    cast: Cast, browse: Browse, nomination: Nomination
) -> None:
    late = make_member("Lou Loginless")
    answer = open_by(browse, cast.ada, nomination, unable=str(late.pk), despite="on")
    assert answer["Location"] == nomination.get_absolute_url()
    vote = Vote.objects.get()
    assert (vote.entitled, vote.unable) == (8, 1)
    assert Event.objects.get(kind=NominationEvent.OPENED).data["unable"] == [str(late.pk)]
    sentence = "Ada Admin opened the vote although 1 of the 8 on its roll could not sign in then."
    page = text(browse(cast.mel).get(url("detail", nomination)))
    assert (sentence in page, "Lou Loginless has no login" in page) == (True, False)
    factories.cast_ballots(vote, factories.passing(cast))
    factories.close(vote)
    for reader in (cast.mel, cast.sara, cast.sam, latecomer()):
        result = text(browse(reader).get(url("detail", nomination))).partition('id="result"')[2]
        assert sentence in result.partition("</section>")[0]


@pytest.mark.parametrize("named", ["", "rubbish", "00000000-0000-0000-0000-000000000000"])
def test_a_tick_holds_for_the_people_whom_the_page_named(
    cast: Cast, browse: Browse, nomination: Nomination, named: str
) -> None:
    first = make_member("Lou Loginless")
    page = browse(cast.ada).get(url("open", nomination))
    assert page.context["form"].unable == [str(first.pk)]
    make_member("Lea Later")
    refused = open_by(browse, cast.ada, nomination, unable=f"{first.pk} {named}".strip(), despite="on")
    assert refused.status_code == 422
    assert "Somebody else cannot sign in since" in text(refused)
    assert not Vote.objects.exists()
    again = open_by(browse, cast.ada, nomination, unable=" ".join(refused.context["form"].unable), despite="on")
    assert (again.status_code, Vote.objects.get().unable) == (302, 2)


def test_somebody_who_signed_up_meanwhile_is_no_obstacle(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    late = make_member("Lou Loginless")
    give_login(late)
    open_by(browse, cast.ada, nomination, unable=str(late.pk), despite="on")
    assert Vote.objects.get().unable == 0


def test_the_verb_itself_refuses_and_names_them(cast: Cast, nomination: Nomination) -> None:
    one, two = make_member("Lou Loginless"), make_member("Lea Later")
    with pytest.raises(Conflict, match=r"^Not everybody on the roll can vote: Lea Later has no login\."):
        workflow.open_vote(nomination, by=act_as(cast.ada), despite=[one.pk])
    assert not Vote.objects.exists()
    assert workflow.open_vote(nomination, by=act_as(cast.ada), despite=[one.pk, two.pk]).unable == 2


def test_an_officer_is_on_no_roll_and_so_no_obstacle(cast: Cast, nomination: Nomination) -> None:
    factories.keeps_key(nomination, cast.mia, b"\x01" * 31 + b"\x02", by=cast.ada)
    people = [voter.person for voter in queries.roll_for(factories.fresh(nomination), nomination.proposed_at.date())]
    assert (len(people), cast.mia in people) == (6, False)
