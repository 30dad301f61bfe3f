"""Read who can be invited at which address, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Lower

from members.accounts.models import Invitation, User
from members.people.models import FormerGitHubName, Membership, MembershipEnded, Person, Suspension
from members.people.policy import ADMIN, MEMBER, STEERING
from members.people.registry import standing

TAKEN = "This address belongs to another login."


@dataclass(frozen=True)
class Obstacles:
    """What stands against inviting some people at some addresses, read together."""

    with_login: frozenset[UUID]
    suspended: frozenset[UUID]
    dead: frozenset[UUID]
    owners: dict[str, UUID]
    """The person of each address that a login has or has had, in lower case; of second ones, only proven ones count."""

    def of(self, person: Person, email: str) -> str:
        """Return why `person` cannot be invited at `email`, as a sentence; "" when they can."""
        if person.pk in self.with_login:
            return f"{person.name} has a login already."
        if person.pk in self.suspended:
            return f"{person.name} is suspended; end the suspension instead."
        if person.pk in self.dead:
            return f"It is recorded that {person.name} has died."
        return TAKEN if self.owners.get(email.lower(), person.pk) != person.pk else ""


def obstacles(people: Collection[UUID], emails: Iterable[str]) -> Obstacles:
    """Return what stands against inviting any of `people` at any of `emails`. Three queries, however many."""
    of_person = {"person": OuterRef("pk")}
    found = Person.objects.filter(pk__in=people).annotate(
        has_login=Exists(User.objects.filter(is_active=True, **of_person)),
        is_suspended=Exists(Suspension.objects.in_force().filter(**of_person)),
        has_died=Exists(Membership.objects.filter(ended=MembershipEnded.MEMORIAM, **of_person)),
    )
    rows = list(found.values_list("pk", "has_login", "is_suspended", "has_died"))
    return Obstacles(
        with_login=frozenset(pk for pk, has_login, _, _ in rows if has_login),
        suspended=frozenset(pk for pk, _, is_suspended, _ in rows if is_suspended),
        dead=frozenset(pk for pk, _, _, has_died in rows if has_died),
        owners=owners_of(emails),
    )


def owners_of(emails: Iterable[str]) -> dict[str, UUID]:
    """Return the person of each of `emails` that a login has, or has proven as a second one. Two queries."""
    wanted = {email.lower() for email in emails}
    second = EmailAddress.objects.filter(verified=True).annotate(address=Lower("email")).filter(address__in=wanted)
    first = User.objects.filter(email__in=wanted)
    return {
        **dict(second.values_list("address", "user__person")),
        **dict(first.values_list("email", "person")),
    }


def have_standing(people: Collection[UUID], at: datetime) -> frozenset[UUID]:
    """Return those of `people` who have standing at `at`. One query."""
    return frozenset(Person.objects.filter(standing(at), pk__in=people).values_list("pk", flat=True))


def waits_for_second_person(person: Person | None, at: datetime) -> bool:
    """Return whether the login of `person` opens nothing until a second person confirms it. One query."""
    logins = User.objects.filter(person=person, is_unconfirmed=True, person__in=Person.objects.filter(standing(at)))
    return person is not None and logins.exists()


def by_github(names: Iterable[str]) -> dict[str, Person]:
    """Return people by their GitHub name, present or former, in lower case; a present one goes first. Two queries."""
    wanted = {name.lower() for name in names if name}
    former = FormerGitHubName.objects.annotate(key=Lower("name")).filter(key__in=wanted).select_related("person")
    present = Person.objects.annotate(key=Lower("github")).filter(key__in=wanted)
    return {
        **{row.name.lower(): row.person for row in former},
        **{person.github.lower(): person for person in present},
    }


def to_confirm(at: datetime) -> QuerySet[Invitation]:
    """Return what waits for a second person, longest waiting first, with everybody its line names."""
    rows = Invitation.objects.to_confirm(at).select_related("person__user", "invited_by")
    inviter = Q(pk=OuterRef("invited_by"))
    word_counts = Exists(Person.objects.filter(inviter, (ADMIN | STEERING).people(None, at))) | Q(
        Exists(Person.objects.filter(inviter, MEMBER.people(None, at))), of_nomination=True
    )
    return rows.with_standing(at).annotate(fact_word_counts=word_counts).order_by("invited_at", "pk")


def decided() -> QuerySet[Invitation]:
    """Return the invitations that a second person confirmed or refused, newest answer first."""
    answered = Invitation.objects.exclude(confirmed_by=None, refused_by=None)
    answered = answered.annotate(answered_at=Coalesce("confirmed_at", "revoked_at")).order_by("-answered_at", "pk")
    return answered.select_related("person__user", "invited_by", "confirmed_by", "refused_by")
