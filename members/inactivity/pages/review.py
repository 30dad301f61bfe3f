"""The page of one inactivity review, of a decision on a name, the CSV file, and the lines of the list of reviews.

Upper apps contribute to two pages what they know of the names. On the review each name is a place, called by the key of
its entry; on the page of a decision there is one, ``removal``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from members.inactivity import queries
from members.inactivity.enums import DecisionObstacle, ReviewGroup, ReviewPhase
from members.inactivity.models import InactivityReview, ReviewDecision, ReviewEntry
from members.inactivity.policy import (
    ENTRIES,
    REVIEWS,
    Action,
    EntryAction,
    ReviewAction,
    obstacle_to_decision,
    possible,
)
from members.people.models import Membership, Precision
from members.people.policy import Actor
from web.csv_cells import csv_text
from web.dates import day_in_words, vague_day_in_words
from web.sections import Section, sections_of

#: The name under which upper apps register for the review; its subject is the list of its entries.
PAGE = "inactivity:detail"
#: The same for the page on which a decision is recorded; its subject is the entry.
DECISION_PAGE = "inactivity:decide"

#: The lists in the order of the page: group, heading, and the sentence below it.
_LISTS = (
    (ReviewGroup.INACTIVE, "Inactive", "Neither coordinated nor commented on a report in the period."),
    (ReviewGroup.EXEMPT, "Exempt by role", "Inactive, and held a role on the review’s day that PEP 811 exempts."),
    (ReviewGroup.NEW, "Too new", "Inactive, and members for less than the period."),
    (ReviewGroup.ANSWERED, "Answered the notice", "Inactive, and said that they are still active."),
)

_OTHERS = (ReviewGroup.ACTIVE, ReviewGroup.GONE)

_COLUMNS = (
    "list", "name", "GitHub", "member since", "last active (UTC)", "why", "answer", "decision", "in favour", "against",
    "abstained", "decided on", "link",
)  # fmt: skip


@dataclass(frozen=True)
class ReviewRow:
    """One name, with the links to the acts that the reader may do on it now."""

    entry: ReviewEntry
    since: str
    """The beginning of the membership in words."""
    decisions: list[ReviewDecision]
    undecided: str = ""
    """The reason in words why no decision settles the name; empty once one does."""
    answer_url: str = ""
    """The page on which the reader records a spoken answer; empty when they cannot."""
    decide_url: str = ""
    """The page on which the reader records a decision; empty when they cannot."""
    sections: Sequence[Section] = ()
    """What upper apps know of the name."""


@dataclass(frozen=True)
class ReviewList:
    """One of the review's lists."""

    group: ReviewGroup
    title: str
    about: str
    rows: list[ReviewRow]


@dataclass(frozen=True)
class ReviewStep:
    """The next step in words, and its button if the reader may do it."""

    text: str
    label: str = ""
    url: str = ""


@dataclass(frozen=True)
class ReviewPage:
    """One review for one reader."""

    review: InactivityReview
    rows: list[ReviewRow]
    next_step: ReviewStep

    @property
    def lists(self) -> list[ReviewList]:
        """Return the four lists, empty ones included: that nobody is in one is worth knowing."""
        return [ReviewList(group, title, about, self._of(group)) for group, title, about in _LISTS]

    @property
    def others(self) -> list[ReviewRow]:
        """Return the names that got a notice and are in none of the lists."""
        return [row for row in self.rows if row.entry.group in _OTHERS]

    def _of(self, group: ReviewGroup) -> list[ReviewRow]:
        return [row for row in self.rows if row.entry.group == group]


def review_page(review: InactivityReview, actor: Actor, now: datetime) -> ReviewPage:
    """Return `review` as `actor` reads it; the caller has checked that they may.

    Three queries, and those of the sections.
    """
    entries = queries.entries_of(review, now.date())
    memberships = queries.last_memberships(entry.person_id for entry in entries)
    sections = sections_of(PAGE, entries, actor, now)
    rows = [
        _row(entry, memberships.get(entry.person_id), sections.get(str(entry.pk), ()), actor, now) for entry in entries
    ]
    return ReviewPage(review, rows, next_step(review, actor, now))


