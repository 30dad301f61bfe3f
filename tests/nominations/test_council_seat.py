"""Seats on the Steering Council are recorded on the server, told to those they concern, and to nobody's advantage."""

from __future__ import annotations

import io

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from members.people.models import Role, RoleKind
from notifications.tasks import deliver_due_notices
from tests.cast import Browse, Cast, act_as

PEP = "https://peps.python.org/pep-8107/"


def seat(act: str, person: str, *options: str) -> str:
    out = io.StringIO()
    call_command("council_seat", act, person, PEP, *options, stdout=out)
    return out.getvalue()


@pytest.mark.rule("PEP13-09", "PEP13-10", "PEP13-15")
def test_an_election_seats_somebody_and_the_next_one_ends_it(cast: Cast) -> None:
    assert seat("begin", "MEL", "--login", "mel@example.org") == "The seat of Mel Member begins today.\n"
    assert act_as(cast.mel).is_steering
    assert seat("end", "mel-member") == "The seat of Mel Member has ended today.\n"
    assert not act_as(cast.mel).is_steering
    assert Role.objects.get(person=cast.mel).end_authority == PEP


def test_an_impossible_seat_is_refused_with_the_reason(cast: Cast) -> None:
    with pytest.raises(CommandError, match="Sam Steering holds this role already"):
        seat("begin", "sam", "--login", "sam@example.org")
    with pytest.raises(CommandError, match="Mel Member does not hold this role"):
        seat("end", "mel")
    with pytest.raises(CommandError, match=r"Nobody is known as nobody-at-all.*on the page Bring the team in\."):
        seat("end", "nobody-at-all")


@pytest.mark.parametrize("authority", ["notalink", "pep-8107", f"https://peps.python.org/{'x' * 300}"])
@pytest.mark.parametrize("person", ["sam", "mel", "nobody-at-all"])
def test_an_authority_that_is_no_link_is_refused_before_anything_else(cast: Cast, person: str, authority: str) -> None:
    with pytest.raises(CommandError, match="the authority is a link, such as https://peps"):
        call_command("council_seat", "begin", person, authority)
    assert not Role.objects.filter(person=cast.mel).exists()


def test_a_seat_without_a_membership_takes_the_login_with_it(cast: Cast, browse: Browse) -> None:
    sam, sara = browse(cast.sam), browse(cast.sara)
    seat("end", "sam")
    seat("end", "sara")
    assert [client.get("/dashboard/").status_code for client in (sam, sara)] == [302, 200]
    cast.sam.user.refresh_from_db()
    assert not cast.sam.user.is_active


def test_admins_the_council_and_the_person_are_mailed_when_a_seat_ends(cast: Cast) -> None:
    seat("end", "sam")
    deliver_due_notices()
    attention, changed = "A seat on the Steering Council has ended", "Your access to the portal has changed"
    assert {(message.to[0], message.subject) for message in mail.outbox} == {
        ("ada@example.org", attention),
        ("abel@example.org", attention),
        ("sara@example.org", attention),
        ("sam@example.org", changed),
    }


def test_no_admin_records_a_seat_on_a_page(cast: Cast, browse: Browse) -> None:
    page = browse(cast.ada).get("/manage/people/mel-member/roles/new/").content.decode()
    assert f'value="{RoleKind.STEERING_COUNCIL}"' not in page
    said = {"kind": RoleKind.STEERING_COUNCIL, "authority": PEP}
    assert browse(cast.ada).post("/manage/people/mel-member/roles/new/", said).status_code == 422
    assert not act_as(cast.mel).is_steering
