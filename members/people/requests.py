"""The request as views get it. Its type stands here and not in `web`, which imports no app."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from members.people.policy import Actor


class PortalRequest(HttpRequest):
    """A request as it reaches a private view; `members.accounts.middleware.ActorMiddleware` adds what is here."""

    actor: Actor
    now: datetime
    """The database's moment at which the reader was looked up: for reading, never for deciding (`audit.clock.now`)."""
