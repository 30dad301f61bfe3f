"""Failed deliveries in words, for the admin who reads them; never what a mail was about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from members.accounts.models import Invitation
from members.people.models import Person
from notifications.models import Delivery, Reason
from notifications.recipients import ANNOUNCE_KEY, INVITATION_PREFIX, NOMINEE_PREFIX, PERSON_PREFIX


class Kind(StrEnum):
    """What a recipient key stands for."""

    PERSON = "person"
    INVITATION = "invitation"
    LIST = "list"
    REPORTER = "reporter"
    NOMINEE = "nominee"


_TO_DO = {
    Kind.PERSON: "Ask them to set an address that works on their account page. Then try again.",
    Kind.INVITATION: "Invite them again with an address that works.",
    Kind.LIST: "Check ANNOUNCE_ADDRESS, and that the list takes mail from the portal. Then try again.",
    Kind.NOMINEE: "Tell whoever nominated them: they can ask again at another address.",
    Kind.REPORTER: "Nothing: they can still follow their report by the private link.",
}
_NAMELESS = {
    Kind.PERSON: "somebody",
    Kind.INVITATION: "somebody invited",
    Kind.LIST: "the announcement list",
    Kind.REPORTER: "a reporter",
    Kind.NOMINEE: "somebody nominated",
}
_TO_DO_WHEN_GIVEN_UP = "Check that the portal reaches its mail server (EMAIL_URL). Then try again."


@dataclass(frozen=True)
class Failure:
    """One row of the page."""

    delivery: Delivery
    recipient: str
    why: str
    what_to_do: str


def rows_of(deliveries: Sequence[Delivery]) -> list[Failure]:
    """Rows in the same order; two queries for all of them."""
    names = _names([delivery.recipient for delivery in deliveries])
    return [_row(delivery, names) for delivery in deliveries]


def _names(keys: Sequence[str]) -> dict[str, str]:
    """What people and invited people are called, by recipient key."""
    people = Person.objects.filter(pk__in=_ids(keys, PERSON_PREFIX)).values_list("pk", "name")
    invited = Invitation.objects.filter(pk__in=_ids(keys, INVITATION_PREFIX)).values_list("pk", "person__name")
    return {f"{PERSON_PREFIX}{pk}": name for pk, name in people} | {
        f"{INVITATION_PREFIX}{pk}": f"{name} (invitation)" for pk, name in invited
    }


def _ids(keys: Sequence[str], prefix: str) -> list[str]:
    return [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]


def _kind(key: str) -> Kind:
    if key == ANNOUNCE_KEY:
        return Kind.LIST
    if key.startswith(INVITATION_PREFIX):
        return Kind.INVITATION
    if key.startswith(NOMINEE_PREFIX):
        return Kind.NOMINEE
    return Kind.PERSON if key.startswith(PERSON_PREFIX) else Kind.REPORTER


def _row(delivery: Delivery, names: dict[str, str]) -> Failure:
    kind = _kind(delivery.recipient)
    has_given_up = delivery.reason == Reason.GAVE_UP
    return Failure(
        delivery=delivery,
        recipient=names.get(delivery.recipient, _NAMELESS[kind]),
        why="The mail server did not take it for five days." if has_given_up else "The mail server refused it.",
        what_to_do=_TO_DO_WHEN_GIVEN_UP if has_given_up else _TO_DO[kind],
    )
