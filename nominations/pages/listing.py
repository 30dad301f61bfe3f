"""The list of nominations: in groups by what they wait for, with its filters and its search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page

from members.people.policy import Actor
from nominations import queries
from nominations.models import Nomination, NominationQuerySet
from nominations.pages.rows import GROUPS, ORDER, is_due, row_of
from nominations.pages.waiting import waits_for
from nominations.policy import GENERAL, GeneralAction
from web.chips import Chip


class Shown(StrEnum):
    """The parts of the list, by their chips."""

    RUNNING = "running"
    WAITING = "waiting"
    CLOSED = "closed"


_CHIPS = {Shown.RUNNING: "Running", Shown.WAITING: "Waiting for you", Shown.CLOSED: "Closed"}


@dataclass(frozen=True)
class Listing:
    """The nominations that one reader may know of, as far as they match what was typed."""

    actor: Actor
    now: datetime
    shown: Shown | None
    """None where something was typed and no chip chosen: then everything that matches is shown."""
    typed: str

    @classmethod
    def asked(cls, actor: Actor, now: datetime, *, show: str, typed: str) -> Listing:
        """Return the listing that an address asks for; what it does not know is the list of those that run."""
        typed = typed.strip()
        chosen = Shown(show) if show in set(Shown) else None
        return cls(actor, now, chosen or (None if typed else Shown.RUNNING), typed)

    @cached_property
    def all(self) -> NominationQuerySet:
        """Everything that matches."""
        nominations = queries.for_reader(self.actor)
        return queries.matching(nominations, self.typed) if self.typed else nominations

    def running(self) -> list[Nomination]:
        """Return those without a final outcome: open votes first by their end, then those before, then those after."""
        return sorted(self.all.running(), key=self._order)

    def _order(self, nomination: Nomination) -> tuple[int, datetime]:
        group, vote = GROUPS[nomination.phase(self.now)], nomination.vote_or_none
        end = (vote.veto_until or vote.closes_at) if vote else nomination.consented_at or nomination.consent_until
        return ORDER.index(group), end

    def rows(self, running: list[Nomination]) -> list[Nomination] | NominationQuerySet:
        """Return what the chosen chip stands for."""
        if self.shown is Shown.WAITING:
            return self.waiting(running)
        if self.shown is Shown.CLOSED:
            return self.all.closed()
        return running if self.shown else [*running, *self.all.closed()]

    def waiting(self, running: list[Nomination]) -> list[Nomination]:
        """Return those of `running` that wait for the reader, by the same rule as the dashboard."""
        return [one for one in running if waits_for(one, self.actor, self.now)]

    @property
    def query(self) -> str:
        """The chosen chip and what was typed, as they stand in an address."""
        return self._query(self.shown)

    def _query(self, shown: Shown | None) -> str:
        parts = {"show": str(shown or ""), "q": self.typed}
        return urlencode({name: value for name, value in parts.items() if value})

    def chips(self, running: list[Nomination]) -> list[Chip]:
        """Return the filters, each with how many are behind it."""
        counts = {
            Shown.RUNNING: len(running),
            Shown.WAITING: len(self.waiting(running)),
            Shown.CLOSED: self.all.closed().count(),
        }
        return [Chip(label, counts[shown], self._query(shown), shown is self.shown) for shown, label in _CHIPS.items()]


def index(listing: Listing, running: list[Nomination], page: Page[Nomination]) -> dict[str, Any]:
    """Return the context of the list; `running` and the rows of `page` come from `listing`."""
    actor, now = listing.actor, listing.now
    return {
        "page": page,
        "rows": [row_of(actor, nomination, now) for nomination in page],
        "chips": listing.chips(running),
        "shown": listing.shown,
        "typed": listing.typed,
        "query": listing.query,
        "running": len(running),
        "due": sum(is_due(nomination, nomination.phase(now), now) for nomination in running),
        "may_propose": GeneralAction.PROPOSE in GENERAL.possible(actor),
    }
