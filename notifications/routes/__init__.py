"""Map every event to its mails, in one table: it names everybody who is ever written to.

The parts of the table are modules of this package, by subject. Every event of every app is a key of `ROUTES` or a
member of `SILENT` (`notifications.silent`), never both, and in one part only; tests hold that. Recipients are worked
out when the mail is sent, and again before each single message. The routes of one event stand in order: somebody whom
several reach gets the mail of the first one only.

What a mail may say is decided here too. A private one is made without any fact and carries a link
to ``/notices/<uuid>/``, so nothing private can be in it.
"""

from __future__ import annotations

from audit.models import Event
from notifications.mails import Route
from notifications.models import Delivery, Notice
from notifications.recipients import Recipient, resolve_one
from notifications.routes import accounts, advisories, audit, inbox, members, nominations, projects

#: One part for each subject.
PARTS = (
    audit.ROUTES,
    accounts.ROUTES,
    members.ROUTES,
    nominations.ROUTES,
    inbox.ROUTES,
    advisories.ROUTES,
    projects.ROUTES,
)
ROUTES: dict[str, tuple[Route, ...]] = {kind: routes for part in PARTS for kind, routes in part.items()}

#: The kinds of events whose mails are summed up when there are many.
FROM_OUTSIDE = tuple(kind for kind, routes in ROUTES.items() if any(route.is_from_outside for route in routes))


def routes_of(event: Event) -> tuple[Route, ...]:
    """Return the mails that tell of `event`."""
    return ROUTES.get(event.kind, ())


def route_of(notice: Notice) -> Route | None:
    """Return the route a notice was written for; None when the table no longer has it."""
    return next((route for route in routes_of(notice.event) if route.mail == notice.mail), None)


def recipient_of(delivery: Delivery) -> Recipient | None:
    """Return the recipient, asked immediately before the mail is sent; None when they lost access."""
    route = route_of(delivery.notice)
    return resolve_one(route.audience, delivery.notice.event, delivery.recipient) if route else None
