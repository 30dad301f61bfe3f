"""The pages behind links of private mails, each with the condition under which a reader may see it.

The conditions come from the policy of the page's app. They are asked of an event, and of None for the actor alone.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from advisories.inbox import policy as inbox
from advisories.reports import policy as reports
from audit.models import Event
from members.accounts import policy as accounts
from members.boarding import policy as boarding
from members.documents import policy as documents
from members.drift import policy as drift
from members.inactivity import policy as inactivity
from members.people import policy as people
from members.people.permissions import Policy, Who
from members.resets import policy as resets
from nominations import policy as nominations
from notifications.queries import nomination_of, note_of


def _may(policy: Policy[Any, Any], action: StrEnum, thing_of: Callable[[Event], Any] = lambda _event: None) -> Who:
    """Return who may see the page behind a link, as a condition on the event: asked about what `thing_of` finds."""
    who_may = policy.who(action)
    return Who(
        lambda actor, event: who_may.holds(actor, None if event is None else thing_of(event)),
        lambda event, now: who_may.people(thing_of(event), now),
        relational=True,
    )


NOMINATION = _may(nominations.POLICY, nominations.Action.SEE, nomination_of)
INBOX = _may(inbox.POLICY, inbox.Action.SEE)
REPORTS = _may(reports.POLICY, reports.Action.SEE)
BOARDING = _may(boarding.POLICY, boarding.Action.SEE_BOARDING)
PEOPLE = _may(people.POLICY, people.Action.SEE_PEOPLE)
ADDRESSES = _may(accounts.POLICY, accounts.Action.SEE_UNCONFIRMED)
RESETS = _may(resets.POLICY, resets.Action.SEE)
SUSPENSIONS = _may(accounts.POLICY, accounts.Action.END_SUSPENSION)
DRIFT = _may(drift.POLICY, drift.Action.SEE_DRIFT)
REVIEWS = _may(inactivity.POLICY, inactivity.Action.SEE_REVIEWS)
NOTES = _may(inactivity.NOTES, inactivity.NoteAction.SEE, note_of)
RESOLUTIONS = _may(nominations.RECORDED, nominations.RecordedAction.SEE)
RESPONSIBILITIES = _may(documents.POLICY, documents.Action.ACCEPT)