def decision_page(entry: ReviewEntry, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of the page on which a decision on `entry` is recorded, without its form."""
    return {"entry": entry, "review": entry.review, "sections": sections_of(DECISION_PAGE, entry, actor, now)}


def _row(
    entry: ReviewEntry, membership: Membership | None, sections: Sequence[Section], actor: Actor, now: datetime
) -> ReviewRow:
    actions = ENTRIES.allowed(actor, entry, now)
    answer_url = reverse("inactivity:answer_for", args=[entry.pk])
    decide_url = reverse("inactivity:decide", args=[entry.pk])
    return ReviewRow(
        entry=entry,
        since=since_in_words(membership),
        decisions=list(entry.decisions.all()),
        undecided=_undecided(entry, membership, is_contributed=bool(sections)),
        answer_url=answer_url if EntryAction.ANSWER_FOR in actions else "",
        decide_url=decide_url if EntryAction.DECIDE in actions else "",
        sections=sections,
    )


_UNDECIDED = {
    DecisionObstacle.SETTLED: "",
    DecisionObstacle.NOT_SENT: "after the review is sent",
    DecisionObstacle.SUPERSEDED: "a newer review was sent since; the name is decided on there",
    DecisionObstacle.NOT_LISTED: "",
}


def _undecided(entry: ReviewEntry, membership: Membership | None, *, is_contributed: bool) -> str:
    """Return why no decision settles the name; "" when one does, and while one that does not yet is shown."""
    obstacle = obstacle_to_decision(entry)
    if obstacle is None:
        return "" if entry.decisions.all() or is_contributed else "none yet"
    if obstacle is DecisionObstacle.LEFT:
        return f"{_left(membership)}; nothing is left to decide"
    return _UNDECIDED[obstacle]


def _left(membership: Membership | None) -> str:
    if membership is None or membership.until is None or membership.until_precision != Precision.DAY:
        return "left the team"
    return f"left the team on {day_in_words(membership.until)}"


def since_in_words(membership: Membership | None) -> str:
    """Return the beginning as precisely as it is known: ``4 March 2021``, ``March 2021``, ``2021``, ``about 2021``."""
    if membership is None or membership.since is None:
        return "an unknown day"
    return vague_day_in_words(membership.since, membership.since_precision)


def next_step(review: InactivityReview, actor: Actor, now: datetime) -> ReviewStep:
    """Return what happens next with `review`, in the words of its phase."""
    actions = REVIEWS.allowed(actor, review, now)
    match review.phase(now):
        case ReviewPhase.ANNOUNCED:
            return ReviewStep(
                "Nothing to do now. Those who were told have time for an answer; half way through, who has not "
                "answered is asked once more. When the notice is over the portal makes the lists by itself and tells "
                "the admins."
            )
        case ReviewPhase.DUE:
            text = "The notice is over. The portal makes the lists within the hour, or an admin does now."
            button = ("Make the lists", reverse("inactivity:generate", args=[review.pk]))
            return ReviewStep(text, *button) if ReviewAction.GENERATE in actions else ReviewStep(text)
        case ReviewPhase.GENERATED:
            text = "The lists are made. An admin reads them and sends the review to the Steering Council."
            button = ("Send it to the Steering Council", reverse("inactivity:send", args=[review.pk]))
            return ReviewStep(text, *button) if ReviewAction.SEND in actions else ReviewStep(text)
        case ReviewPhase.SENT:
            return ReviewStep(_deciding(review.names_to_decide, actor))
        case ReviewPhase.DECIDED:
            return ReviewStep("Nothing is left to do here. The next review is announced about a year after this one.")


def _deciding(waiting: int, actor: Actor) -> str:
    names = "one name" if waiting == 1 else f"{waiting} names"
    text = (
        f"The Steering Council decides on {names}: keep, remove, or later. One of its members records each "
        "decision beside the name; a removal waits for a second one."
    )
    is_idle = Action.RUN_REVIEWS in possible(actor) and EntryAction.DECIDE not in ENTRIES.possible(actor)
    return f"{text} There is nothing for an admin to do." if is_idle else text


@dataclass(frozen=True)
class ReviewLine:
    """One review in the list of reviews."""

    review: InactivityReview
    phase: ReviewPhase


def review_lines(reviews: Iterable[InactivityReview], now: datetime) -> list[ReviewLine]:
    """Return the lines of the list; no query if `with_counts` has annotated the reviews."""
    return [ReviewLine(review, review.phase(now)) for review in reviews]


def csv_of(page: ReviewPage) -> str:
    """Return every name of the review as CSV with a header; no cell is a formula to a spreadsheet."""
    lists = [row for names in page.lists for row in names.rows]
    return csv_text([_COLUMNS, *(_cells(row) for row in [*lists, *page.others])])


def _cells(row: ReviewRow) -> list[str]:
    entry = row.entry
    last = row.decisions[-1] if row.decisions else None
    return [
        entry.get_group_display(),
        entry.person.name,
        entry.person.github,
        row.since,
        entry.last_active_on.isoformat() if entry.last_active_on else "",
        entry.because,
        entry.answer_text or entry.get_answer_display(),
        _decision(row, last),
        *(
            [
                str(last.in_favour),
                str(last.against),
                str(last.abstained),
                last.decided_on.isoformat(),
                last.link,
            ]
            if last
            else [""] * 5
        ),
    ]


def _decision(row: ReviewRow, last: ReviewDecision | None) -> str:
    """Return the last verdict and why it settles nothing, as the page has them; somebody removed has left."""
    undecided = row.undecided if row.entry.group == ReviewGroup.INACTIVE else ""
    return "; ".join(part for part in (last.get_verdict_display() if last else "", undecided) if part)
