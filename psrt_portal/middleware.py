"""Rules for every request and every response, whichever view answers."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.utils.cache import get_conditional_response
from whitenoise.middleware import WhiteNoiseMiddleware

from psrt_portal import errors, metrics
from psrt_portal.postgresql import waiting
from web import refusals
from web.access import CacheRule

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: The list of all static files, which `collectstatic` writes among them.
_MANIFEST = "staticfiles.json"
#: The names of the one encoding in which browsers send what our pages ask for.
_UTF_8 = frozenset({"utf-8", "utf8"})


class RequestLog:
    """Let every line of the log say which request it is about, by the name of the view: a path may be a private link.

    The id is ours and says nothing; the page of a 500 shows it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the request, and log a 429."""
        request.log_id = _new_id()  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request.log_id, method=metrics.method_of(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code == 429:
            refusals.note(refusals.Refusal.TOO_MANY)
        if response.status_code < 500:  # of others Django writes a line after this, and the next request clears
            structlog.contextvars.clear_contextvars()
        return response

    def process_view(self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: Any, _kwargs: Any) -> None:
        """Name the view."""
        if request.resolver_match is not None:
            structlog.contextvars.bind_contextvars(view=request.resolver_match.view_name or "unnamed")


def _new_id() -> str:
    """Return an id that can be read out: ``3F9A-71C2-0B4E``."""
    digits = secrets.token_hex(6).upper()
    return "-".join(digits[start : start + 4] for start in (0, 4, 8))


class DatabaseDeadline:
    """Let a request wait for the database no longer than `waiting.REQUEST_SECONDS`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within the time; what waits longer raises, and is answered 503 (`errors.server_error`)."""
        with waiting.within(waiting.REQUEST_SECONDS):
            return self.get_response(request)


class AnswerHeaders(SecurityMiddleware):
    """Set the headers of every answer, whoever gives it: a view, an error page, a file, or a middleware below this one.

    It is above Django's `SecurityMiddleware`, whose own headers are missing from its answer to a wrong host.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Do nothing: the middleware below redirects to HTTPS."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Set what is not set."""
        response = super().process_response(request, response)
        response.headers.setdefault("Cache-Control", CacheRule.PRIVATE.value)
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), "
            "publickey-credentials-create=(self)",
        )
        return response


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serve static files, but not the list of them."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """Leave out the list, compressed or not."""
        if not url.startswith(f"{self.static_prefix}{_MANIFEST}"):
            super().add_file_to_dictionary(url, path, stat_cache)


def _is_plain(text: str) -> bool:
    """Return whether `text` has no NUL, which PostgreSQL refuses, and no lone surrogate, which cannot be stored."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


class RequestMetrics:
    """Count every request with its route, method and status class, and how long it took."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and count its answer."""
        begun = time.perf_counter()
        response = self.get_response(request)
        metrics.count_request(request, response.status_code, time.perf_counter() - begun)
        return response


class PlainInput:
    """Refuse characters that no field can hold, wherever they come in, and fields that are posted twice.

    Cookies come quoted (RFC 2109), so they can hold what no header could. A request that names another encoding than
    UTF-8 is refused before it is parsed: Python's codecs raise on bytes, or on text, as they like.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400, 405 or 413 with a page of the portal, or pass the request on."""
        if (request.content_params or {}).get("charset", "utf-8").lower() not in _UTF_8:
            return errors.bad_request(request)
        try:
            typed = self._typed(request)
        except RequestDataTooBig:
            return errors.too_large(request)
        except (LookupError, TypeError, ValueError):  # a part with headers that the standard library cannot read
            return errors.bad_request(request)
        if not all(_is_plain(value) for value in (request.path, *self._carried(request), *typed)):
            return errors.bad_request(request)
        response = self.get_response(request)
        if response.status_code == 405 and (response.streaming or not response.content):
            page = errors.not_this_way(request)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse a field that was posted twice and has one value: no form of ours does that, an injected field does."""
        sources = request.POST, request.FILES
        repeated = (name for source in sources for name, values in source.lists() if len(values) > 1)
        takes_many = getattr(view, "takes_many", None)
        if all(takes_many and takes_many.fullmatch(name) for name in repeated):
            return None
        return errors.bad_request(request)

    @staticmethod
    def _carried(request: HttpRequest) -> list[str]:
        headers = (str(value) for name, value in request.META.items() if name.startswith(("HTTP_", "CONTENT_")))
        return [*headers, *request.COOKIES, *request.COOKIES.values()]

    @staticmethod
    def _typed(request: HttpRequest) -> list[str]:
        # What was posted is parsed here once; a body over the limit raises and becomes a 413.
        typed: list[str] = []
        for source in (request.GET, request.POST):
            for key, values in source.lists():
                typed += [key, *(str(value) for value in values)]
        return typed


class BrowserIsolation:
    """Refuse requests that other sites make.

    A hostile page can make a signed-in reader's browser ask for any address and measure the
    answer. Browsers say where a request came from; only a person following a link may come from
    elsewhere. Older ones say it of a POST only, by its `Origin`; that is ``null`` for pages that hide where they are.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 403 to requests of other sites."""
        is_foreign = self._has_foreign_origin(request) or self._is_foreign(request)
        return errors.cross_site(request) if is_foreign else self.get_response(request)

    @staticmethod
    def _has_foreign_origin(request: HttpRequest) -> bool:
        origin = request.headers.get("Origin")
        if origin is None or request.method in SAFE_METHODS:
            return False
        return origin not in {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}

    @staticmethod
    def _is_foreign(request: HttpRequest) -> bool:
        if request.headers.get("Sec-Fetch-Site") not in {"cross-site", "same-site"}:
            return False
        followed_a_link = (
            request.method in {"GET", "HEAD"}
            and request.headers.get("Sec-Fetch-Mode") == "navigate"
            and request.headers.get("Sec-Fetch-Dest") == "document"
        )
        return not followed_a_link


class CacheRules:
    """Say how long a response may be cached: private pages never, public ones for a minute, the same for everyone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set Cache-Control, and for public pages an ETag, on every response."""
        response = self.get_response(request)
        if getattr(request, "cache_rule", CacheRule.PRIVATE) != CacheRule.PUBLIC or response.status_code != 200:
            if "Cache-Control" not in response or not request.path.startswith(settings.STATIC_URL):
                response["Cache-Control"] = CacheRule.PRIVATE.value
            return response
        return self._public(request, response)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any) -> None:
        """Note the rule of the view that answers, before it runs."""
        request.cache_rule = getattr(view, "cache_rule", CacheRule.PRIVATE)  # type: ignore[attr-defined]

    @staticmethod
    def _public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        # Django drops the cookie of a dead session by setting an empty one; not here.
        response.cookies.clear()
        del response["Vary"]
        response["Cache-Control"] = f"public, max-age={settings.PUBLIC_MAX_AGE_SECONDS}"
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        answer = get_conditional_response(request, etag=etag, response=response)
        return answer if answer is not None else response
