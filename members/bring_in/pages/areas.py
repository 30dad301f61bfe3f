"""The areas of this app on the dashboard and on the page of all areas."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from members.accounts.models import Invitation
from members.accounts.policy import Action, possible
from members.bring_in.queries.roster import who_can_sign_in
from members.people.models import Person
from members.people.policy import Actor
from web.areas import AreaSource, CountOf, Values, number_in_words
from web.waiting import Area, Columns


def _sign_in_columns(now: datetime) -> Columns:
    day = now.date()
    return {
        "members_signing_in": CountOf(who_can_sign_in(day).values("pk")),
        "members_in_all": CountOf(Person.objects.members(day).values("pk")),
    }


def _team(values: Values, _now: datetime) -> Area:
    complete, total = values["members_signing_in"], values["members_in_all"]
    return Area(
        title="Bring the team in",
        url=reverse("bring_in:overview"),
        detail="Addresses, dates and invitations for everybody from one list, and who can sign in.",
        urgency=f"{complete} of {total} members can sign in",
        tone="neutral" if complete == total else "now",
    )


def _unconfirmed_columns(now: datetime) -> Columns:
    return {"unconfirmed_addresses": CountOf(Invitation.objects.to_confirm(now).values("pk"))}


def _is_second_person(actor: Actor) -> bool:
    return Action.SEE_UNCONFIRMED in possible(actor)


def _addresses(values: Values, _now: datetime) -> Area:
    return Area(
        title="Addresses to confirm",
        url=reverse("bring_in:confirm"),
        detail="Two people bind a member or a council member to an address.",
        urgency=number_in_words(values["unconfirmed_addresses"], "waits", "wait"),
    )


AREAS = (
    AreaSource(group="People", position=39, columns=_sign_in_columns, area=_team),
    AreaSource(group="People", position=51, columns=_unconfirmed_columns, area=_addresses, concerns=_is_second_person),
)
