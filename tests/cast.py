"""The fixed cast. Everybody has a login with a second factor except where the comment says otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from audit import clock
from members.people.models import Membership, MembershipBegan, Person, Role, RoleKind
from members.people.policy import Actor, actor_of
from tests.clients import cookie_of as cookie_of
from tests.factories import LONG_AGO, give_logins, new_end, new_person, new_role


@dataclass(frozen=True)
class Cast:
    """The people of the tests by name. First names begin like the role."""

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
        """The people with a current membership."""
        return [self.ada, self.abel, self.mel, self.mia, self.rita, self.sara, self.newt]


def assemble() -> Cast:
    """Write the cast into the database: six statements, because nearly every test begins with them."""
    cast = Cast(
        ada=new_person("Ada Admin"),
        abel=new_person("Abel Admin"),
        mel=new_person("Mel Member"),
        mia=new_person("Mia Member"),
        rita=new_person("Rita Release"),
        sara=new_person("Sara Steering"),
        sam=new_person("Sam Steering"),
        emil=new_person("Emil Emeritus"),
        olga=new_person("Olga Outsider"),
        newt=new_person("Newt Nofactor"),
        nora=new_person("Nora Nominee"),
    )
    Person.objects.bulk_create([*cast.members, cast.sam, cast.emil, cast.olga, cast.nora])
    Membership.objects.bulk_create([
        *(Membership(person=one, since=LONG_AGO, began=MembershipBegan.VOTE) for one in cast.members),
        new_end(cast.emil),
    ])  # fmt: skip
    Role.objects.bulk_create([
        new_role(cast.ada, RoleKind.ADMIN),
        new_role(cast.abel, RoleKind.ADMIN),
        new_role(cast.rita, RoleKind.RELEASE_MANAGER),
        new_role(cast.sara, RoleKind.STEERING_COUNCIL),
        new_role(cast.sam, RoleKind.STEERING_COUNCIL),
    ])  # fmt: skip
    give_logins([*cast.members, cast.sam, cast.emil, cast.olga], without_factor=[cast.newt])
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
