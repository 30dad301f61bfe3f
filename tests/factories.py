"""Honest defaults: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from audit import clock
from members.accounts import workflow as accounts_workflow
from members.accounts.models import User
from members.boarding import workflow as boarding_workflow
from members.boarding.models import Checklist
from members.channels.models import ChannelKind
from members.documents import workflow as documents_workflow
from members.documents.models import DocumentKind, DocumentVersion
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person, Role, RoleKind
from members.people.policy import actor_of

#: A day on which everybody of the cast has long been what they are.
LONG_AGO = date(2020, 1, 1)
PASSWORD = "correct horse battery staple"


def new_person(name: str, *, github: str | None = None, **fields: Any) -> Person:
    """Not yet written; the GitHub name is the first name unless given."""
    return Person(
        name=name,
        slug=fields.pop("slug", slugify(name)),
        github=name.split()[0].lower() if github is None else github,
        added_at=datetime(2020, 1, 1, tzinfo=UTC),
        **fields,
    )


def make_person(name: str = "Pat Person", *, github: str | None = None, **fields: Any) -> Person:
    """A person on record."""
    person = new_person(name, github=github, **fields)
    person.save(force_insert=True)
    return person


def make_member(name: str = "Pat Person", *roles: RoleKind, since: date | None = LONG_AGO, **fields: Any) -> Person:
    """A current member with current roles."""
    person = make_person(name, **fields)
    Membership.objects.create(person=person, since=since, began=MembershipBegan.VOTE)
    give_roles(person, *roles)
    return person


def new_end(person: Person, until: date | None = date(2024, 6, 1)) -> Membership:
    """A membership that has ended as emeritus, not yet written."""
    return Membership(
        person=person,
        since=LONG_AGO,
        until=until,
        ended_on_unknown_day=until is None,
        began=MembershipBegan.VOTE,
        ended=MembershipEnded.EMERITUS,
    )


def make_emeritus(name: str = "Emil Emeritus", *, until: date | None = date(2024, 6, 1), **fields: Any) -> Person:
    """A person whose only membership has ended."""
    person = make_person(name, **fields)
    new_end(person, until).save(force_insert=True)
    return person


def new_role(person: Person, kind: RoleKind) -> Role:
    """A role held since long ago, not yet written."""
    return Role(person=person, kind=kind, since=LONG_AGO, authority="an invented decision")


def give_roles(person: Person, *roles: RoleKind) -> None:
    """Roles held since long ago."""
    for kind in roles:
        new_role(person, kind).save(force_insert=True)


def give_login(person: Person, *, second_factor: bool = True) -> User:
    """A login at ``<first name>@example.org`` with a proven address and, usually, an authenticator app."""
    give_logins([person], without_factor=[] if second_factor else [person])
    return person.user


def claim_address(person: Person, email: str, *, verified: bool = False) -> EmailAddress:
    """A second address of a login, which its mailbox has proven or not."""
    return EmailAddress.objects.create(user=person.user, email=email, verified=verified)


def give_logins(people: Sequence[Person], *, without_factor: Sequence[Person] = ()) -> None:
    """Logins for many people, in three statements."""
    password = make_password(PASSWORD)
    users = [User(email=f"{p.name.split()[0].lower()}@example.org", person=p, password=password) for p in people]
    User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    Authenticator.objects.bulk_create(new_factor(user) for user in users if user.person not in without_factor)


def complete(onboarding: Checklist, *, by: Person) -> Person:
    """Bring somebody in by the real acts: login and factor, responsibilities, channels, access; the person."""
    person = onboarding.person
    invitation = person.invitations.pending().first()
    if invitation is not None:
        if invitation.is_on_one_word:
            accounts_workflow.confirm_addresses([invitation.pk], by=actor_of(by, clock.now().date()))
        give_second_factor(accounts_workflow.accept_invitation(invitation, password=PASSWORD))
    elif not User.objects.filter(person=person).exists():
        give_login(person)
    actor = actor_of(person, clock.now().date())
    documents_workflow.accept(DocumentVersion.objects.current(DocumentKind.RESPONSIBILITIES), by=actor)
    admin = actor_of(by, clock.now().date())
    for step in onboarding.steps.exclude(channel__kind=ChannelKind.LOGIN):
        boarding_workflow.tick(step, done=True, by=admin)
    boarding_workflow.complete_onboarding(onboarding, by=admin)
    return person


def begin_anew(person: Person, *, by: Person) -> None:
    """Bring somebody back whose suspension has ended, by the word of a second person."""
    invitation = person.invitations.pending().get()
    accounts_workflow.confirm_addresses([invitation.pk], by=actor_of(by, clock.now().date()))
    give_second_factor(accounts_workflow.accept_invitation(invitation, password=PASSWORD))


def new_factor(user: User) -> Authenticator:
    """An authenticator app whose seed no test reads, not yet written; browser tests enrol for real."""
    return Authenticator(user=user, type=Authenticator.Type.TOTP, data={"secret": "never read"})


def give_second_factor(user: User) -> None:
    """An authenticator app for a login that has none."""
    new_factor(user).save(force_insert=True)
