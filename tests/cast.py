"""The fixed cast. Everybody has a login with a second factor except where the comment says otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from audit import clock
from members.models import Person, RoleKind
from members.policy import Actor, actor_of
from tests.factories import give_login, give_roles, make_emeritus, make_member, make_person


@dataclass(frozen=True)
class Cast:
    """Who is who. First names begin like the role."""

    ada: Person  # admin
    abel: Person  # the second admin, for acts that need two
    mel: Person  # member
    mia: Person  # member
    rita: Person  # member and release manager
    sara: Person  # member and on the Steering Council
    sam: Person  # on the Steering Council, not a member
    emil: Person  # emeritus: was a member, has a login still
    olga: Person  # outsider: a login and nothing else
    newt: Person  # member whose login has no second factor yet
    nora: Person  # known to the portal, no login: somebody to nominate

    @property
    def members(self) -> list[Person]:
        """Everybody with a current membership."""
        return [self.ada, self.abel, self.mel, self.mia, self.rita, self.sara, self.newt]


def assemble() -> Cast:
    """Write the cast into the database."""
    cast = Cast(
        ada=make_member("Ada Admin", RoleKind.ADMIN),
        abel=make_member("Abel Admin", RoleKind.ADMIN),
        mel=make_member("Mel Member"),
        mia=make_member("Mia Member"),
        rita=make_member("Rita Release", RoleKind.RELEASE_MANAGER),
        sara=make_member("Sara Steering", RoleKind.STEERING_COUNCIL),
        sam=make_person("Sam Steering"),
        emil=make_emeritus("Emil Emeritus"),
        olga=make_person("Olga Outsider"),
        newt=make_member("Newt Nofactor"),
        nora=make_person("Nora Nominee"),
    )
    give_roles(cast.sam, RoleKind.STEERING_COUNCIL)
    for person in [*cast.members, cast.sam, cast.emil, cast.olga]:
        give_login(person, second_factor=person != cast.newt)
    return cast


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in the test's database."""
    return assemble()


def act_as(person: Person | None) -> Actor:
    """The actor this person is now."""
    return actor_of(person, clock.now().date())


def sign_in(client: Client, person: Person, *, fresh: bool = True) -> Client:
    """Sign `client` in as `person`; `fresh` says whether the second factor was shown just now."""
    client.force_login(person.user)
    session = client.session
    shown = time.time() - (0 if fresh else 3600)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": shown},
        {"method": "mfa", "type": "totp", "at": shown},
    ]
    session.save()
    return client


Browse = Callable[..., Client]


@pytest.fixture
def browse() -> Browse:
    """``browse(person)`` is a client signed in as that person; ``browse(None)`` is a stranger's."""

    def as_person(person: Person | None, *, fresh: bool = True) -> Client:
        client = Client()
        return client if person is None else sign_in(client, person, fresh=fresh)

    return as_person
