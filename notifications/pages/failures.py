"""The page of failed deliveries for admins; it never says what a mail was about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from members.accounts.models import Invitation
from members.people.models import Person
from notifications.models import Delivery, Reason
from notifications.recipients import ANNOUNCE_KEY, INVITATION_PREFIX, NOMINEE_PREFIX, PERSON_PREFIX, ids_of


class RecipientKind(StrEnum):
    """The kinds of recipient keys."""

    PERSON = "person"
    INVITATION = "invitation"
    LIST = "list"
    REPORTER = "reporter"
    NOMINEE = "nominee"


_TO_DO = {
    RecipientKind.PERSON: "Ask them to set an address that works on their account page. Then try again.",
    RecipientKind.INVITATION: "Invite them again with an address that works.",
    RecipientKind.LIST: "Check ANNOUNCE_ADDRESS, and that the list takes mail from the portal. Then try again.",
    RecipientKind.NOMINEE: "Tell whoever nominated them: they can ask again at another address.",
    RecipientKind.REPORTER: "Nothing: they can still follow their report by the private link.",
}
_NAMELESS = {
    RecipientKind.PERSON: "somebody",
    RecipientKind.INVITATION: "somebody invited",
    RecipientKind.LIST: "the announcement list",
    RecipientKind.REPORTER: "a reporter",
    RecipientKind.NOMINEE: "somebody nominated",
}
_TO_DO_WHEN_GIVEN_UP = "Check that the portal reaches its mail server (EMAIL_URL). Then try again."


@dataclass(frozen=True)
class FailedDelivery:
    """One row of the page of failed deliveries."""

    delivery: Delivery
    recipient: str
    why: str
    what_to_do: str


def rows_of(deliveries: Sequence[Delivery]) -> list[FailedDelivery]:
    """Return a row for each delivery in the same order. Two queries."""
    names = _names([delivery.recipient for delivery in deliveries])
    return [_row(delivery, names) for delivery in deliveries]


def _names(keys: Sequence[str]) -> dict[str, str]:
    """Return the names of people and invited people by recipient key."""
    people = Person.objects.filter(pk__in=ids_of(keys, PERSON_PREFIX)).values_list("pk", "name")
    invited = Invitation.objects.filter(pk__in=ids_of(keys, INVITATION_PREFIX)).values_list("pk", "person__name")
    return {f"{PERSON_PREFIX}{pk}": name for pk, name in people} | {
        f"{INVITATION_PREFIX}{pk}": f"{name} (invitation)" for pk, name in invited
    }


def _kind(key: str) -> RecipientKind:
    if key == ANNOUNCE_KEY:
        return RecipientKind.LIST
    if key.startswith(INVITATION_PREFIX):
        return RecipientKind.INVITATION
    if key.startswith(NOMINEE_PREFIX):
        return RecipientKind.NOMINEE
    return RecipientKind.PERSON if key.startswith(PERSON_PREFIX) else RecipientKind.REPORTER


def _row(delivery: Delivery, names: dict[str, str]) -> FailedDelivery:
    kind = _kind(delivery.recipient)
    has_given_up = delivery.reason == Reason.GAVE_UP
    return FailedDelivery(
        delivery=delivery,
        recipient=names.get(delivery.recipient, _NAMELESS[kind]),
        why="The mail server did not take it for five days." if has_given_up else "The mail server refused it.",
        what_to_do=_TO_DO_WHEN_GIVEN_UP if has_given_up else _TO_DO[kind],
    )
