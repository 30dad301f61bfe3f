"""The areas of this app on the dashboard and on the page of all areas."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from members.boarding.models import Checklist
from members.boarding.policy import Action, possible
from members.people.policy import Actor
from web.areas import AreaSource, CountOf, Values, number_in_words
from web.waiting import Area, Columns


def _columns(_now: datetime) -> Columns:
    return {
        "onboardings": CountOf(Checklist.objects.onboardings().running().values("pk")),
        "offboardings": CountOf(Checklist.objects.offboardings().running().values("pk")),
    }


def _concerns(actor: Actor) -> bool:
    return Action.SEE_BOARDING in possible(actor)


def _onboarding(values: Values, _now: datetime) -> Area:
    return Area(
        title="Onboarding",
        url=reverse("boarding:onboardings"),
        detail="Whoever the team has accepted comes in: login, responsibilities, channels, access.",
        urgency=number_in_words(values["onboardings"], "on the way in", "on the way in"),
    )


def _offboarding(values: Values, _now: datetime) -> Area:
    return Area(
        title="Offboarding",
        url=reverse("boarding:offboardings"),
        detail="Whoever leaves: reports handed over, every channel closed.",
        urgency=number_in_words(values["offboardings"], "is open", "are open"),
    )


AREAS = (
    AreaSource(group="Coming and going", position=10, columns=_columns, area=_onboarding, concerns=_concerns),
    AreaSource(group="Coming and going", position=20, columns=_columns, area=_offboarding, concerns=_concerns),
)
