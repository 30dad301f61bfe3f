"""Build the page on which admins bring the team in: list, preview and roster together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.forms import Form

from members.accounts.models import Invitation
from members.accounts.queries.inviting import to_confirm
from members.bring_in.pages.roster import chips_of, meter_of, rows_of, shown_of, to_send_again
from members.bring_in.queries.lists import CheckedLine, mark_of
from members.bring_in.queries.roster import sign_ins
from members.people.models import Person, RoleKind
from members.people.requests import PortalRequest
from web.pagination import page_of

#: The key in a session of the lines that were not saved, so that nothing typed is lost.
REST = "bring_in.rest"


def overview(request: PortalRequest, form: Form, checked: Sequence[CheckedLine]) -> dict[str, Any]:
    """Return the context of the page. Six queries, or eleven with a search."""
    actor, now = request.actor, request.now
    text, shown = request.GET.get("q", "").strip()[:100], shown_of(request.GET.get("show", ""))
    everybody = sign_ins(now)
    found = sign_ins(now, text=text) if text else everybody
    page = page_of(request, [each for each in found if shown.includes(each)])
    again = to_send_again(everybody, actor, now)
    return {
        "form": form,
        "checked": checked,
        "mark": mark_of(checked),
        "counts": preview_counts(checked),
        "meter": meter_of(everybody),
        "chips": chips_of(found, shown, text),
        "page": page,
        "rows": rows_of(list(page), actor, now),
        "found": len(found),
        "asked": text,
        "shown": shown,
        "query": urlencode({"show": shown.value, "q": text}),
        "again": len(again),
        "waiting": to_confirm(now).count(),
    }


def preview_counts(checked: Sequence[CheckedLine]) -> dict[str, int]:
    """Return how many lines are to be saved, to be fixed, and change nothing; of those, how many addresses wait."""
    faults = sum(bool(each.fault) for each in checked)
    changes = sum(bool(each.changes) for each in checked)
    kinds = Counter(word for each in checked for word in each.changes)
    return {
        "changes": changes,
        "faults": faults,
        "unchanged": len(checked) - faults - changes,
        "addresses": kinds["address"],
        "admins": sum(each.asks_for_admin for each in checked),
    }


def saved(checked: Sequence[CheckedLine], invitations: Sequence[Invitation], now: datetime) -> str:
    """Return what became of a list that was saved, as sentences."""
    counts = preview_counts(checked)
    sent = sum(invitation.is_open(now) for invitation in invitations)
    waiting = len(invitations) - sent
    parts = [f"{counts['changes']} saved."]
    if waiting:
        parts.append(f"{waiting} address{'es wait' if waiting > 1 else ' waits'} for a second admin.")
    if sent:
        parts.append(f"{sent} invitation{'s are' if sent > 1 else ' is'} on the way.")
    if counts["faults"]:
        parts.append(f"{counts['faults']} to fix: still in the box.")
    return " ".join(parts)


def seats(now: datetime) -> list[Person]:
    """Return who holds a seat on the Steering Council today, by name."""
    return list(Person.objects.holding(RoleKind.STEERING_COUNCIL, now.date()).distinct())
