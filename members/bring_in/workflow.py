"""Save what a list says: first days and roles at once, addresses into the hands of a second person."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from audit import clock
from audit.log import record
from members.accounts import workflow as accounts_workflow
from members.accounts.models import Invitation
from members.bring_in.events import BringInEvent
from members.bring_in.queries.lists import CheckedLine, RoleChange
from members.people import workflow as people_workflow
from members.people.models import Person, Precision, Role, RoleKind, Span
from members.people.policy import RECORDED_ELSEWHERE, Action, Actor, require
from web.conflicts import Conflict


@transaction.atomic
def save_list(checked: Sequence[CheckedLine], *, by: Actor) -> list[Invitation]:
    """Save the changes of the lines of a list, each as an event of its own; return the invitations that were made.

    Everything or nothing, and nothing of a line with a fault. Raises `NotAllowed` for anybody but an admin, and
    `Conflict` when there is nothing to save or one of the changes is not possible any more.
    """
    changed = [(each, person) for each in checked if each.changes and (person := each.person)]
    changed.sort(key=lambda pair: pair[1].pk)
    if not changed:
        raise Conflict("There is nothing to save: no line changes anything.")
    for each, person in changed:
        _correct_membership(each, by)
        for change in each.roles:
            _record_role(person, change, by)
    addresses = [
        accounts_workflow.NamedAddress(person, each.email, each.evidence) for each, person in changed if each.email
    ]
    return accounts_workflow.hand_in(addresses, by=by) if addresses else []


def _correct_membership(each: CheckedLine, by: Actor) -> None:
    membership = each.membership
    if membership is None or not (each.day or each.authority):
        return
    day = each.day
    span = Span(day.new, day.precision) if day else Span(membership.since, Precision(membership.since_precision))
    authority = each.authority or membership.authority
    people_workflow.correct_membership(membership, span, authority=authority, by=by)


def _record_role(person: Person, change: RoleChange, by: Actor) -> None:
    if change.role is None:
        people_workflow.record_role(person, change.kind, Span(), authority=change.authority, by=by)
    else:
        source_role(change.role, authority=change.authority, by=by)


@transaction.atomic
def source_role(role: Role, *, authority: str, by: Actor) -> Role:
    """Write down what a role that is held rests on.

    Raises `NotAllowed` for anybody but an admin, and for oneself, `Conflict` for the roles that are not recorded by
    admins, and for one that is over.
    """
    who = require(Action.RECORD_ROLES, by, role.person)
    if sentence := RECORDED_ELSEWHERE.get(RoleKind(role.kind)):
        raise Conflict(sentence)
    person = Person.objects.select_for_update().get(pk=role.person_id)
    role = Role.objects.get(pk=role.pk)
    at = clock.now()
    if not role.covers(at.date()):
        raise Conflict("This period is over already.")
    role.authority = authority
    role.save(update_fields=["authority"])
    record(BringInEvent.ROLE_SOURCED, target=role, by=who, at=at, person=person.pk, role=role.kind)
    return role


@transaction.atomic
def send_all_again(invitations: Sequence[Invitation], *, by: Actor) -> list[Invitation]:
    """Send the links of many open invitations again. All or none; raises as `members.accounts.workflow.send_again`."""
    if not invitations:
        raise Conflict("There is no invitation to send again: each went out within the last hour, or is answered.")
    return [accounts_workflow.send_again(each, by=by) for each in sorted(invitations, key=lambda each: each.pk)]
