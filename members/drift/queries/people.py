"""The people on the pages of a check: those of the table, and those behind accounts that are on no roster."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject, Lower

from members.boarding.models import Checklist
from members.channels.models import ChannelAccount
from members.drift.models import Finding
from members.people.models import FormerGitHubName, Membership, Person, Suspension
from web.validity import row_id


def people_in_table(moments: Collection[datetime], found: Collection[Any], *, gone_by: date | None) -> QuerySet[Any]:
    """Return the members of the days of `moments`, people with a key in `found`, and what their row says of them.

    With `gone_by` (UTC) also those who left after the first of the moments, unless they have come back by then.
    """
    gone_at = _gone_after(min(moments), gone_by) if gone_by else None
    checklists = Checklist.objects.running().filter(person=OuterRef("pk"))
    memberships = Membership.objects.filter(person=OuterRef("pk"))
    people: QuerySet[Any] = Person.objects.annotate(
        was_member=Exists(memberships.filter(pk__in=_memberships_on({moment.date() for moment in moments}))),
        is_suspended=Exists(Suspension.objects.in_force().filter(person=OuterRef("pk"))),
        has_left=Exists(memberships.exclude(ended="")),
        onboarding=Subquery(checklists.onboardings().values("pk")[:1]),
        offboarding=Subquery(checklists.offboardings().values("pk")[:1]),
        gone_at=Value(None, DateTimeField()) if gone_at is None else Subquery(gone_at),
    )
    wanted = Q(was_member=True) | Q(pk__in=found)
    return people.filter(wanted | Q(gone_at__isnull=False))


def _memberships_on(days: set[date]) -> QuerySet[Any]:
    covering = Membership.objects.none()
    for day in days:
        covering = covering | Membership.objects.on(day)
    return covering.values("pk")


def _gone_after(moment: datetime, today: date) -> QuerySet[Any]:
    """Return when the person of the outer query left for the last time after `moment`, unless they have come back."""
    back = Membership.objects.on(today).values("person")
    left = Checklist.objects.offboardings().filter(person=OuterRef("pk"), begun_at__gt=moment)
    return left.exclude(person__in=back).order_by("-begun_at").values("begun_at")[:1]


def people_behind(findings: Sequence[Finding]) -> list[Any]:
    """Return everybody who may stand behind one of the accounts, with what they are called everywhere. One query."""
    if not findings:
        return []
    identifiers = {finding.identifier for finding in findings if finding.identifier}
    numbers = [number for number in map(row_id, identifiers) if number is not None]
    memberships = Membership.objects.filter(person=OuterRef("pk"))
    accounts = ChannelAccount.objects.filter(person=OuterRef("pk"))
    # Names on GitHub are ASCII, which the database folds as Python does.
    shown = {finding.shown.casefold() for finding in findings}
    former = FormerGitHubName.objects.alias(name_in_lower=Lower("name")).filter(person=OuterRef("pk"))
    people = Person.objects.annotate(
        address=F("user__email"),
        accounts=ArraySubquery(accounts.values(data=JSONObject(channel="channel_id", identifier="identifier"))),
        has_left=Q(Exists(memberships)) & ~Q(Exists(memberships.filter(ended=""))),
        has_account=Exists(accounts.filter(identifier__in=identifiers)),
        former_names=ArraySubquery(former.values("name")),
        had_name=Exists(former.filter(name_in_lower__in=shown)),
    )
    owners = Q(github_id__in=numbers) | Q(address__in=identifiers) | Q(has_account=True) | Q(had_name=True)
    # Names are compared in Python, because the database folds case otherwise.
    return list(people.filter(owners | Q(has_left=True)))
