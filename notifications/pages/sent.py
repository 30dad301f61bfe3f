"""The list of what was mailed to somebody: what kind, when, and the way to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from members.people.policy import Actor
from notifications import queries
from notifications.kinds import kind_of
from notifications.models import Delivery, DeliveryQuerySet
from notifications.policy import NOTICES, NoticeAction, visible_to
from notifications.routes import route_of

#: Lines on the page of notifications; the list has them all.
LATELY = 5


@dataclass(frozen=True)
class SentRow:
    """One mail, or one line of a digest."""

    delivery: Delivery
    title: str
    about: str
    """Whose nomination it is about, as the page behind the link has it; empty for other mails."""
    opens: bool
    """Whether its link leads somewhere for this reader."""


def sent_to(actor: Actor) -> DeliveryQuerySet:
    """Return what was sent to `actor` about things that they may see now, newest first.

    Raises `NotAllowed` for somebody who gets no mail.
    """
    person = NOTICES.require_any(NoticeAction.LIST, actor)
    return queries.sent(person, visible_to(actor))


def rows_of(deliveries: Sequence[Delivery], actor: Actor) -> list[SentRow]:
    """Return a row for each delivery in the same order. One query."""
    names = queries.nominees_of([delivery.notice.event for delivery in deliveries])
    return [_row(delivery, names.get(delivery.notice.event.target, ""), actor) for delivery in deliveries]


def _row(delivery: Delivery, name: str, actor: Actor) -> SentRow:
    route = route_of(delivery.notice)
    kind = kind_of(delivery.notice.mail, delivery.notice.event.kind)
    # Rows about nominations are there only if the reader may see them.
    opens = bool(name) or (route is not None and route.opens_for.holds(actor, None))
    return SentRow(delivery, kind.title, name, opens)
