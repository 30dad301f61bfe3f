"""Honest defaults: a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils.text import slugify

from members.models import Membership, MembershipBegan, MembershipEnded, Person, Role, RoleKind, User

#: A day on which everybody of the cast has long been what they are.
LONG_AGO = date(2020, 1, 1)
PASSWORD = "correct horse battery staple"


def make_person(name: str = "Pat Person", *, github: str | None = None, **fields: Any) -> Person:
    """Somebody the portal knows; the GitHub name is the first name unless given."""
    return Person.objects.create(
        name=name,
        slug=fields.pop("slug", slugify(name)),
        github=name.split()[0].lower() if github is None else github,
        added_at=datetime(2020, 1, 1, tzinfo=UTC),
        **fields,
    )


def make_member(name: str = "Pat Person", *roles: RoleKind, since: date | None = LONG_AGO, **fields: Any) -> Person:
    """A current member with current roles."""
    person = make_person(name, **fields)
    Membership.objects.create(person=person, since=since, began=MembershipBegan.VOTE)
    give_roles(person, *roles)
    return person


def make_emeritus(name: str = "Emil Emeritus", *, until: date | None = date(2024, 6, 1), **fields: Any) -> Person:
    """Somebody whose only membership has ended."""
    person = make_person(name, **fields)
    Membership.objects.create(
        person=person,
        since=LONG_AGO,
        until=until,
        ended_on_unknown_day=until is None,
        began=MembershipBegan.VOTE,
        ended=MembershipEnded.EMERITUS,
    )
    return person


def give_roles(person: Person, *roles: RoleKind) -> None:
    """Roles held since long ago."""
    for kind in roles:
        Role.objects.create(person=person, kind=kind, since=LONG_AGO, authority="an invented decision")


def give_login(person: Person, *, second_factor: bool = True) -> User:
    """A login at ``<first name>@example.org`` with a proven address and, usually, an authenticator app."""
    email = f"{person.name.split()[0].lower()}@example.org"
    user = User.objects.create_user(email, person, PASSWORD)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if second_factor:
        give_second_factor(user)
    return user


def give_second_factor(user: User) -> None:
    """An authenticator app whose seed no test reads; browser tests enrol for real."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "never read"})
