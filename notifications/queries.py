"""Find what an event is about, for audiences and contents of mails; and what waits, for pages and the operator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q

from advisories.reports.models import Report
from audit.models import Event, label
from members.accounts.models import Invitation
from members.boarding import queries as boarding
from members.boarding.models import Checklist
from members.inactivity.models import ReviewEntry
from members.people.models import Person
from members.resets.models import LoginReset
from nominations.models import Nomination, Vote
from notifications.causes import Cause, cause_of
from notifications.enums import Mail
from notifications.models import Delivery, DeliveryQuerySet, MailPause, Notice, Reason


def checklist_of(event: Event) -> Checklist:
    """Return the checklist that is the target of `event`, with its person."""
    return boarding.checklist_of(event.target_id)


def entry_of(event: Event) -> ReviewEntry:
    """Return the entry of an inactivity review that is the target of `event`, with its review."""
    return ReviewEntry.objects.select_related("review").get(pk=event.target_id)


def invitation_of(event: Event) -> Invitation:
    """Return the invitation that is the target of `event`, with its person."""
    return Invitation.objects.select_related("person").get(pk=event.target_id)


def reset_of(event: Event) -> LoginReset:
    """Return the request for a reset that is the target of `event`, with its person."""
    return LoginReset.objects.select_related("person").get(pk=event.target_id)


def nomination_of(event: Event) -> Nomination:
    """Return the nomination that `event` is about: its target, or that of the vote which is its target."""
    nominations = Nomination.objects.select_related("nominee", "vote__decision", "stop")
    if event.target.startswith("nominations.vote:"):
        return nominations.get(vote__pk=event.target_id)
    return nominations.get(pk=event.target_id)


def mail_on_its_way(event: Event) -> set[str]:
    """Return the keys of those to whom mail to the council about the same vote is still to be sent."""
    others = Delivery.objects.to_send().filter(notice__mail=Mail.VETO_WINDOW, notice__event__target=event.target)
    return set(others.exclude(notice__event=event.pk).values_list("recipient", flat=True))


def mail_to_council(vote: UUID) -> dict[str, datetime]:
    """Return the keys of those whose mail to the council about this vote was handed over, with the first moment."""
    target = f"{Vote._meta.label_lower}:{vote}"
    sent = Delivery.objects.filter(notice__mail=Mail.VETO_WINDOW, notice__event__target=target, sent_at__isnull=False)
    first = sent.exclude(reason=Reason.LOST_ACCESS).order_by().values_list("recipient").annotate(Min("sent_at"))
    return {key: moment for key, moment in first if moment is not None}


def report_of(event: Event) -> Report:
    """Return the report that `event` is about: its target, or the one that the event of an advisory names."""
    pk = event.data.get("report") or event.target_id
    return Report.objects.system("mail about a report").whole().get(pk=pk)


@dataclass(frozen=True)
class WaitingMail:
    """Mails that wait for one cause."""

    cause: Cause
    number: int
    since: datetime
    next_try: datetime


def waiting_mail(now: datetime) -> list[WaitingMail]:
    """Return the mails that should have gone by `now`, by cause, longest waiting first. Three queries.

    Mail of the last minutes of which nothing has failed is on its way, and left out. A digest counts once, and a notice
    whose recipients are not worked out as one mail.
    """
    mails = Delivery.objects.to_send().filter(trying_since__lte=now)
    mails = mails.filter(~Q(error="") | Q(pk__in=Delivery.objects.late(now).values("pk")))
    by_error = mails.order_by().values_list("error").annotate(Count("pk"), Min("trying_since"), Min("due_at"))
    found = [WaitingMail(cause_of(error), *facts) for error, *facts in by_error]
    late = Notice.objects.late(now).order_by()
    put_off = late.put_off().values("pk")
    for cause, notices in ((Cause.RECIPIENTS, late.put_off()), (Cause.NO_WORKER, late.exclude(pk__in=put_off))):
        facts = notices.aggregate(number=Count("pk"), since=Min("created_at"), next_try=Min("due_at"))
        if facts["number"]:
            found.append(WaitingMail(cause, **facts))
    return sorted(_by_cause(found), key=lambda waiting: waiting.since)


def _by_cause(found: Iterable[WaitingMail]) -> Iterable[WaitingMail]:
    """Return one of each cause."""
    together: dict[Cause, WaitingMail] = {}
    for one in found:
        other = together.get(one.cause, WaitingMail(one.cause, 0, one.since, one.next_try))
        together[one.cause] = WaitingMail(
            one.cause, one.number + other.number, min(one.since, other.since), min(one.next_try, other.next_try)
        )
    return together.values()


def sent(person: Person, visible: Q) -> DeliveryQuerySet:
    """Return what was sent to `person` of the notices that `visible` lets through, newest first.

    What a digest had to leave out was not sent.
    """
    sent_ = Delivery.objects.filter(recipient=label(person), sent_at__isnull=False).exclude(reason=Reason.LOST_ACCESS)
    shown = sent_.filter(notice__in=Notice.objects.filter(visible).order_by())
    return shown.select_related("notice__event").order_by("-sent_at", "-notice__created_at", "pk")


#: The targets of events that are about one nomination.
_OF_NOMINATIONS = ("nominations.nomination:", "nominations.vote:")


def nominees_of(events: Iterable[Event]) -> dict[str, str]:
    """Return the names of the nominees of the nominations that `events` are about, by the targets of the events."""
    targets = {event.target for event in events}
    # Decisions of the council are things of the same app, with numbers for keys.
    ids = [target.partition(":")[2] for target in targets if target.startswith(_OF_NOMINATIONS)]
    about = Nomination.objects.filter(Q(pk__in=ids) | Q(vote__pk__in=ids)).order_by()
    rows = about.values_list("pk", "vote__pk", "nominee__name")
    return {
        f"nominations.{model}:{pk}": name
        for nomination, vote, name in rows
        for model, pk in (("nomination", nomination), ("vote", vote))
    }


def pause_in_force() -> MailPause | None:
    """Return the pause of all mail, if there is one now."""
    return MailPause.objects.in_force().first()


def was_paused(since: datetime, until: datetime) -> bool:
    """Return whether mail was paused at any moment from `since` to `until`."""
    return MailPause.objects.between(since, until).exists()
