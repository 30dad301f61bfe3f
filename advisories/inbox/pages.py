"""Build the pages of the inbox, and what it contributes to the dashboard and to the page of all areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, Min, Subquery
from django.urls import reverse

from advisories.inbox import queries
from advisories.inbox.answers import canned_answers
from advisories.inbox.enums import Handling, Nature
from advisories.inbox.models import IncomingMail
from advisories.inbox.policy import POLICY, Action, allowed, obstacle, possible
from advisories.inbox.queries import Subjects
from advisories.reports.models import Report
from members.people.policy import Actor
from web.areas import AreaSource, CountOf, Values, number_in_words
from web.waiting import Area, Columns, ColumnSource, Waiting


@dataclass(frozen=True)
class Guess:
    """What the portal takes a mail for, and why. An offer: nothing happens by it."""

    label: str
    ground: str
    tone: str = "neutral"
    report: Report | None = None


@dataclass(frozen=True)
class MailRow:
    """One line of the list; `number` is how many mails of this text wait."""

    mail: IncomingMail
    guess: Guess | None
    number: int = 1


def guess_of(mail: IncomingMail, about: Subjects, number: int) -> Guess | None:
    """Return what the portal takes a mail for; None if nothing in it says."""
    if mail.nature != Nature.WRITTEN:
        return Guess(mail.get_nature_display(), "by its headers")
    if about.thread:
        return Guess(f"Belongs to {about.thread.reference}", "it answers a mail of that report", "accent", about.thread)
    if about.named:
        return Guess(f"Belongs to {about.named.reference}", "its number is in the subject", "accent", about.named)
    if number > 1:
        return Guess(f"Same text, {number} messages", "often a mass mailing")
    if about.ghsa:
        return Guess("Names an advisory on GitHub", about.ghsa, "accent")
    return None


def rows_of(actor: Actor, mails: Sequence[IncomingMail]) -> list[MailRow]:
    """Return a line for each of `mails`: three queries, however many there are."""
    about, numbers = queries.subjects_of(actor, mails), queries.copies(mails)
    lines = []
    for mail in mails:
        number = numbers.get(mail.text_mark, 1) if not mail.handling and not mail.is_noise else 1
        lines.append(MailRow(mail, guess_of(mail, about[mail.pk], number), number))
    return lines


def decisions_of(mails: Iterable[IncomingMail], actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return the acts that handled `mails`, in their order: the mail of each, and whether it can be taken back."""
    by_batch = dict[Any, list[IncomingMail]]()
    for mail in mails:
        by_batch.setdefault(mail.batch, []).append(mail)
    return [
        {
            "first": handled[0],
            "mails": handled,
            "number": len(handled),
            "can_undo": all(Action.TAKE_BACK in allowed(actor, mail, now) for mail in handled),
        }
        for handled in by_batch.values()
    ]


def context_of(mail: IncomingMail, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the context of a mail's page."""
    same = [] if mail.handling or mail.is_noise else queries.of_the_same_text(mail)
    actions = allowed(actor, mail, now)
    about = queries.subjects_of(actor, [mail])[mail.pk]
    return {
        "mail": mail,
        "same": same,
        "number": len(same) + 1,
        "guess": guess_of(mail, about, len(same) + 1),
        "attachments": mail.attachments.visible_to(actor),
        "can": {action.name.lower(): action in actions for action in Action},
        "why_no_answer": "" if mail.handling else obstacle(Action.ANSWER, mail, now),
    }


def filing_points(mail: IncomingMail) -> tuple[str, ...]:
    """Return what filing a mail does, a sentence each."""
    sender = mail.from_name or mail.from_address or "nobody"
    return (
        "The team sees the report and is told that there is a new one.",
        f"It counts as received when the mail arrived, {mail.received_at:%d %B %Y, %H:%M} UTC.",
        f"The reporter is {sender}, as the mail says. The address stands in the text, and in no field of the report.",
        "Attached files can be downloaded by everybody who may see the report.",
        *until_point(),
    )


def until_point() -> tuple[str, ...]:
    """Return the sentence about taking an act back."""
    minutes = settings.INBOX_UNDO_MINUTES
    return (f"You can take it back for {minutes} minutes; it happens after that.",) if minutes else ()


def answers() -> Mapping[str, Any]:
    """Return the texts to answer with, by name."""
    return canned_answers(settings.SITE_URL + reverse("intake:new"), settings.SECURITY_ADDRESS)


def way_of(mail: IncomingMail, now: datetime) -> str:
    """Return what becomes of a handled mail, and when, as a sentence."""
    if mail.settled_at is None and mail.settles_at and mail.settles_at > now:
        minutes = max(1, -(-(mail.settles_at - now) // timedelta(minutes=1)))
        return f"It happens in {minutes} {'minute' if minutes == 1 else 'minutes'}, and can be taken back until then."
    if mail.settled_at is None:
        return "It happens within a minute."
    return "The answer is on its way." if mail.handling == Handling.ANSWERED else "Done."


# -- the dashboard, and the page of all areas ------------------------------------------------------------


def _columns(actor: Actor, _now: datetime) -> Columns:
    if Action.SEE not in possible(actor):
        return {}
    new = IncomingMail.objects.system("how much mail waits for admins").new()
    return {"inbox_waiting": CountOf(new.values("pk")), "inbox_oldest": _oldest()}


def _oldest() -> Any:
    new = IncomingMail.objects.system("how long mail waits for admins").new().order_by()
    oldest = new.values("nature").annotate(oldest=Min("received_at")).order_by("oldest").values("oldest")[:1]
    return Subquery(oldest, output_field=DateTimeField())


def _items(_actor: Actor, now: datetime, values: Mapping[str, Any]) -> list[Waiting]:
    """Return one item for all mail that waits."""
    number, oldest = values["inbox_waiting"], values["inbox_oldest"]
    if not number:
        return []
    due = oldest + timedelta(hours=settings.INBOX_REMIND_HOURS)
    return [
        Waiting(
            urgency="Waits too long" if due <= now else "New mail",
            tone="now" if due <= now else "accent",
            due=due,
            title="A message to the team waits" if number == 1 else f"{number} messages to the team wait",
            detail="Mail to the team’s public address. Each may be a report.",
            url=reverse("inbox:list"),
            action="Open the inbox",
        )
    ]


def _area_columns(_now: datetime) -> Columns:
    new = IncomingMail.objects.system("how much mail waits for admins").new()
    return {"inbox_waiting": CountOf(new.values("pk"))}


def _area(values: Values, _now: datetime) -> Area:
    return Area(
        title="Inbox",
        url=reverse("inbox:list"),
        detail="Mail to the team’s public address becomes a report, is answered, or is discarded.",
        urgency=number_in_words(values["inbox_waiting"], "waits", "wait"),
    )


def may_see(actor: Actor) -> bool:
    """Return whether there is an inbox for the actor."""
    return Action.SEE in POLICY.possible(actor)


WAITING = ColumnSource(_columns, _items)
AREAS = (AreaSource(group="Reports", position=30, columns=_area_columns, area=_area),)
