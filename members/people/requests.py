"""The request as views get it. Its type stands here and not in `web`, which imports no app."""

from __future__ import annotations

from django.http import HttpRequest

from members.people.policy import Actor


class PortalRequest(HttpRequest):
    """A request with its actor, which `members.accounts.middleware.ActorMiddleware` adds."""

    actor: Actor
