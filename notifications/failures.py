"""Failed deliveries in words for the admin who reads them; never what a mail was about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from members.models import Invitation, Person
from notifications.models import Delivery, Reason
from notifications.recipients import ANNOUNCE_KEY, INVITATION_PREFIX, PERSON_PREFIX

_WHAT_TO_DO = {
    "person": "Ask them for an address that works; they set it on their account page. Then try again.",
    "invitation": "Invite them again with an address that works.",
    "reporter": "Nothing: they can still follow the report by its private link.",
    "list": "Check ANNOUNCE_ADDRESS and that the list takes mail from the portal. Then try again.",
}
_WHEN_GIVEN_UP = "Check that the portal reaches its mail server (EMAIL_URL). Then try again."


@dataclass(frozen=True)
class Failure:
    """One row of the page."""

    delivery: Delivery
    recipient: str
    what_to_do: str


def rows_of(deliveries: Sequence[Delivery]) -> list[Failure]:
    """Rows in the same order; at most two queries for all of them."""
    people = _names(deliveries)
    return [_row(delivery, people) for delivery in deliveries]


def _names(deliveries: Sequence[Delivery]) -> dict[str, str]:
    """What people and invited people are called, by recipient key."""
    keys = [delivery.recipient for delivery in deliveries]
    persons = [key.removeprefix(PERSON_PREFIX) for key in keys if key.startswith(PERSON_PREFIX)]
    invitations = [key.removeprefix(INVITATION_PREFIX) for key in keys if key.startswith(INVITATION_PREFIX)]
    names = {
        f"{PERSON_PREFIX}{pk}": name for pk, name in Person.objects.filter(pk__in=persons).values_list("pk", "name")
    }
    invited = Invitation.objects.filter(pk__in=invitations).values_list("pk", "person__name")
    return names | {f"{INVITATION_PREFIX}{pk}": f"{name} (invitation)" for pk, name in invited}


def _row(delivery: Delivery, names: dict[str, str]) -> Failure:
    key = delivery.recipient
    if key == ANNOUNCE_KEY:
        kind, name = "list", "the announcement list"
    elif key.startswith(INVITATION_PREFIX):
        kind, name = "invitation", names.get(key, "somebody invited")
    elif key.startswith(PERSON_PREFIX):
        kind, name = "person", names.get(key, "somebody")
    else:
        kind, name = "reporter", "a reporter"
    return Failure(delivery, name, _WHEN_GIVEN_UP if delivery.reason == Reason.GAVE_UP else _WHAT_TO_DO[kind])
