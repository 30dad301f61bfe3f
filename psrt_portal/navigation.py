"""Navigation: the pages that the links of a private page may lead its reader to, as the policies have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from advisories.reports import policy as reports
from members.accounts import policy as accounts
from members.people import policy as people
from members.people.policy import Actor
from nominations.policy import GENERAL, GeneralAction
from notifications import policy as notifications


@dataclass(frozen=True)
class Navigation:
    """The pages that are not for every reader; each is true if it is for this one."""

    reports: bool
    nominations: bool
    propose: bool
    manage: bool
    invitations: bool
    failures: bool
    notices: bool


def navigation_of(actor: Actor) -> Navigation:
    """Return what the policies let `actor` open. No query."""
    general = GENERAL.possible(actor)
    return Navigation(
        reports=reports.Action.SEE in reports.possible(actor),
        nominations=GeneralAction.LIST in general,
        propose=GeneralAction.PROPOSE in general,
        manage=people.Action.SEE_PEOPLE in people.possible(actor),
        invitations=accounts.Action.SEE_INVITATIONS in accounts.possible(actor),
        failures=notifications.Action.SEE_FAILURES in notifications.POLICY.possible(actor),
        notices=notifications.NoticeAction.CHOOSE in notifications.NOTICES.possible(actor),
    )


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the context ``opens``; only a private page asks it, so a public page has nothing about its reader."""
    return {"opens": SimpleLazyObject(lambda: navigation_of(request.actor))}  # type: ignore[attr-defined]
