"""What the pages and the file of an inactivity review show, worked out before a template sees it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse

from members.inactivity.models import InactivityReview, ReviewDecision, ReviewEntry, ReviewGroup
from members.inactivity.placing import Placing, written
from members.inactivity.policy import Action, allows, possible
from members.people.models import Membership, Precision
from members.people.policy import Actor
from web.confirmation import ActPage

#: What the lists are called, and what stands below their headings, in the order of the review.
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
class Row:
    """One name."""

    entry: ReviewEntry
    since: str
    """When the membership began, in words."""
    decisions: list[ReviewDecision]
    undecided: str = ""
    """Why no decision settles the name, in words; empty once one does."""
    answer_url: str = ""
    """Where the reader writes down what somebody without an address has answered; empty when there is nothing to."""
    decide_url: str = ""
    """Where the reader records what the council decided; empty when that is not for them, or not now."""


@dataclass(frozen=True)
class NameList:
    """One of the review's lists."""

    group: ReviewGroup
    title: str
    about: str
    rows: list[Row]


@dataclass(frozen=True)
class NextStep:
    """What happens next, and the button when it is the reader who does it."""

    words: str
    label: str = ""
    url: str = ""


@dataclass(frozen=True)
class ReviewPage:
    """One review for one reader."""

    review: InactivityReview
    rows: list[Row]
    next_step: NextStep

    @property
    def lists(self) -> list[NameList]:
        """The four lists, empty ones included: that nobody is in one is worth knowing."""
        return [NameList(group, title, about, self._of(group)) for group, title, about in _LISTS]

    @property
    def others(self) -> list[Row]:
        """Who got a notice and stands in none of the lists."""
        return [row for row in self.rows if row.entry.group in _OTHERS]

    def _of(self, group: ReviewGroup) -> list[Row]:
        return [row for row in self.rows if row.entry.group == group]


def review_page(review: InactivityReview, actor: Actor, now: datetime) -> ReviewPage:
    """`review` as `actor` sees it; who may not see it at all has been refused before."""
    decisions = ReviewDecision.objects.select_related("recorded_by")
    named = review.entries.select_related("person", "answer_taken_by")
    entries = list(named.prefetch_related(Prefetch("decisions", queryset=decisions)))
    memberships = _last_memberships(entry.person_id for entry in entries)
    open_ones = set(ReviewEntry.objects.filter(review=review).to_decide().values_list("pk", flat=True))
    takes_answers = review.takes_answers(now) and Action.RUN_REVIEWS in possible(actor)
    rows = [
        Row(
            entry=entry,
            since=since_in_words(memberships.get(entry.person_id)),
            decisions=list(entry.decisions.all()),
            undecided=_undecided(review, entry, memberships.get(entry.person_id), is_open=entry.pk in open_ones),
            answer_url=reverse("inactivity:answer_for", args=[entry.pk])
            if takes_answers and not (entry.noticed or entry.answer) and allows(Action.ANSWER_FOR, actor, entry.person)
            else "",
            decide_url=reverse("inactivity:decide", args=[entry.pk])
            if entry.pk in open_ones and allows(Action.DECIDE, actor, entry.person)
            else "",
        )
        for entry in entries
    ]
    return ReviewPage(review, rows, next_step(review, actor, now, waiting=len(open_ones)))


def _last_memberships(people: Iterable[UUID]) -> dict[UUID, Membership]:
    """Each person's running one; the one that ended last where none is."""
    found = Membership.objects.filter(person__in=list(people))
    in_order = sorted(found, key=lambda one: (not one.ended, one.until or date.min, one.pk))
    return {membership.person_id: membership for membership in in_order}


def _undecided(review: InactivityReview, entry: ReviewEntry, membership: Membership | None, *, is_open: bool) -> str:
    """Why no decision settles the name; "" when one does. `is_open` is whether the council can decide on it now."""
    decisions = entry.decisions.all()
    if any(decision.is_final for decision in decisions):
        return ""
    if membership is None or membership.ended:
        return f"{_left(membership)}; nothing is left to decide"
    if review.sent_at is None:
        return "after the review is sent"
    if not is_open:
        return "a newer review was sent since; the name is decided on there"
    return "" if decisions else "none yet"


def _left(membership: Membership | None) -> str:
    if membership is None or membership.until is None or membership.until_precision != Precision.DAY:
        return "left the team"
    return f"left the team on {written(membership.until)}"


def since_in_words(membership: Membership | None) -> str:
    """``4 March 2021``, ``March 2021``, ``2021``, ``about 2021``, or that nobody knows."""
    if membership is None or membership.since is None:
        return "an unknown day"
    since = membership.since
    return {
        Precision.DAY: written(since),
        Precision.MONTH: f"{since:%B %Y}",
        Precision.YEAR: f"{since:%Y}",
        Precision.ABOUT: f"about {since:%Y}",
    }[Precision(membership.since_precision)]


