"""The calendar of deadlines: by a private link, for those who may know, and without a name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from audit import clock
from audit.models import Event as AuditEvent
from members.accounts import workflow as accounts_workflow
from members.people.models import Membership, MembershipEnded, Person, RoleKind
from nominations import workflow
from nominations.models import CalendarLink, Nomination, Phase
from tests.cast import Browse, Cast, act_as
from tests.factories import PASSWORD, begin_anew, give_roles, make_person
from tests.members.accounts.signing_in import sign_in_by_pages
from tests.nominations import factories as votes
from tests.nominations.calendars import calendar_path, calendar_token, entries
from web.conflicts import NotAllowed

PAGE = "/nominations/calendar/"
CLOSES, ENDS = "Vote {} closes", "The veto window of {} ends"


def one_in_every_phase(cast: Cast) -> dict[Phase, Nomination]:
    return {phase: votes.make(phase, cast, make_person(f"{phase.value.title()} Nominee", github="")) for phase in Phase}


def events_of(path: str) -> list[Any]:
    """The entries as a calendar program parses them."""
    return list(Calendar.from_ical(Client().get(path).content).walk("VEVENT"))


# -- what is in it -----------------------------------------------------------------------------------------


def test_members_see_when_votes_close_and_the_council_when_veto_windows_end(cast: Cast) -> None:
    made = one_in_every_phase(cast)
    closing = {
        (CLOSES.format(made[phase].reference), made[phase].vote.closes_at.replace(microsecond=0))
        for phase in (Phase.OPEN, Phase.CLOSING)
    }
    windows = {
        (ENDS.format(made[phase].reference), until.replace(microsecond=0))
        for phase in (Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION)
        if (until := made[phase].vote.veto_until)
    }
    assert set(entries(calendar_path(cast.mel))) == closing
    assert set(entries(calendar_path(cast.sam))) == windows
    assert set(entries(calendar_path(cast.sara))) == closing | windows


def test_nothing_in_it_says_whom_it_is_about(cast: Cast) -> None:
    made = one_in_every_phase(cast)
    written = Client().get(calendar_path(cast.sara)).content.decode().replace("\r\n ", "")
    names = [person.name for person in Person.objects.all() if person.name in written]
    facts = [made[Phase.OPEN].statement, "nominee@example.net", made[Phase.VETO_WINDOW].vote.reason]
    assert (names, [fact for fact in facts if fact in written]) == ([], [])
    titles = {re.sub(r"N-\d+", "{}", str(event["summary"])) for event in events_of(calendar_path(cast.sara))}
    assert titles == {CLOSES, ENDS}


def test_an_entry_leads_to_its_page_and_keeps_its_id(cast: Cast) -> None:
    nomination = votes.opened(cast)
    [before] = events_of(calendar_path(cast.mel))
    assert str(before["uid"]).startswith(f"vote-{nomination.vote.pk}@")
    assert str(before["url"]).endswith(nomination.get_absolute_url())
    assert before["dtend"].dt == nomination.vote.closes_at.replace(microsecond=0)
    assert before["dtend"].dt - before["dtstart"].dt == timedelta(minutes=30)
    assert before["dtstart"].dt.utcoffset() == before["dtend"].dt.utcoffset() == timedelta(0)
    assert b"TZID" not in Client().get(calendar_path(cast.mel)).content
    assert (before["sequence"], before["dtstamp"].dt) == (0, nomination.vote.opened_at.replace(microsecond=0))
    workflow.extend(nomination, hours=24, reason="Down.", by=act_as(cast.ada))
    [after] = events_of(calendar_path(cast.mel))
    assert (after["uid"], after["sequence"]) == (before["uid"], 1)
    assert after["dtstart"].dt - before["dtstart"].dt == timedelta(hours=24)
    assert after["dtstamp"].dt > before["dtstamp"].dt


def test_a_nominee_never_sees_their_own_vote(cast: Cast) -> None:
    votes.opened(cast)
    votes.in_veto_window(cast, cast.sam)
    votes.opened(cast, cast.emil)
    Membership.objects.create(person=cast.emil, since=clock.now().date(), began="record")
    assert [len(entries(calendar_path(person))) for person in (cast.mel, cast.sam, cast.emil)] == [2, 0, 1]


def test_the_calendar_is_a_calendar_with_nothing_in_it_too(cast: Cast) -> None:
    response = Client().get(calendar_path(cast.mel))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "no-store, private"
    assert response.content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//")
    assert entries(calendar_path(cast.mel)) == []


def test_the_calendar_has_its_name_as_every_program_reads_it(cast: Cast) -> None:
    feed = Calendar.from_ical(Client().get(calendar_path(cast.mel)).content)
    assert (feed["name"], feed["x-wr-calname"]) == ("PSRT portal", "PSRT portal")


@pytest.mark.parametrize("count", [1, 4])
def test_it_takes_as_many_queries_for_one_vote_as_for_many(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        votes.open_vote(votes.proposed(cast, make_person(f"Number{number} Nominee", github="")), cast.ada)
    path = calendar_path(cast.mel)
    with clock.pretend(clock.now()), django_assert_num_queries(4):
        assert len(entries(path)) == count


# -- who may read it -----------------------------------------------------------------------------------------


def test_the_link_ends_with_the_membership_or_the_seat(cast: Cast) -> None:
    paths = {person: calendar_path(person) for person in (cast.mel, cast.sam, cast.sara)}
    day = clock.now().date()
    Membership.objects.filter(person__in=[cast.mel, cast.sara]).update(until=day, ended=MembershipEnded.EMERITUS)
    cast.sam.roles.update(until=day)
    assert [Client().get(path).status_code for path in paths.values()] == [404, 404, 200]


def test_the_link_of_somebody_suspended_ends_and_a_new_one_is_theirs_to_make(cast: Cast) -> None:
    path = calendar_path(cast.mel)
    suspension = accounts_workflow.suspend(cast.mel, "Lost a laptop.", by=act_as(cast.ada))
    assert Client().get(path).status_code == 404
    accounts_workflow.end_suspension(suspension, "Found.", by=act_as(cast.abel))
    begin_anew(cast.mel, by=cast.sam)
    assert [Client().get(one).status_code for one in (path, calendar_path(cast.mel))] == [404, 200]


NEW = "another long password"
PASSWORD_CHANGE = ("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
CODES: tuple[str, dict[str, str]] = ("/accounts/2fa/recovery-codes/generate/", {})
SESSIONS: tuple[str, dict[str, str]] = ("/accounts/sessions/", {})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("address", "form"), [PASSWORD_CHANGE, CODES, SESSIONS], ids=["password", "codes", "sessions"])
def test_the_link_ends_with_the_login_it_was_made_under(cast: Cast, address: str, form: dict[str, str]) -> None:
    client = sign_in_by_pages(cast.mel)
    paths = {one: calendar_path(one) for one in (cast.mel, cast.mia)}
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post(address, form).status_code == 302
    assert [Client().get(path).status_code for path in paths.values()] == [404, 200]
    page = client.get(PAGE).content.decode()
    assert ("Your link has ended" in page, 'id="address"' in page) == (True, False)
    new = address_on(client.post(PAGE, follow=True).content.decode())
    assert [Client().get(path).status_code for path in (paths[cast.mel], new)] == [404, 200]


def test_a_role_gained_later_shows_at_once(cast: Cast) -> None:
    votes.in_veto_window(cast)
    path = calendar_path(cast.mel)
    assert entries(path) == []
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)
    assert [title for title, _ in entries(path)] == [ENDS.format(Nomination.objects.get().reference)]


def test_a_false_link_is_not_found_whatever_is_wrong_with_it(cast: Cast) -> None:
    token = calendar_token(cast.mel)
    link = CalendarLink.objects.get()
    signer = signing.Signer(key=settings.LINK_KEY, salt="nominations.calendar", sep=".")
    false = [
        "wrong", token[:-1], f"{token}x", token.swapcase(), f"{link.pk}-{link.nonce}", signer.sign("nonsense"),
        signer.sign(f"{'9' * 18}-{link.nonce}"), signer.sign(f"{link.pk}-{'A' * 16}"),
        signing.Signer(key=settings.LINK_KEY, salt="nominations.link", sep=".").sign(f"{link.pk}-{link.nonce}"),
    ]  # fmt: skip
    assert {one: Client().get(f"{PAGE}{one}.ics").status_code for one in false} == dict.fromkeys(false, 404)
    assert Client().get(f"{PAGE}{token}.ics").status_code == 200


# -- the page ----------------------------------------------------------------------------------------------------


def test_the_page_makes_a_link_and_a_new_one_ends_the_old(cast: Cast, browse: Browse) -> None:
    client = browse(cast.mel)
    assert "You have no link yet." in client.get(PAGE).content.decode()
    assert CalendarLink.objects.count() == 0
    first = address_on(client.post(PAGE, follow=True).content.decode())
    assert address_on(client.get(PAGE).content.decode()) == first
    second = address_on(client.post(PAGE, follow=True).content.decode())
    assert [Client().get(path).status_code for path in (first, second)] == [404, 200]
    events = AuditEvent.objects.filter(kind="calendar:link_made")
    assert {(event.actor, event.target, str(event.data)) for event in events} == {
        (f"people.person:{cast.mel.pk}", f"nominations.calendarlink:{CalendarLink.objects.get().pk}", "{}")
    }
    assert events.count() == 2


def address_on(page: str) -> str:
    """The path of the address that the page shows."""
    address = page.partition('<code id="address">')[2].partition("<")[0]
    return "/" + address.split("/", 3)[3]


def test_the_page_says_what_is_in_it_for_whom(cast: Cast, browse: Browse) -> None:
    said = {
        name: " ".join(browse(getattr(cast, name)).get(PAGE).content.decode().split())
        for name in ("mel", "sam", "sara")
    }
    for name, sentence in {
        "mel": "shows when votes close.",
        "sam": "shows when veto windows end.",
        "sara": "shows when votes close and when veto windows end.",
    }.items():
        assert sentence in said[name]


def test_nobody_else_gets_a_link(cast: Cast, browse: Browse) -> None:
    for person in (cast.emil, cast.olga):
        assert browse(person).post(PAGE).status_code == 403
        with pytest.raises(NotAllowed):
            workflow.make_calendar_link(by=act_as(person))
    assert CalendarLink.objects.count() == 0


def test_the_list_of_nominations_leads_to_the_calendar(cast: Cast, browse: Browse) -> None:
    assert [f'href="{PAGE}"' in browse(one).get("/nominations/").content.decode() for one in (cast.mel, cast.sam)] == [
        True, True,
    ]  # fmt: skip
