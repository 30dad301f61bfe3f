"""What waits on the dashboard: addresses for a second person, and members who have not been asked in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from members.accounts.models import Invitation
from members.accounts.policy import Action, possible
from members.bring_in.queries.roster import not_asked, who_can_sign_in
from members.people.models import Person
from members.people.policy import Actor
from web.areas import CountOf
from web.waiting import Columns, ColumnSource, Waiting


def _columns(actor: Actor, now: datetime) -> Columns:
    may, columns = possible(actor), Columns()
    if Action.SEE_UNCONFIRMED in may:
        # Neither one's own address nor one that the reader named waits for the reader.
        addresses = Invitation.objects.to_confirm(now).exclude(Q(person=actor.person) | Q(invited_by=actor.person))
        columns["addresses_to_confirm"] = CountOf(addresses.values("pk"))
    if Action.INVITE in may:
        day = now.date()
        columns["members_to_ask"] = CountOf(not_asked(now).values("pk"))
        columns["members_signing_in"] = CountOf(who_can_sign_in(day).values("pk"))
        columns["members_in_all"] = CountOf(Person.objects.members(day).values("pk"))
    return columns


def _items(_actor: Actor, _now: datetime, values: Mapping[str, Any]) -> list[Waiting]:
    items = []
    if values.get("members_to_ask"):
        items.append(_to_ask(values["members_to_ask"], values["members_signing_in"], values["members_in_all"]))
    if number := values["addresses_to_confirm"]:
        items.append(_to_confirm(number))
    return items


_HAVE = {True: "has", False: "have"}


def _to_ask(number: int, complete: int, total: int) -> Waiting:
    return Waiting(
        urgency="First day" if complete * 2 < total else "No login",
        tone="now",
        due=None,
        title="Bring the team in",
        detail=f"{complete} of {total} members can sign in. {number} {_HAVE[number == 1]} no invitation that works.",
        url=reverse("bring_in:overview"),
        action="Bring in",
    )


def _to_confirm(number: int) -> Waiting:
    """Return one item for all addresses that wait for a second person."""
    return Waiting(
        urgency="Second person",
        tone="accent",
        due=None,
        title="An address to confirm" if number == 1 else f"{number} addresses to confirm",
        detail="An admin named it for a member, a council member or somebody who has been accepted.",
        url=reverse("bring_in:confirm"),
        action="Look",
    )


WAITING = ColumnSource(_columns, _items)
