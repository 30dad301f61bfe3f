"""Gives each request its actor, and lets nobody in without a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from audit import clock
from members.people.models import Person
from members.people.policy import Actor, actor_of
from web.access import ask_for_factor, has_fresh_factor, has_shown_factor
from web.conflicts import Conflict

#: The pages on which a second factor is set up; names of allauth's addresses begin so.
ACCOUNT_PAGES = ("account_", "mfa_", "usersessions_", "socialaccount_", "github_")


#: Where a factor is shown, or the session ended: open to a session that has shown none.
ASKING_PAGES = frozenset({"account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


#: What changes how somebody signs in. A password alone, which allauth would take, is not enough.
LOGIN_CHANGING_PAGES = (
    *("account_change_password", "account_email", "account_set_password", "socialaccount_connections"),
    *(
        "mfa_activate",
        "mfa_add",
        "mfa_deactivate",
        "mfa_download",
        "mfa_edit",
        "mfa_generate",
        "mfa_remove",
        "mfa_view",
    ),
)


SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class ActorMiddleware:
    """Sets `request.actor`, worked out from live rows when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A verb found that things had changed: say so."""
        if not isinstance(exception, Conflict):
            return None
        return render(request, "409.html", {"sentence": str(exception)}, status=409)


def _actor(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return actor_of(None, clock.now().date())
    person = Person.objects.get(user=request.user.pk)
    return actor_of(person, clock.now().date())


class PrivateByDefault(LoginRequiredMiddleware):
    """Django's rule that every view is private, without looking at who asks for a public one.

    Django 5.2 reads `request.user` first; a dead session cookie would then be answered on a page
    that must be the same for everyone.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class SecondFactorMiddleware:
    """Lets nobody further whose *session* has not shown a second factor.

    That the person has one is not enough: a session that began with a password before the factor
    was added would come along.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        if not is_mfa_enabled(request.user, SECOND_FACTORS):
            return None if name.startswith(ACCOUNT_PAGES) else self._enrol(request)
        if name in ASKING_PAGES:
            return None
        enough = has_fresh_factor if name.startswith(LOGIN_CHANGING_PAGES) else has_shown_factor
        return None if enough(request) else ask_for_factor(request)

    @staticmethod
    def _enrol(request: HttpRequest) -> HttpResponse:
        messages.info(request, "Add a second factor first: a passkey, or an authenticator app. Then everything opens.")
        return HttpResponseRedirect(reverse("mfa_index"))
