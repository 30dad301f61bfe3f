"""Actions of an admin on a person, for the person's record."""

from __future__ import annotations

from django.urls import reverse

from members.accounts import policy as accounts_policy
from members.boarding.policy import Action, allows
from members.people.models import Person
from members.people.policy import Actor


def actions_on(person: Person, actor: Actor, *, is_member: bool, is_suspended: bool) -> list[tuple[str, str]]:
    """Return what `actor` can do about somebody, as labels and addresses. Admins leave on their own profile."""
    actions = [("Correct name or GitHub name", reverse("people:correct", args=[person.slug]))]
    if is_member and not is_suspended and accounts_policy.allows(accounts_policy.Action.SUSPEND, actor, person):
        actions.append(("Suspend", reverse("accounts:suspend", args=[person.slug])))
    if is_member and allows(Action.OFFBOARD, actor, person):
        actions.append(("Offboard", reverse("boarding:offboard", args=[person.slug])))
    return actions
