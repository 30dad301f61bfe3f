"""What waits to be mailed and why: on the page of mail, on an admin's dashboard, and among the areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Subquery
from django.urls import reverse
from django.utils.formats import date_format

from members.people.policy import Actor
from notifications import queries
from notifications.causes import EXPLANATIONS, Cause, cause_of
from notifications.models import LATE_AFTER, Delivery, MailPause, Notice
from notifications.policy import POLICY, Action
from notifications.queries import WaitingMail
from web.areas import AreaSource, CountOf, Values, number_in_words
from web.waiting import Area, Columns, ColumnSource, Waiting


@dataclass(frozen=True)
class WaitingRow:
    """Mails that wait for one cause, in words."""

    mail: WaitingMail
    number: str
    why: str
    what_to_do: str


@dataclass(frozen=True)
class MailState:
    """How things stand with mail: the pause in force, and what waits."""

    pause: MailPause | None
    rows: list[WaitingRow]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits, and nothing keeps it from going."""
        return self.pause is None and not self.rows


def state_of(now: datetime) -> MailState:
    """Return how things stand. Four queries."""
    return MailState(queries.pause_in_force(), [_row(mail) for mail in queries.waiting_mail(now)])


def _row(mail: WaitingMail) -> WaitingRow:
    why, what_to_do = EXPLANATIONS[mail.cause]
    return WaitingRow(mail, _mails(mail.number), _sentence(why), what_to_do)


def _mails(number: int) -> str:
    return "1 mail" if number == 1 else f"{number} mails"


def _sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."


def since_in_words(since: datetime, now: datetime) -> str:
    """Return ``10:40 UTC``, and of another day ``29 November, 10:40 UTC``."""
    since = since.astimezone(UTC)
    is_today = since.date() == now.astimezone(UTC).date()
    return date_format(since, "H:i" if is_today else "j F, H:i") + " UTC"


# -- on the dashboard -----------------------------------------------------------------------------------


def _columns(now: datetime) -> Columns:
    late, unexpanded = Delivery.objects.late(now).order_by(), Notice.objects.late(now).order_by()
    errors = late.values("error").annotate(number=Count("pk")).order_by("-number", "error")
    return {
        "mail_late": CountOf(late.values("pk")),
        "mail_late_since": Subquery(late.order_by("trying_since").values("trying_since")[:1]),
        "mail_error": Subquery(errors.values("error")[:1]),
        "notices_late": CountOf(unexpanded.values("pk")),
        "notices_put_off": CountOf(unexpanded.put_off().values("pk")),
        "notices_late_since": Subquery(unexpanded.order_by("created_at").values("created_at")[:1]),
        "mail_paused_at": Subquery(MailPause.objects.in_force().values("begun_at")[:1]),
    }


def _columns_for(actor: Actor, now: datetime) -> Columns:
    return _columns(now) if Action.SEE_FAILURES in POLICY.possible(actor) else {}


def _items(_actor: Actor, now: datetime, values: Mapping[str, Any]) -> list[Waiting]:
    """Return the alarm, if mail is paused or has waited for long."""
    number = values["mail_late"] + values["notices_late"]
    if values["mail_paused_at"]:
        since = since_in_words(values["mail_paused_at"], now)
        detail = f"{_mails(number)} {'waits' if number == 1 else 'wait'}. " if number else ""
        return [
            _alarm(
                "Paused",
                f"Mail has been paused since {since}",
                f"{detail}Nobody is told of anything until somebody resumes it on the server.",
                values["mail_paused_at"],
            )
        ]
    if not number:
        return []
    since = min(moment for moment in (values["mail_late_since"], values["notices_late_since"]) if moment)
    have = "has" if number == 1 else "have"
    title = f"{_mails(number)} {have} waited since {since_in_words(since, now)}"
    return [_alarm("Mail", title, _sentence(EXPLANATIONS[_main_cause(values)][0]), since + LATE_AFTER)]


def _main_cause(values: Mapping[str, Any]) -> Cause:
    """Return the cause of most of the mails that wait."""
    if values["mail_late"]:
        return cause_of(values["mail_error"])
    return Cause.RECIPIENTS if values["notices_put_off"] else Cause.NO_WORKER


def _alarm(urgency: str, title: str, detail: str, due: datetime) -> Waiting:
    return Waiting(
        urgency=urgency,
        tone="critical",
        due=due,
        title=title,
        detail=detail,
        url=reverse("notifications:failures"),
        action="See why",
    )


WAITING = ColumnSource(_columns_for, _items)


# -- among the areas -------------------------------------------------------------------------------------


def _area_columns(now: datetime) -> Columns:
    return {**_columns(now), "mail_failed": CountOf(Delivery.objects.failed().order_by().values("pk"))}


def _area(values: Values, _now: datetime) -> Area:
    urgency, tone = _badge(values)
    return Area(
        title="Mail",
        url=reverse("notifications:failures"),
        detail="What waits to be sent, what could not be sent, and why.",
        urgency=urgency,
        tone=tone,
    )


def _badge(values: Values) -> tuple[str, str]:
    if values["mail_paused_at"]:
        return "Paused", "critical"
    if late := values["mail_late"] + values["notices_late"]:
        return number_in_words(late, "waits", "wait"), "critical"
    if failed := values["mail_failed"]:
        return number_in_words(failed, "failed", "failed"), "now"
    return "Nothing waits", "good"


AREAS = (AreaSource(group="What happened", position=110, columns=_area_columns, area=_area),)
