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
from members.inactivity.enums import LISTED, DecisionObstacle, ReviewGroup, ReviewPhase
from members.inactivity.models import ActivityNote, InactivityReview, ReviewDecision, ReviewEntry
from members.inactivity.pages.statements import basis, recommendation, recommended_for, what_counts
from members.inactivity.placing import is_own_rule
from members.inactivity.policy import (
    ENTRIES,
    NOTING,
    REVIEWS,
    Action,
    EntryAction,
    NoteAction,
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
    (
        ReviewGroup.INACTIVE,
        "Inactive",
        "PEP 811: neither coordinated nor commented on a report in the period. The recommendation is to remove them.",
    ),
    (
        ReviewGroup.NOTED,
        "Active by a note",
        "Only an admin’s note shows their work. To count it is the portal’s own rule: the council judges the note.",
    ),
    (
        ReviewGroup.NEW,
        "Too new",
        (
            "Inactive by PEP 811’s definition, and members for less than the period. To list them apart, without a "
            "recommendation, is the portal’s own rule: they have not had the whole time."
        ),
    ),
    (
        ReviewGroup.ANSWERED,
        "Answered the notice",
        (
            "Inactive by PEP 811’s definition, and said that they are still active. The notice, and to list them apart "
            "without a recommendation, is the portal’s own rule: the council reads their words."
        ),
    ),
    (ReviewGroup.EXEMPT, "Exempt by role", "Inactive, and held a role on the review’s day that PEP 811 exempts."),
)

_OTHERS = (ReviewGroup.ACTIVE, ReviewGroup.GONE)

_COLUMNS = (
    "list", "recommendation", "name", "GitHub", "member since", "last active (UTC)", "why", "answer", "notes",
    "decision", "in favour", "against", "abstained", "decided on", "link", "rests on", "review recommends",
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
    notes: Sequence[ActivityNote] = ()
    """Notes of admins on work in the period, withdrawn ones too."""
    note_url: str = ""
    """The page on which the reader writes one; empty when they cannot."""

    @property
    def recommended(self) -> str:
        """Return what the review recommends for this name, and whose rule that is."""
        return recommended_for(self.entry.group)

    @property
    def is_own_rule(self) -> bool:
        """Return whether a rule of ours sets the name apart."""
        return is_own_rule(self.entry.group)


@dataclass(frozen=True)
class ReviewList:
    """One of the review's lists."""

    group: ReviewGroup
    title: str
    about: str
    rows: list[ReviewRow]

    @property
    def is_decided_on(self) -> bool:
        """Return whether the council decides on these names."""
        return self.group in LISTED


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
    credits_read_at: datetime | None
    """How old the coordinator credits are that count; None without any."""

    @property
    def recommendation(self) -> str:
        """Return the recommendation to the council as a sentence, by name."""
        names = [row.entry.person.name for row in self._of(ReviewGroup.INACTIVE)]
        return recommendation(names, sum(row.is_own_rule for row in self.rows))

    @property
    def basis(self) -> str:
        """Return that the review rests on credits and notes only, and for which time; "" when it does not."""
        return basis(self.review.recorded_from, self.credits_read_at)

    @property
    def what_counts(self) -> str:
        """Return what was counted, as a sentence."""
        return what_counts(self.credits_read_at)

    @property
    def listed(self) -> int:
        """Return on how many names the council decides."""
        return sum(row.entry.group in LISTED for row in self.rows)

    @property
    def decided(self) -> int:
        """Return for how many of them nothing is left to decide."""
        return self.listed - self.review.names_to_decide

    @property
    def lists(self) -> list[ReviewList]:
        """Return the five lists, empty ones included: that nobody is in one is worth knowing."""
        return [ReviewList(group, title, about, self._of(group)) for group, title, about in _LISTS]

    @property
    def others(self) -> list[ReviewRow]:
        """Return the names that got a notice and are in none of the lists."""
        return [row for row in self.rows if row.entry.group in _OTHERS]

    def _of(self, group: ReviewGroup) -> list[ReviewRow]:
        return [row for row in self.rows if row.entry.group == group]


def review_page(review: InactivityReview, actor: Actor, now: datetime) -> ReviewPage:
    """Return `review` as `actor` reads it; the caller has checked that they may.

    Four queries, and those of the sections; one more before the lists are made.
    """
    entries = queries.entries_of(review, now.date())
    memberships = queries.last_memberships(entry.person_id for entry in entries)
    sections = sections_of(PAGE, entries, actor, now)
    notes = queries.notes_on(review, now)
    rows = [
        _row(
            entry,
            memberships.get(entry.person_id),
            sections.get(str(entry.pk), ()),
            notes.get(entry.person_id, ()),
            actor,
            now,
        )
        for entry in entries
    ]
    read_at = review.credits_read_at if review.generated_at else queries.credits_read_at()
    return ReviewPage(review, rows, next_step(review, actor, now), read_at)


def decision_page(entry: ReviewEntry, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of the page on which a decision on `entry` is recorded, without its form."""
    return {
        "entry": entry,
        "review": entry.review,
        "recommended": recommended_for(entry.group),
        "notes": queries.notes_on(entry.review, now).get(entry.person_id, []),
        "basis": basis(entry.review.recorded_from, entry.review.credits_read_at),
        "sections": sections_of(DECISION_PAGE, entry, actor, now),
    }


def _row(
    entry: ReviewEntry,
    membership: Membership | None,
    sections: Sequence[Section],
    notes: Sequence[ActivityNote],
    actor: Actor,
    now: datetime,
) -> ReviewRow:
    actions = ENTRIES.allowed(actor, entry, now)
    may_note = NoteAction.WRITE in NOTING.allowed(actor, entry.person, now) and _takes_notes(entry)
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
        notes=notes,
        note_url=reverse("inactivity:note_new", query={"person": entry.person_id}) if may_note else "",
    )


def _takes_notes(entry: ReviewEntry) -> bool:
    """Return whether a note on the person would still be read beside this name."""
    return entry.is_member and not entry.is_decided and not entry.is_superseded and entry.group in ("", *LISTED)


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
            text = (
                "The notice is over. The portal reads the coordinator credits and makes the lists within the hour. "
                "While GitHub does not answer they wait; an admin can make them now."
            )
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
    rests_on = " ".join(part for part in (page.basis, page.what_counts) if part)
    return csv_text([_COLUMNS, *([*_cells(row), rests_on, page.recommendation] for row in [*lists, *page.others])])


def _cells(row: ReviewRow) -> list[str]:
    entry = row.entry
    last = row.decisions[-1] if row.decisions else None
    return [
        entry.get_group_display(),
        row.recommended,
        entry.person.name,
        entry.person.github,
        row.since,
        entry.last_active_on.isoformat() if entry.last_active_on else "",
        entry.because,
        entry.answer_text or entry.get_answer_display(),
        "; ".join(note_in_words(note) for note in row.notes),
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


def note_in_words(note: ActivityNote) -> str:
    """Return a note in one line: the day, the words, who wrote them, and whether it is withdrawn."""
    line = f"{day_in_words(note.day)}: {note.text} (written by {note.written_by.name})"
    return f"{line}, withdrawn by {note.withdrawn_by.name}" if note.withdrawn_by else line


def _decision(row: ReviewRow, last: ReviewDecision | None) -> str:
    """Return the last verdict and why it settles nothing, as the page has them; somebody removed has left."""
    undecided = row.undecided if row.entry.group in LISTED else ""
    return "; ".join(part for part in (last.get_verdict_display() if last else "", undecided) if part)
