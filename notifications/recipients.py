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
from members.boarding.models import Memorial
from members.boarding.queries import is_of_the_dead
from members.people.models import Person
from nominations.models import Nomination

#: How keys begin; what follows is an id.
PERSON_PREFIX = "people.person:"
INVITATION_PREFIX = "invitation:"
REPORTER_PREFIX = "reporter:"
SENDER_PREFIX = "sender:"
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
    if isinstance(audience_now, QuerySet):
        return reachable(audience_now)
    return [recipient for recipient in audience_now if not _is_dead(recipient)]


def _is_dead(recipient: Recipient) -> bool:
    """Return whether nothing is sent any more: the address is that of somebody whose death is recorded.

    People are found by their login, which is closed; what goes to an address directly is asked here.
    """
    if recipient.key.startswith(NOMINEE_PREFIX):
        dead = Memorial.objects.standing().values("person")
        nominations = Nomination.objects.filter(pk=recipient.key.removeprefix(NOMINEE_PREFIX))
        return nominations.filter(nominee__in=dead).exists()
    return bool(recipient.address) and is_of_the_dead(recipient.address)


def resolve_one(audience: Audience, event: Event, key: str) -> Recipient | None:
    """Return the recipient with this key if they are still among those who are told, else None."""
    audience_now = audience(event)
    if not isinstance(audience_now, QuerySet):
        recipient = next((recipient for recipient in audience_now if recipient.key == key), None)
        return None if recipient is None or _is_dead(recipient) else recipient
    if not key.startswith(PERSON_PREFIX):
        return None
    return next(iter(reachable(audience_now.filter(pk=key.removeprefix(PERSON_PREFIX)))), None)


def reachable(people: QuerySet[Person]) -> list[Recipient]:
    """Return `people` at the addresses of their active, confirmed logins."""
    rows = who_can_sign_in(people).values_list("pk", "user__email", "name").distinct()
    return [Recipient(f"{PERSON_PREFIX}{pk}", address, name) for pk, address, name in rows]


def ids_of(keys: Iterable[str], prefix: str) -> list[UUID]:
    """Return the ids of those of `keys` that begin with `prefix`."""
    return [UUID(key.removeprefix(prefix)) for key in keys if key.startswith(prefix)]
