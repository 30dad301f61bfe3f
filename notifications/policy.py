"""Permissions to follow the link of a mail, to list and choose one's own mail, and to look after mails that failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import reduce
from operator import or_

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from audit.models import label
from members.people.permissions import NOBODY, Policy, Rule, Who
from members.people.policy import ADMIN, MEMBER, STEERING, Actor
from nominations import policy as nominations
from nominations.models import Nomination
from notifications import targets
from notifications.enums import Mail
from notifications.models import Delivery, Notice, Reason
from notifications.recipients import PERSON_PREFIX, ids_of, resolve, resolve_one
from notifications.routes import ROUTES, route_of


class Action(StrEnum):
    """Actions on deliveries."""

    SEE_FAILURES = "delivery:list_failed"
    TRY_AGAIN = "delivery:try_again"


class NoticeAction(StrEnum):
    """Actions on a notice."""

    OPEN = "notice:open"
    LIST = "notice:list"
    CHOOSE = "notice:choose"


class MuteAction(StrEnum):
    """Actions on the mail about a nomination."""

    MUTE = "nomination:mute"
    UNMUTE = "nomination:unmute"


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
    return Q(pk__in=ids_of(keys, PERSON_PREFIX)) & route.opens_for.people(notice.event, now)


#: The people to whom a notice was sent, or would be now, as long as they may see what it leads to: somebody who lost
#: the standing for which they were told (a former member, say) follows no old link.
TOLD = Who(_is_told, _people_told, relational=True)

NOTICES: Policy[NoticeAction, Notice] = Policy(
    # Members and the council alone get notices: asked first, so that others cost no query.
    Rule(NoticeAction.OPEN, (MEMBER | STEERING) & TOLD),
    Rule(NoticeAction.LIST, MEMBER | STEERING),
    Rule(NoticeAction.CHOOSE, MEMBER | STEERING),
)


def _ended(nomination: Nomination, _now: datetime) -> str:
    return "" if nomination.ended_at is None else "This nomination has ended: there is no more mail about it."


_MAY_SEE = nominations.POLICY.who(nominations.Action.SEE)
#: For everybody who may see the nomination, about their own mail.
MUTES: Policy[MuteAction, Nomination] = Policy(
    Rule(MuteAction.MUTE, _MAY_SEE, otherwise=_ended), Rule(MuteAction.UNMUTE, _MAY_SEE)
)


def visible_to(actor: Actor) -> Q:
    """Return the filter on notices whose things `actor` may still see, among those that were sent to them.

    A direct mail carries nothing but its title and an address that says nothing, so its line may stay. `OPEN` has the
    same rule for one notice; a test compares the two.
    """
    of_nominations, others = defaultdict(list), defaultdict(list)
    for kind, routes in ROUTES.items():
        for route in routes:
            if route.opens_for is targets.NOMINATION:
                of_nominations[route.mail].append(kind)
            elif route.is_direct or route.opens_for.holds(actor, None):
                others[route.mail].append(kind)
    return (_any_of(of_nominations) & _about_visible_nominations(actor)) | _any_of(others)


def _any_of(kinds: Mapping[Mail, Sequence[str]]) -> Q:
    return reduce(or_, (Q(mail=mail, event__kind__in=events) for mail, events in kinds.items()), NOBODY)


def _about_visible_nominations(actor: Actor) -> Q:
    """Return the filter on notices about nominations that `actor` may see, or their votes, as events name them."""
    visible = Nomination.objects.visible_to(actor).order_by()
    paths = {"pk": "nominations.nomination:", "vote__pk": "nominations.vote:"}
    names = [visible.values_list(Concat(Value(prefix), Cast(path, CharField()))) for path, prefix in paths.items()]
    return reduce(or_, (Q(event__target__in=name) for name in names))
