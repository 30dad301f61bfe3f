"""What the admins' pages show of a person: what they are today, and the whole record of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from members.accounts.models import Invitation
from members.accounts.queries.logins import has_complete_login
from members.boarding.models import Checklist
from members.boarding.pages.actions import actions_on
from members.people.models import Membership, Person, Role, RoleKind, Suspension
from members.people.policy import Action, Actor, allows
from members.people.queries.roster import entry_of
from members.people.workflow import RECORDED_ELSEWHERE


@dataclass(frozen=True)
class Standing:
    """What somebody is on one day, in words and with a badge's tone."""

    person: Person
    label: str
    tone: str
    roles: tuple[Role, ...] = ()


def standings(people: Sequence[Person], day: date) -> list[Standing]:
    """One for each of `people`, in their order; six queries, however many."""
    keys = [person.pk for person in people]
    members = set(Person.objects.members(day).filter(pk__in=keys).values_list("pk", flat=True))
    emeritus = set(Person.objects.emeritus(day).filter(pk__in=keys).values_list("pk", flat=True))
    suspended = set(Suspension.objects.in_force().filter(person__in=keys).values_list("person", flat=True))
    arriving = set(Checklist.objects.onboardings().running().filter(person__in=keys).values_list("person", flat=True))
    removed = set(Membership.objects.filter(person__in=keys, ended="removed").values_list("person", flat=True))
    roles = list(Role.objects.on(day).filter(person__in=keys))

    def standing(person: Person) -> Standing:
        held = tuple(role for role in roles if role.person_id == person.pk)
        if person.pk in suspended:
            return Standing(person, "Suspended", "now", held)
        if person.pk in members:
            return Standing(person, "Member", "good", held)
        if person.pk in arriving:
            return Standing(person, "On the way in", "accent", held)
        label = "Emeritus" if person.pk in emeritus else "Removed" if person.pk in removed else "Not a member"
        return Standing(person, label, "neutral", held)

    return [standing(person) for person in people]


def _ending(role: Role, actor: Actor, day: date) -> tuple[bool, str]:
    """Whether `actor` ends the role, or in whose hands it is, as a sentence; neither when it is not held."""
    if not role.covers(day):
        return False, ""
    sentence = RECORDED_ELSEWHERE.get(RoleKind(role.kind), "")
    return not sentence and allows(Action.RECORD_ROLES, actor, role.person), sentence


def record_of(person: Person, actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything on the page of one person's record."""
    [standing] = standings([person], now.date())
    roles = list(Role.objects.filter(person=person).order_by("since", "id"))
    suspension = Suspension.objects.in_force().filter(person=person).first()
    is_member = Membership.objects.on(now.date()).filter(person=person).exists()
    return {
        "person": person,
        "has_public_page": entry_of(person.slug, now.date()) is not None,
        "standing": standing,
        "memberships": list(Membership.objects.filter(person=person).order_by("since", "id")),
        "roles": [(role, *_ending(role, actor, now.date())) for role in roles],
        "may_record_periods": allows(Action.RECORD_PERIODS, actor, person),
        "may_correct_days": allows(Action.CORRECT_DAYS, actor, person),
        "may_record_roles": allows(Action.RECORD_ROLES, actor, person),
        "former_names": list(person.former_github_names.all()),
        "suspension": suspension,
        "has_login": has_complete_login(person),
        "login": getattr(person, "user", None),
        "invitation": Invitation.objects.filter(person=person).first(),
        "onboarding": person.checklists.filter(direction="in").first(),
        "offboarding": person.checklists.filter(direction="out").first(),
        "acceptance": person.acceptances.select_related("version").last(),
        "acts": actions_on(
            person,
            actor,
            is_member=is_member,
            is_suspended=suspension is not None,
        ),
    }
