"""Find which mails wait, went out or were refused, for pages, for the operator and for the apps that ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q

from audit.models import Event, label
from members.accounts.models import Invitation
from members.people.models import Person
from nominations.models import Vote
from notifications.causes import Cause, cause_of
from notifications.enums import Mail
from notifications.models import Delivery, DeliveryQuerySet, MailPause, Notice, Reason
from notifications.recipients import INVITATION_PREFIX, PERSON_PREFIX, ids_of


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


def mail_on_its_way(event: Event) -> set[str]:
    """Return the keys of those to whom mail to the council about the same vote is still to be sent."""
    others = Delivery.objects.to_send().filter(notice__mail=Mail.VETO_WINDOW, notice__event__target=event.target)
    return set(others.exclude(notice__event=event.pk).values_list("recipient", flat=True))


def _mail_to_council(vote: UUID) -> dict[str, datetime]:
    """Return the keys of those whose mail to the council about this vote was handed over, with the first moment."""
    target = f"{Vote._meta.label_lower}:{vote}"
    gone = Delivery.objects.filter(notice__mail=Mail.VETO_WINDOW, notice__event__target=target, sent_at__isnull=False)
    first = gone.exclude(reason=Reason.LOST_ACCESS).order_by().values_list("recipient").annotate(Min("sent_at"))
    return {key: moment for key, moment in first if moment is not None}


def council_told(vote: UUID) -> dict[UUID, datetime]:
    """Return whom on the council mail about this vote was handed over for, and when the first one was."""
    first = _mail_to_council(vote)
    told = {pk: first[f"{PERSON_PREFIX}{pk}"] for pk in ids_of(first, PERSON_PREFIX)}
    invited = Invitation.objects.filter(pk__in=ids_of(first, INVITATION_PREFIX)).values_list("pk", "person")
    for invitation, person in invited:
        moment = first[f"{INVITATION_PREFIX}{invitation}"]
        told[person] = min(moment, told.get(person, moment))
    return told


def bounced_invitations(invitations: Iterable[UUID]) -> list[UUID]:
    """Return those of `invitations` whose last mail the mail server refused for good. One query."""
    keys = {f"{INVITATION_PREFIX}{pk}": pk for pk in invitations}
    deliveries = Delivery.objects.filter(recipient__in=keys).order_by("trying_since", "pk")
    last = {delivery.recipient: delivery.reason for delivery in deliveries}
    return [keys[key] for key, reason in last.items() if reason == Reason.REFUSED]


def pause_in_force() -> MailPause | None:
    """Return the pause of all mail, if there is one now."""
    return MailPause.objects.in_force().first()


def was_paused(since: datetime, until: datetime) -> bool:
    """Return whether mail was paused at any moment from `since` to `until`."""
    return MailPause.objects.between(since, until).exists()
