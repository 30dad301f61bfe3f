"""Which event tells whom: the one table. Reading it says who is ever written to.

Every event of every app is a key of `ROUTES` or a member of `SILENT`, never both; a test holds
that. Recipients are worked out when the mail is sent and again before each single message.

What a mail may say is decided here too. A private one is rendered without any fact (`no_facts`) and
carries a link to ``/notices/<uuid>/``, so that nothing private can be in it; only a public or
personal one carries facts and the thing's own address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from audit import clock
from audit.models import Event
from members import workflow as members
from members.events import MemberEvent
from members.models import Invitation
from members.policy import Actor
from notifications.events import NotificationEvent
from notifications.models import Notice
from notifications.recipients import INVITATION_PREFIX, Audience, Recipient

Facts = dict[str, object]


class Mail(StrEnum):
    """The kinds of mail: each is a folder of templates/emails."""

    ATTENTION = "attention"
    INVITATION = "invitation"


def is_member(actor: Actor) -> bool:
    """Who may follow a link in mail to members."""
    return actor.is_member


def no_facts(_event: Event) -> Facts:
    """A private mail says nothing but that there is something to see."""
    return {}


@dataclass(frozen=True)
class Route:
    """One kind of mail about one kind of event."""

    mail: Mail
    audience: Audience
    link: Callable[[Event], str]
    """The thing's own path on this site; a secret one for people without a login."""
    opens_for: Callable[[Actor], bool] = is_member
    """Who may be led on from ``/notices/<uuid>/``, besides having been told."""
    facts: Callable[[Event], Facts] = no_facts
    """What the templates may say."""
    is_direct: bool = False
    """The mail carries the thing's own address instead of ``/notices/<uuid>/``."""
    is_plain: bool = False
    """Plain text only, without an HTML part."""


# -- who -------------------------------------------------------------------------------------------


def invited_address(event: Event) -> list[Recipient]:
    """Where an invitation goes, while it can be accepted."""
    open_ones = Invitation.objects.open(clock.now()).filter(pk=event.target_id).select_related("person")
    return [Recipient(f"{INVITATION_PREFIX}{one.pk}", one.email, one.person.name) for one in open_ones]


# -- where to --------------------------------------------------------------------------------------


def invitation_link(event: Event) -> str:
    """The private link; made when the mail is sent, stored nowhere."""
    return reverse("members:accept", args=[members.invitation_token(Invitation.objects.get(pk=event.target_id))])


# -- what a mail may say -----------------------------------------------------------------------------


def invitation_facts(event: Event) -> Facts:
    """Until when the link works."""
    return {"until": Invitation.objects.get(pk=event.target_id).expires_at}


# -- the table -----------------------------------------------------------------------------------------

ROUTES: dict[str, tuple[Route, ...]] = {
    MemberEvent.INVITED: (
        Route(Mail.INVITATION, invited_address, invitation_link, facts=invitation_facts, is_direct=True),
    ),
}

#: Nobody is written to about these.
SILENT: frozenset[str] = frozenset({
    MemberEvent.INVITATION_ACCEPTED,
    MemberEvent.INVITATION_REVOKED,
    MemberEvent.MEMBERSHIP_BEGAN,
    MemberEvent.PERSON_ADDED,
    MemberEvent.ROLE_BEGAN,
    MemberEvent.ROLE_ENDED,
    MemberEvent.ROSTER_IMPORTED,
    NotificationEvent.DELIVERY_RETRIED,
})  # fmt: skip


def routes_of(event: Event) -> tuple[Route, ...]:
    """The mails that tell of `event`."""
    return ROUTES.get(event.kind, ())


def route_of(notice: Notice) -> Route | None:
    """The route a notice was written for; None when the table no longer has it."""
    return next((route for route in routes_of(notice.event) if route.mail == notice.mail), None)