def next_step(review: InactivityReview, actor: Actor, now: datetime, *, waiting: int) -> NextStep:
    """What happens next; `waiting` is how many names wait for a decision."""
    can_run = Action.RUN_REVIEWS in possible(actor)
    if review.takes_answers(now):
        return NextStep(
            "Nothing to do now. Those who were told have time for an answer; half way through, who has not answered "
            "is asked once more. When the notice is over the portal makes the lists by itself and tells the admins."
        )
    if review.generated_at is None:
        words = "The notice is over. The portal makes the lists within the hour, or an admin does now."
        return _act(words, "Make the lists", "generate", review, can_run)
    if review.sent_at is None:
        words = "The lists are made. An admin reads them and sends the review to the Steering Council."
        return _act(words, "Send it to the Steering Council", "send", review, can_run)
    if waiting:
        names = "one name" if waiting == 1 else f"{waiting} names"
        words = (
            f"The Steering Council decides on {names}: keep, remove, or later. One of its members records each "
            "decision beside the name."
        )
        is_idle = can_run and Action.DECIDE not in possible(actor)
        return NextStep(f"{words} There is nothing for an admin to do." if is_idle else words)
    return NextStep("Nothing is left to do here. The next review is announced about a year after this one.")


def _act(words: str, label: str, name: str, review: InactivityReview, can_run: bool) -> NextStep:
    return NextStep(words, label, reverse(f"inactivity:{name}", args=[review.pk])) if can_run else NextStep(words)


def announce_act(found: list[Placing], since: datetime, due_at: datetime, notice_days: int) -> ActPage:
    """The question before the notices go out."""
    told = sum(placing.reviewed.can_be_mailed for placing in found)
    count = "Nobody gets" if not told else "One member gets" if told == 1 else f"{told} members get"
    return ActPage(
        here="Announce",
        heading="Announce the inactivity review?",
        lead=f"The review will look at the time since {written(since.date())}.",
        points=(
            f"{count} a mail with two private links: “I am still active, because …” and “I retire to emeritus”.",
            f"They have {notice_days} days for an answer, until {written(due_at.date())}.",
            "Half way through, who has not answered is asked once more.",
            "Then the portal makes the lists by itself, by what is so on that day, and tells the admins.",
            "Until then nobody but the admins and the Steering Council sees who was told.",
        ),
        label="Announce the review",
    )


def answer_act(entry: ReviewEntry) -> ActPage:
    """The question before an answer is written down for somebody without an address."""
    return ActPage(
        here="Answer",
        heading=f"What has {entry.person.name} answered?",
        lead="The portal had no address of theirs when the notices went out, so you have asked them yourself.",
        points=(
            "Your name stands beside the answer, for the Steering Council and for them.",
            "With it they are listed as “answered the notice” instead of inactive. It is written down once.",
            "If they want to leave instead, offboard them from their record.",
        ),
        label="Write it down",
    )


def generate_act() -> ActPage:
    """The question before the lists are made."""
    return ActPage(
        here="Make the lists",
        heading="Make the lists now?",
        lead="The notice is over. The lists are made once and do not change after that.",
        points=(
            "Activity, roles and memberships count as they are at this moment.",
            "The links in the notices have stopped working.",
            "Nobody outside the admins and the Steering Council is told. Sending the review is a step of its own.",
        ),
        label="Make the lists",
    )


def send_act(inactive: int) -> ActPage:
    """The question before the council is told."""
    names = "Nobody is" if not inactive else "One name is" if inactive == 1 else f"{inactive} names are"
    return ActPage(
        here="Send",
        heading="Send the review to the Steering Council?",
        lead=f"{names} listed as inactive. It cannot be taken back.",
        points=(
            "Every member of the Steering Council gets a mail with a link, and no names in it.",
            "They read the whole review here, with the answers to the notice.",
            "From then on they record one decision for each inactive name. A removal takes effect at once.",
        ),
        label="Send it",
    )


def csv_of(page: ReviewPage) -> str:
    """Every name of the review as CSV with a header; no cell is a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    lists = [row for names in page.lists for row in names.rows]
    for row in [*lists, *page.others]:
        writer.writerow(defused(cell) for cell in _cells(row))
    return out.getvalue()


def _cells(row: Row) -> list[str]:
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
        *(
            [
                last.get_verdict_display(),
                str(last.in_favour),
                str(last.against),
                str(last.abstained),
                last.decided_on.isoformat(),
                last.link,
            ]
            if last
            else [""] * 6
        ),
    ]


def defused(cell: str) -> str:
    """With an apostrophe in front of what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
