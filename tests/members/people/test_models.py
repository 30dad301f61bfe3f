"""The constraints that the database holds against every writer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from audit import clock
from members.accounts.models import Invitation, User
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person, Role, RoleKind
from tests.factories import LONG_AGO, make_emeritus, make_member, make_person

TODAY = date(2026, 11, 22)


def refused(write: Callable[[], object]) -> str:
    """The database's complaint about a write."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    return str(caught.value)


def test_a_github_name_belongs_to_one_person_whatever_its_case(db: None) -> None:
    make_person("Ada Admin", github="ada")
    make_person("No Account", github="")
    make_person("Neither", github="")
    assert refused(lambda: make_person("Somebody Else", github="ADA"))
    assert Person.objects.count() == 3


def test_a_person_without_a_name_is_refused(db: None) -> None:
    assert refused(lambda: make_person("x", slug="x", github="").__class__.objects.update(name=""))


def test_two_running_memberships_of_one_person_are_refused(db: None) -> None:
    person = make_member("Mel Member")
    assert refused(lambda: Membership.objects.create(person=person, since=TODAY, began=MembershipBegan.VOTE))


@pytest.mark.parametrize(
    "fields",
    [
        {"ended": MembershipEnded.EMERITUS},
        {"until": TODAY},
        {"ended_on_unknown_day": True},
        {"ended": MembershipEnded.REMOVED, "until": TODAY, "ended_on_unknown_day": True},
        {"ended": MembershipEnded.REMOVED, "until": date(2019, 12, 31)},
    ],
)
def test_a_membership_that_contradicts_itself_is_refused(db: None, fields: dict[str, object]) -> None:
    person = make_person()
    assert refused(
        lambda: Membership.objects.create(person=person, since=LONG_AGO, began=MembershipBegan.VOTE, **fields)
    )


def test_a_role_is_held_once_at_a_time(db: None) -> None:
    person = make_member("Ada Admin", RoleKind.ADMIN)
    assert refused(lambda: Role.objects.create(person=person, kind=RoleKind.ADMIN, since=TODAY))


def test_an_address_in_capitals_is_refused_so_that_addresses_compare_without_case(db: None) -> None:
    person = make_person()
    user = User.objects.create_user(" Pat@Example.ORG ", person, None)
    assert user.email == "pat@example.org"
    assert not user.has_usable_password()
    assert User.objects.get_by_natural_key("PAT@example.org") == user
    assert refused(lambda: User.objects.update(email="Pat@example.org"))


def test_one_invitation_a_person_is_open(db: None) -> None:
    person, at = make_person(), clock.now()
    fields = {"person": person, "email": "pat@example.org", "invited_at": at, "expires_at": at}
    Invitation.objects.create(**fields)
    assert refused(lambda: Invitation.objects.create(**fields))


@pytest.mark.parametrize(
    ("day", "covered"),
    [(date(2019, 12, 31), False), (date(2020, 1, 1), True), (date(2024, 5, 31), True), (date(2024, 6, 1), False)],
)
def test_a_period_covers_its_first_day_and_not_its_last(db: None, day: date, covered: bool) -> None:
    person = make_emeritus(until=date(2024, 6, 1))
    membership = Membership.objects.get(person=person)
    assert membership.covers(day) is covered
    assert Membership.objects.on(day).exists() is covered
    assert Person.objects.members(day).exists() is covered


def test_periods_with_unknown_days_cover_what_is_known_of_them(db: None) -> None:
    always = make_member("Mel Member", since=None)
    make_emeritus("Emil Emeritus", until=None)
    make_person("Olga Outsider")
    assert list(Person.objects.members(TODAY)) == [always]
    assert [person.name for person in Person.objects.emeritus(TODAY)] == ["Emil Emeritus"]
    assert [membership.covers(TODAY) for membership in Membership.objects.order_by("person__name")] == [False, True]


def test_somebody_who_came_back_is_a_member_and_not_emeritus(db: None) -> None:
    person = make_emeritus("Emil Emeritus")
    Membership.objects.create(person=person, since=date(2026, 7, 21), began=MembershipBegan.DECISION)
    assert list(Person.objects.members(TODAY)) == [person]
    assert list(Person.objects.emeritus(TODAY)) == []


def test_a_removed_person_is_neither_member_nor_emeritus(db: None) -> None:
    person = make_person("Rex Removed")
    Membership.objects.create(
        person=person, since=LONG_AGO, until=TODAY, began=MembershipBegan.VOTE, ended=MembershipEnded.REMOVED
    )
    assert list(Person.objects.members(TODAY)) == []
    assert list(Person.objects.emeritus(TODAY)) == []


def test_people_holding_a_role_are_found_members_or_not(db: None) -> None:
    council = make_person("Sam Steering")
    Role.objects.create(person=council, kind=RoleKind.STEERING_COUNCIL, since=LONG_AGO)
    former = make_member("Fay Former")
    Role.objects.create(person=former, kind=RoleKind.STEERING_COUNCIL, since=LONG_AGO, until=TODAY)
    make_member("Ada Admin", RoleKind.ADMIN)
    assert list(Person.objects.holding(RoleKind.STEERING_COUNCIL, TODAY)) == [council]


def test_rows_name_themselves_in_words(db: None) -> None:
    person = make_member("Ada Admin", RoleKind.ADMIN)
    at = clock.now()
    invitation = Invitation.objects.create(person=person, email="a@example.org", invited_at=at, expires_at=at)
    assert [str(person), str(person.memberships.get()), str(person.roles.get()), str(invitation)] == [
        "Ada Admin",
        "Ada Admin since 2020-01-01",
        "Ada Admin: Admin",
        "invitation of Ada Admin",
    ]
    assert str(User(person=person)) == "login of Ada Admin"
    assert person.get_absolute_url() == "/members/ada-admin/"
