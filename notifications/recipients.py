"""Recipients: people with a login, and the few who have none.

All are worked out when a mail is sent. A person counts while their login is active and confirmed;
`notifications.routes` says which people an event concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from audit.models import Event
from members.accounts.queries.logins import who_can_sign_in
from members.people.models import Person
from notifications.models import Delivery, Reason

#: How keys begin; what follows is an id.
PERSON_PREFIX = "people.person:"
INVITATION_PREFIX = "invitation:"
REPORTER_PREFIX = "reporter:"
NOMINEE_PREFIX = "nominee:"
ANNOUNCE_KEY = "announce"
CHECKPOINT_KEY = "checkpoint"


@dataclass(frozen=True)
class Recipient:
    """One address for one mail. A delivery stores the `key`; the address may be empty."""

    key: str
    address: str
    name: str = ""


#: Whom an event concerns: people, or recipients without a login.
Audience = Callable[[Event], QuerySet[Person] | Sequence[Recipient]]


def resolve(audience: Audience, event: Event) -> list[Recipient]:
    """Return everybody who is to be told, as of now; people without an active, confirmed login are left out."""
    audience_now = audience(event)
    return reachable(audience_now) if isinstance(audience_now, QuerySet) else list(audience_now)


def resolve_one(audience: Audience, event: Event, key: str) -> Recipient | None:
    """Return the recipient with this key if they are still among those who are told, else None."""
    audience_now = audience(event)
    if not isinstance(audience_now, QuerySet):
        return next((recipient for recipient in audience_now if recipient.key == key), None)
    if not key.startswith(PERSON_PREFIX):
        return None
    return next(iter(reachable(audience_now.filter(pk=key.removeprefix(PERSON_PREFIX)))), None)


def reachable(people: QuerySet[Person]) -> list[Recipient]:
    """Return `people` at the addresses of their active, confirmed logins."""
    rows = who_can_sign_in(people).values_list("pk", "user__email", "name").distinct()
    return [Recipient(f"{PERSON_PREFIX}{pk}", address, name) for pk, address, name in rows]


def bounced_invitations(invitations: Iterable[UUID]) -> list[UUID]:
    """Return those of `invitations` whose last mail the mail server refused for good. One query."""
    keys = {f"{INVITATION_PREFIX}{pk}": pk for pk in invitations}
    deliveries = Delivery.objects.filter(recipient__in=keys).order_by("trying_since", "pk")
    last = {delivery.recipient: delivery.reason for delivery in deliveries}
    return [keys[key] for key, reason in last.items() if reason == Reason.REFUSED]
