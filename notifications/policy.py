"""Permissions to follow the link of a mail, and to look after mails that failed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from audit.models import label
from members.people.permissions import Policy, Rule
from members.people.policy import ADMIN, Actor
from notifications.models import Delivery, Notice, Reason
from notifications.recipients import resolve_one
from notifications.routes import route_of


class Action(StrEnum):
    """Actions on notices and deliveries."""

    OPEN = "notice:open"
    SEE_FAILURES = "delivery:list_failed"
    TRY_AGAIN = "delivery:try_again"


def _not_failed(delivery: Delivery, _now: datetime) -> str:
    return "" if delivery.failed_at else "This mail is not among the failed ones any more."


POLICY: Policy[Action, Delivery] = Policy(
    Rule(Action.SEE_FAILURES, ADMIN), Rule(Action.TRY_AGAIN, ADMIN, otherwise=_not_failed)
)


def may_get_notices(actor: Actor) -> bool:
    """Return whether any notice could be this actor's: asked first, so that others cost no query."""
    return actor.has_access


def allowed_notice(actor: Actor, notice: Notice) -> frozenset[Action]:
    """Return whether `actor` may follow the link of `notice`, as a set of actions.

    They may if it was sent to them, or would be now. Somebody who lost the standing for which they were told
    (a former member, say) follows no old link.
    """
    route = route_of(notice)
    if route is None or not route.opens_for.holds(actor, None):
        return frozenset()
    key = label(actor.person)
    # A digest that went out without what it began with has told of the rest only.
    was_told = notice.deliveries.filter(recipient=key, dropped_at=None).exclude(reason=Reason.LOST_ACCESS).exists()
    if was_told or resolve_one(route.audience, notice.event, key) is not None:
        return frozenset({Action.OPEN})
    return frozenset()
