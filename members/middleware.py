"""Gives each request its actor, and lets nobody in without a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from audit import clock
from members.models import Person
from members.policy import Actor, Conflict, actor_of

#: The pages on which a second factor is set up; names of allauth's addresses begin so.
ACCOUNT_PAGES = ("account_", "mfa_", "usersessions_", "socialaccount_", "github_")
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class ActorMiddleware:
    """Sets `request.actor`, worked out from live rows when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A verb found that things had changed: say so, and offer the way back."""
        if not isinstance(exception, Conflict):
            return None
        return render(request, "409.html", {"sentence": str(exception), "back": request.path}, status=409)


def _actor(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return actor_of(None, clock.now().date())
    person = Person.objects.get(user=request.user.pk)
    return actor_of(person, clock.now().date())


class SecondFactorMiddleware:
    """Sends a signed-in person without a second factor to the page that adds one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if match is not None and (match.url_name or "").startswith(ACCOUNT_PAGES):
            return None
        if is_mfa_enabled(request.user, SECOND_FACTORS):
            return None
        messages.info(request, "Add a second factor first: a passkey, or an authenticator app. Then everything opens.")
        return HttpResponseRedirect(reverse("mfa_index"))
