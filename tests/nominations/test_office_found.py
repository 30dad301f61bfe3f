"""Where officers find their page: dashboard, the page of somebody without access, and the nomination."""

from __future__ import annotations

from audit import clock
from members.people.models import Person
from nominations import workflow
from nominations.models import Nomination
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories
from tests.nominations.test_office import over, url
from tests.nominations.test_views import text


def test_each_duty_of_an_officer_is_on_their_dashboard_until_it_is_done(
    cast: Cast, browse: Browse, nomination: Nomination, pair: tuple[bytes, bytes]
) -> None:
    def titles() -> list[str]:
        items = browse(cast.mia).get("/dashboard/").context["waiting"]
        return [item.title for item in items if item.urgency == "Officer"]

    number = nomination.reference
    office = workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    assert titles() == [f"Make the key of vote {number}"]
    workflow.accept_office(office, pair[1], by=act_as(cast.mia))
    vote = workflow.open_vote(nomination, by=act_as(cast.ada))
    assert titles() == []
    with clock.pretend(vote.closes_at):
        assert titles() == [f"Vote {number} waits for your key"]
        workflow.close_vote(vote, private_key=pair[0])
        assert titles() == [f"Destroy the key of vote {number}"]
        workflow.confirm_key_destroyed(office, by=act_as(cast.mia))
        assert titles() == []


def test_a_withdrawn_vote_leaves_its_officer_the_key_to_destroy(
    cast: Cast, browse: Browse, nomination: Nomination, pair: tuple[bytes, bytes]
) -> None:
    factories.keeps_key(nomination, cast.mia, pair[1], by=cast.ada)
    workflow.open_vote(nomination, by=act_as(cast.ada))
    workflow.withdraw(nomination, by=act_as(cast.mel))
    [item] = [item for item in browse(cast.mia).get("/dashboard/").context["waiting"] if item.urgency == "Officer"]
    assert item.title == f"Destroy the key of vote {nomination.reference}"
    page = browse(cast.mia).get(item.url)
    assert (page.context["step"], page.context["can"]["destroy"]) == (5, True)


def test_an_officer_from_outside_finds_the_office_on_the_page_they_get_after_signing_in(
    cast: Cast, browse: Browse, nomination: Nomination, pair: tuple[bytes, bytes]
) -> None:
    def offered(person: Person) -> list[str]:
        page = browse(person).get("/dashboard/")
        offices = page.context["offices"]
        assert all(f'href="{office.url}"' in page.content.decode() for office in offices)
        return [office.url for office in offices]

    assert offered(cast.olga) == []
    office = workflow.ask_officer(nomination, cast.olga, by=act_as(cast.ada))
    assert (offered(cast.olga), offered(cast.emil)) == ([url("office", nomination)], [])
    workflow.accept_office(office, pair[1], by=act_as(cast.olga))
    vote = workflow.open_vote(nomination, by=act_as(cast.ada))
    assert offered(cast.olga) == [url("office", nomination)]
    with clock.pretend(vote.closes_at):
        workflow.close_vote(vote, private_key=pair[0])
        assert offered(cast.olga) == [url("office", nomination)]
        workflow.confirm_key_destroyed(office, by=act_as(cast.olga))
        assert offered(cast.olga) == []


def test_a_member_who_holds_the_key_is_led_to_their_page_from_the_nomination(
    cast: Cast, browse: Browse, nomination: Nomination, pair: tuple[bytes, bytes]
) -> None:
    factories.keeps_key(nomination, cast.mia, pair[1], by=cast.ada)
    vote = workflow.open_vote(nomination, by=act_as(cast.ada))
    own, other = (text(browse(who).get(nomination.get_absolute_url())) for who in (cast.mia, cast.mel))
    assert "You hold its key, so you do not vote in it." in own
    assert [f'href="{url("office", nomination)}"' in page for page in (own, other)] == [True, False]
    with clock.pretend(vote.closes_at):
        page = text(browse(cast.mel).get(nomination.get_absolute_url()))
    assert "The count waits for Mia Member, who holds the key" in page
    assert "Needs its key" in page


def test_the_page_names_the_file_and_the_commands_by_the_number_of_the_vote(
    cast: Cast, browse: Browse, pair: tuple[bytes, bytes]
) -> None:
    nomination = over(cast, cast.olga, pair[1])
    page = text(browse(cast.olga).get(url("office", nomination)))
    number = nomination.reference
    assert f"vote_count {number} --key -&#x27; &lt; {number}.key" in page.replace("'", "&#x27;")
    assert f"<h1> Count the votes of {number} </h1>" in page
