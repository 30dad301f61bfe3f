"""The areas of this app on the dashboard and on the page of all areas."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from members.accounts.models import Invitation
from members.accounts.policy import Action, possible
from members.people.models import Suspension
from members.people.policy import Actor
from web.areas import AreaSource, CountOf, Values, number_in_words
from web.waiting import Area, Columns


def _suspension_columns(_now: datetime) -> Columns:
    return {"suspensions_in_force": CountOf(Suspension.objects.in_force().values("pk"))}


def _invitation_columns(_now: datetime) -> Columns:
    return {"pending_invitations": CountOf(Invitation.objects.pending().values("pk"))}


def _ends_suspensions(actor: Actor) -> bool:
    return Action.END_SUSPENSION in possible(actor)


def _suspensions(values: Values, _now: datetime) -> Area:
    return Area(
        title="Suspensions",
        url=reverse("accounts:suspensions"),
        detail="The emergency brake: a lost laptop, an account in foreign hands.",
        urgency=number_in_words(values["suspensions_in_force"], "in force", "in force"),
    )


def _invitations(values: Values, _now: datetime) -> Area:
    return Area(
        title="Invitations",
        url=reverse("accounts:invitations"),
        detail="A login comes from an invitation, and from nothing else.",
        urgency=number_in_words(values["pending_invitations"], "not accepted", "not accepted"),
        tone="neutral",
    )


AREAS = (
    AreaSource(
        group="Coming and going",
        position=30,
        columns=_suspension_columns,
        area=_suspensions,
        concerns=_ends_suspensions,
    ),
    AreaSource(group="People", position=50, columns=_invitation_columns, area=_invitations),
)
