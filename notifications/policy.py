"""Permissions to follow the link of a mail, and to look after mails that failed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from audit.models import label
from members.people.permissions import NOBODY, Policy, Rule, Who
from members.people.policy import ADMIN, MEMBER, STEERING, Actor
from notifications.models import Delivery, Notice, Reason
from notifications.recipients import PERSON_PREFIX, resolve, resolve_one
from notifications.routes import route_of


class Action(StrEnum):
    """Actions on deliveries."""

    SEE_FAILURES = "delivery:list_failed"
    TRY_AGAIN = "delivery:try_again"


class NoticeAction(StrEnum):
    """Actions on a notice."""

    OPEN = "notice:open"


def _not_failed(delivery: Delivery, _now: datetime) -> str:
    return "" if delivery.failed_at else "This mail is not among the failed ones any more."


POLICY: Policy[Action, Delivery] = Policy(
    Rule(Action.SEE_FAILURES, ADMIN), Rule(Action.TRY_AGAIN, ADMIN, otherwise=_not_failed)
)


def _told(notice: Notice) -> set[str]:
    """Return the keys of the people to whom a notice was sent."""
    # A digest that went out without what it began with has told of the rest only.
    sent = notice.deliveries.filter(recipient__startswith=PERSON_PREFIX, dropped_at=None)
    return set(sent.exclude(reason=Reason.LOST_ACCESS).values_list("recipient", flat=True))


def _is_told(actor: Actor, notice: Notice | None) -> bool:
    if notice is None:
        return True
    route = route_of(notice)
    if route is None or not route.opens_for.holds(actor, notice.event):
        return False
    key = label(actor.person)
    return key in _told(notice) or resolve_one(route.audience, notice.event, key) is not None


def _people_told(notice: Notice, now: datetime) -> Q:
    route = route_of(notice)
    if route is None:
        return NOBODY
    keys = _told(notice) | {recipient.key for recipient in resolve(route.audience, notice.event)}
    people = [key.removeprefix(PERSON_PREFIX) for key in keys if key.startswith(PERSON_PREFIX)]
    return Q(pk__in=people) & route.opens_for.people(notice.event, now)


#: The people to whom a notice was sent, or would be now, as long as they may see what it leads to: somebody who lost
#: the standing for which they were told (a former member, say) follows no old link.
TOLD = Who(_is_told, _people_told, relational=True)

NOTICES: Policy[NoticeAction, Notice] = Policy(
    # Members and the council alone get notices: asked first, so that others cost no query.
    Rule(NoticeAction.OPEN, (MEMBER | STEERING) & TOLD),
)
