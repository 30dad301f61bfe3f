"""What a route says of a mail: the columns of the table in `routes`, and its two most frequent forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audit.models import Event
from members.people.permissions import Who
from members.people.policy import MEMBER
from notifications.contents.facts import Facts, no_facts
from notifications.enums import Mail
from notifications.recipients import Audience


@dataclass(frozen=True)
class Route:
    """One kind of mail about one kind of event."""

    mail: Mail
    audience: Audience
    link: Callable[[Event], str]
    """The thing's own path on this site; a secret one for people without a login."""
    facts: Callable[[Event], Facts] = no_facts
    """Everything that the templates may say."""
    opens_for: Who = MEMBER
    """The condition on an event for being led on from ``/notices/<uuid>/``, besides having been told.

    Taken from the policy of the page behind the link, unless that is public."""
    is_direct: bool = False
    """The mail carries the thing's own address: it is public, or its reader has no login."""
    is_plain: bool = False
    """Plain text only, without an HTML part."""

    is_from_outside: bool = False
    """Strangers cause it, as often as they like: after some in a row the next ones go out in one mail."""


def attention(audience: Audience, link: Callable[[Event], str], *, opens_for: Who = MEMBER) -> Route:
    """Return a route that says no more than that something waits behind the sign-in."""
    return Route(Mail.ATTENTION, audience, link, opens_for=opens_for)


def direct(
    mail: Mail, audience: Audience, link: Callable[[Event], str], facts: Callable[[Event], Facts] = no_facts
) -> Route:
    """Return a route whose mail carries the address itself."""
    return Route(mail, audience, link, facts, is_direct=True)
