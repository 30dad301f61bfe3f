"""Build the roster's page and the page of one person from what `people.queries.roster` says is public."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from members.people.models import Membership, MembershipBegan, Period, RoleKind
from members.people.queries.roster import Roster, RosterEntry
from members.people.roster_file import NOTED_ROLES
from web.chips import Chip
from web.dates import vague_day_in_words
from web.validity import sort_key

_MONTHS = {"day": "month"}
_YEARS = {"day": "year", "month": "year"}
_BEGAN = {MembershipBegan.VOTE: "vote of the members", MembershipBegan.DECISION: "decision of the Steering Council"}


@dataclass(frozen=True)
class Filter:
    """What the list of a day is narrowed to: part of a name, and a role; each may be empty."""

    terms: str
    kind: str
    on: str
    """The day as the address has it; empty for today."""


@dataclass(frozen=True)
class TeamRow:
    """One person of the list: the entry, what stands below the name, and the labels beside it."""

    entry: RosterEntry
    served: str
    notes: Sequence[str]


@dataclass(frozen=True)
class HistoryItem:
    """A membership or a role on a person's page."""

    label: str
    served: str
    source: str
    link: str
    is_present: bool


def team_page(wanted: Filter, shown: Roster) -> dict[str, Any]:
    """Return the context of the roster of a day, filtered."""
    found = [entry for entry in shown.members if _matches(entry, wanted.terms)]
    former = [] if wanted.kind else [entry for entry in shown.emeritus if _matches(entry, wanted.terms)]
    members = [entry for entry in found if not wanted.kind or wanted.kind in _kinds(entry)]
    return {
        "day": shown.day,
        "total": len(shown.members),
        "members": [TeamRow(one, _since(one), _labels(one)) for one in members],
        "former": [TeamRow(one, _years(one), _former_notes(one)) for one in former],
        "chips": list(_chips(wanted, found)),
        "is_today": not wanted.on,
        "is_filtered": bool(wanted.terms or wanted.kind),
        "nobody": f"Nobody matches “{wanted.terms}”" if wanted.terms else "Nobody has this role",
        "on_day": f"?on={wanted.on}" if wanted.on else "",
    }


def person_page(entry: RosterEntry) -> dict[str, Any]:
    """Return the context of one person's public page, without their credits."""
    roles = " · ".join(_labels(entry))
    lead = f"Member {_since(entry)}" if entry.is_current else f"Former member, {_years(entry)}"
    return {"entry": entry, "lead": f"{lead} · {roles}" if roles else lead, "history": history(entry)}


def history(entry: RosterEntry) -> list[HistoryItem]:
    """Return memberships and roles that had begun by the entry's day: the present ones first, the newest on top."""
    memberships = sorted(entry.begun_periods, key=_first_day)
    named: list[tuple[Period, str, str, str]] = [
        (one, "Member again" if number else "Member", _BEGAN.get(MembershipBegan(one.began), ""), "")
        for number, one in enumerate(memberships)
    ]
    named += [
        (one, one.get_kind_display(), _document(one.public_source), _address(one.public_source))
        for one in entry.past_roles
    ]
    named.sort(key=lambda row: (row[0].covers(entry.day), _first_day(row[0])), reverse=True)
    return [
        HistoryItem(label, span_in_words(row, entry.day), source, link, row.covers(entry.day))
        for row, label, source, link in named
    ]


def span_in_words(period: Period, day: date) -> str:
    """Return ``since 20 October 2019``, ``about 2011 to March 2017`` or ``dates unknown``, as known on `day`."""
    first = vague_day_in_words(period.since, period.since_precision) if period.since else ""
    if period.covers(day):
        return f"since {first}" if first else "start date unknown"
    last = vague_day_in_words(period.until, period.until_precision) if period.until else ""
    return _from_to(first, last)


def _from_to(first: str, last: str) -> str:
    if first and last:
        return first if first == last else f"{first} to {last}"
    if first:
        return f"from {first}, end date unknown"
    return f"until {last}" if last else "dates unknown"


def _first_day(period: Period) -> date:
    return period.since or date.min


def _since(entry: RosterEntry) -> str:
    """Return since when somebody has been a member this time, to the month."""
    current = entry.current
    if current is None or current.since is None:
        return "start date unknown"
    precision = _MONTHS.get(current.since_precision, current.since_precision)
    return f"since {vague_day_in_words(current.since, precision)}"


def _years(entry: RosterEntry) -> str:
    """Return the years from the first day of a former member to the last, as far as each is known."""
    over = entry.begun_periods
    first, last = min(over, key=_first_day), max(over, key=lambda one: one.until or date.min)
    return _from_to(_year(first.since, first.since_precision), _year(_latest_end(over), last.until_precision))


def _latest_end(over: Sequence[Membership]) -> date | None:
    """Return the last day of the memberships; None if that of any is unknown, which may be the last."""
    ends = [one.until for one in over]
    return None if None in ends else max(end for end in ends if end)


def _year(day: date | None, precision: str) -> str:
    return vague_day_in_words(day, _YEARS.get(precision, precision)) if day else ""


def _kinds(entry: RosterEntry) -> set[str]:
    return {role.kind for role in entry.current_roles}


def _labels(entry: RosterEntry) -> list[str]:
    return [role.get_kind_display() for role in entry.current_roles]


def _former_notes(entry: RosterEntry) -> list[str]:
    """Return the notes of the guide's file about a former member: the roles of these kinds they ever held."""
    held = {role.kind for role in entry.past_roles}
    return [str(kind.label) for kind in NOTED_ROLES if kind in held]


def _chips(wanted: Filter, found: Sequence[RosterEntry]) -> Iterator[Chip]:
    kept = {"q": wanted.terms, "on": wanted.on}
    for kind, label in (("", "All"), *RoleKind.choices):
        count = sum(not kind or kind in _kinds(entry) for entry in found)
        if count or kind in {"", wanted.kind}:
            query = urlencode({name: value for name, value in (*kept.items(), ("role", kind)) if value})
            yield Chip(str(label), count, query, kind == wanted.kind)


def _matches(entry: RosterEntry, terms: str) -> bool:
    wanted = sort_key(terms)
    return any(wanted in sort_key(text) for text in (entry.name, entry.github, entry.affiliation))


def _address(source: str) -> str:
    """Return a public source if it is an address; one in words has nothing to link to."""
    return source if source.startswith(("https://", "http://")) else ""


def _document(source: str) -> str:
    """Return what a public source is called: ``PEP 745``, its host, or the words that it is."""
    number = re.search(r"/pep-0*(\d+)", source)
    if number:
        return f"PEP {number[1]}"
    return source.partition("://")[2].partition("/")[0] or source
