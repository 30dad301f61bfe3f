"""Give each request its session and its actor, and let nobody in without a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions import middleware as sessions
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from members.accounts.queries.inviting import waits_for_second_person
from members.accounts.queries.logins import signed_in
from members.accounts.sessions import SessionStore
from members.people.policy import ANONYMOUS, Actor, actor_from
from web import kept
from web.access import ask_for_factor, has_fresh_factor, has_shown_factor
from web.conflicts import Conflict
from web.keys import UnreadableFactorError

#: The pages on which a second factor is set up; names of allauth's addresses begin so.
ACCOUNT_PAGES = ("account_", "mfa_", "usersessions_", "socialaccount_", "github_")


#: Where a factor is shown, or the session ended: open to a session that has shown none.
ASKING_PAGES = frozenset({"account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


#: What changes how somebody signs in. A password alone, which allauth would take, is not enough.
LOGIN_CHANGING_PAGES = (
    *("account_change_password", "account_email", "account_set_password", "socialaccount_connections"),
    *("mfa_activate", "mfa_add", "mfa_deactivate", "mfa_download", "mfa_edit", "mfa_generate", "mfa_remove"),
    "mfa_view",
)


class SessionMiddleware(sessions.SessionMiddleware):
    """Find the session of a request by the secret in its cookie, and give the cookie of a new one its secret."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach the session; its row is read when something asks for its contents."""
        request.session = SessionStore.behind(request.COOKIES.get(settings.SESSION_COOKIE_NAME))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save what has changed, as Django does, and put the secret into the cookie where Django puts the key."""
        answer = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        session = getattr(request, "session", None)
        if cookie is not None and cookie.value and isinstance(session, SessionStore):
            answer.cookies[settings.SESSION_COOKIE_NAME] = session.secret or ""
        return answer


class ActorMiddleware:
    """Set `request.actor` and, for a private view, `request.now`.

    Both come with `request.user` from one statement (`queries.logins.for_requests`). A public view gets an actor only
    if it asks for one, and no moment: it must not look at the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the actor, to be worked out when it is first asked for."""
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Let a private view know the database's moment at which its reader was looked up."""
        if getattr(view, "login_required", True) and request.user.is_authenticated:
            request.now = signed_in(request.user).read_at  # type: ignore[attr-defined]
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a `Conflict` that no view caught, or a factor that cannot be read, with a sentence on the 409 page."""
        if isinstance(exception, UnreadableFactorError):
            return render(request, "409.html", {"sentence": exception.message}, status=409)
        if not isinstance(exception, Conflict):
            return None
        return render(request, "409.html", {"sentence": str(exception)}, status=409)


def _actor(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return ANONYMOUS
    login = signed_in(request.user)
    # A login that rests on one person's word opens nothing of what its person has come to be (`_wait` closes the rest).
    return Actor(login.person) if login.is_unconfirmed else actor_from(login, login.person)


class PrivateByDefault(LoginRequiredMiddleware):
    """Apply Django's rule that every view is private, without looking at who asks for a public one.

    Django 5.2 reads `request.user` first; a dead session cookie would then be answered on a page
    that must be the same for everyone.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Leave a public view alone; redirect a stranger from a private one to the login.

        A form that was typed in a session that has ended is kept in the answer; never a ballot, and nothing that
        changes a login.
        """
        if not getattr(view_func, "login_required", True):
            return None
        redirect: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if redirect is None or request.method != "POST" or getattr(view_func, "keeps_nothing", False):
            return redirect
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        is_kept = kept.may_be_kept(request) and not name.startswith(ACCOUNT_PAGES)
        return kept.signed_out(request) if is_kept else redirect


class SecondFactorMiddleware:
    """Stop every session that has not itself shown a second factor, or whose login waits for a second person.

    That the person has one is not enough: a session that began with a password before the factor
    was added would come along.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; the check is made when its view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Redirect to add, or to show, a second factor where the session needs one."""
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        if not signed_in(request.user).has_second_factor:
            return None if name.startswith(ACCOUNT_PAGES) else self._enrol(request)
        if name in ASKING_PAGES:
            return None
        enough = has_fresh_factor if name.startswith(LOGIN_CHANGING_PAGES) else has_shown_factor
        if not enough(request):
            return ask_for_factor(request)
        return None if name.startswith((*ACCOUNT_PAGES, "dashboard")) else self._wait(request)

    @staticmethod
    def _wait(request: HttpRequest) -> HttpResponse | None:
        """Keep a login on one person's word from the pages of somebody with standing, their profile included."""
        login = signed_in(request.user)
        if not (login.is_unconfirmed and waits_for_second_person(login.person, login.read_at)):
            return None
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        return HttpResponseRedirect(reverse("dashboard"))  # it says what is waited for

    @staticmethod
    def _enrol(request: HttpRequest) -> HttpResponse:
        messages.info(request, "Add a second factor first: a passkey, or an authenticator app. Then everything opens.")
        return HttpResponseRedirect(reverse("mfa_index"))
