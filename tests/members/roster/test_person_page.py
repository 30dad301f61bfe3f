"""A person's public page: credits first, then what they were and when."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from members.people.models import Membership, MembershipBegan, Role, RoleKind
from members.people.registry import PublicCredit, answer_credits
from tests.factories import make_emeritus, make_member, make_person
from tests.members.people.test_public_views import text


def credit(title: str, day: date) -> PublicCredit:
    """Return a credit on an invented advisory."""
    return PublicCredit(title, f"/advisories/{title}/", "Coordinator", title, "High", "high", day)


def history(slug: str) -> list[tuple[str, str, str, bool]]:
    """Return what the history of the page says."""
    found = Client().get(f"/members/{slug}/").context["history"]
    return [(item.label, item.served, item.source, item.is_present) for item in found]


def test_the_history_has_the_present_first_and_then_the_newest(db: None) -> None:
    rita = make_emeritus("Rita Release", until=date(2024, 6, 1))
    Membership.objects.create(person=rita, since=date(2026, 7, 21), began=MembershipBegan.DECISION)
    Role.objects.create(
        person=rita,
        kind=RoleKind.RELEASE_MANAGER,
        since=date(2025, 5, 5),
        authority="https://peps.python.org/pep-0745/",
    )
    Role.objects.create(
        person=rita, kind=RoleKind.STEERING_COUNCIL, since=date(2021, 1, 1), until=date(2022, 1, 1), authority="by mail"
    )
    assert history("rita-release") == [
        ("Member again", "since 21 July 2026", "decision of the Steering Council", True),
        ("Release Manager", "since 5 May 2025", "PEP 745", True),
        ("Steering Council", "1 January 2021 to 1 January 2022", "", False),
        ("Member", "1 January 2020 to 1 June 2024", "vote of the members", False),
    ]


def test_how_a_membership_ended_is_not_on_the_page(db: None) -> None:
    make_emeritus("Emil Emeritus", until=date(2024, 6, 1))
    page = text(Client().get("/members/emil-emeritus/").content)
    assert ("emeritus</" in page, "removed" in page, "Former member, 2020 to 2024" in page) == (False, False, True)


def test_the_lead_names_the_roles_of_today(db: None) -> None:
    ada = make_member("Ada Admin")
    Role.objects.create(person=ada, kind=RoleKind.ADMIN, since=date(2021, 1, 1), authority="x")
    assert Client().get("/members/ada-admin/").context["lead"] == "Member since January 2020 · Admin"


def test_an_unknown_beginning_is_said_in_words(db: None) -> None:
    make_member("Una Unknown", since=None)
    assert history("una-unknown") == [("Member", "start date unknown", "vote of the members", True)]


def test_a_page_without_credits_has_one_column(db: None) -> None:
    make_member("Mel Member")
    page = Client().get("/members/mel-member/").content.decode()
    assert ("with-aside" in page, "<aside class" in page.partition("</main>")[0]) == (False, False)
    assert "Not credited on a published advisory yet." in page


def test_credits_come_newest_first_and_have_pages(db: None) -> None:
    mel, _olga = make_member("Mel Member"), make_person("Olga Outsider")
    many = [credit(f"PSF-2099-{number}", date(2025, 1, 1 + number % 28)) for number in range(31)]
    answer_credits(lambda pk: many if pk == mel.pk else [])
    first, second = (Client().get(f"/members/mel-member/?page={number}").context["page"] for number in (1, 2))
    shown = [one.day for one in [*first, *second]]
    assert (len(first), len(second), shown) == (30, 1, sorted(shown, reverse=True))


@pytest.mark.parametrize("link", ["https://peps.python.org/pep-8106/", "https://peps.python.org/"])
def test_a_source_is_called_by_its_number_or_its_host(db: None, link: str) -> None:
    sara = make_member("Sara Steering")
    Role.objects.create(person=sara, kind=RoleKind.STEERING_COUNCIL, since=date(2025, 1, 1), authority=link)
    assert history("sara-steering")[0][2] == ("PEP 8106" if "pep-" in link else "peps.python.org")
