"""The error pages: short, plain, and with nothing of the request in them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from members.accounts.middleware import ACCOUNT_PAGES
from psrt_portal.context import portal
from psrt_portal.logs import UUID
from psrt_portal.postgresql.waiting import is_outage
from web import kept, refusals

#: Seconds after which a browser, a crawler or a monitor may ask again.
RETRY_SECONDS = 30
#: Characters of a form that is kept in the page that says the database is away; a report is far below.
KEPT_MOST = 200_000
_ID = re.compile(UUID)
#: The pages without facts, by their template and by what the settings say of this site.
_rendered: WeakKeyDictionary[Any, dict[tuple[Any, ...], str]] = WeakKeyDictionary()


def _page(status: int, template: str = "", **facts: Any) -> HttpResponse:
    """Render an error page without the request, so that no session, user or message can be in it.

    A page without facts is rendered once for each template: it took 4 ms, five times the rest of a request for
    what is not there. A template that is read anew each time, as in development, is rendered anew.
    """
    page: Any = get_template(template or f"{status}.html")
    context = portal(None)
    if facts:
        return HttpResponse(page.render({**context, **facts}), status=status)
    rendered, site = _rendered.setdefault(page.template, {}), tuple(context["portal"].values())
    if site not in rendered:
        rendered[site] = page.render(context)
    return HttpResponse(rendered[site], status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: no form of the portal sends such a request."""
    return _page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: the reader may know of it, and may not do it."""
    return _page(403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403: the form's token is missing or old. A form that was kept while its sender signed in is kept on."""
    page = kept.once_more(request)
    if page is None:
        refusals.note(refusals.Refusal.FORM_TOKEN)
    return page or _page(403, "403_csrf.html")


def cross_site(_request: HttpRequest) -> HttpResponse:
    """Answer 403: another site made the browser send the request."""
    refusals.note(refusals.Refusal.OTHER_SITE)
    return _page(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404, with the same bytes for what does not exist and for what the reader must not know of."""
    return _page(404)


def not_this_way(_request: HttpRequest) -> HttpResponse:
    """Answer 405: the address does not take this method."""
    return _page(405)


def too_large(_request: HttpRequest) -> HttpResponse:
    """Answer 413: the body is larger than a form may be."""
    return _page(413)


def too_often(_request: HttpRequest) -> HttpResponse:
    """Answer 429: too many requests within a limit's time."""
    return _page(429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 with the id under which the log has the error, or 503 where the database is away.

    Django calls this while it handles the exception, and logs the exception with the status of the answer.
    """
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    return _page(500, error_id=getattr(request, "log_id", ""))


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503: the database does not answer, or not in time. What was typed is kept in the answer."""
    fields = [_KeptField(name, value) for name, value in _may_be_sent_again(request)]
    token = request.POST.get("csrfmiddlewaretoken", "") if fields else ""
    response = _page(503, kept=fields, action=request.get_full_path(), token=token)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


@dataclass(frozen=True)
class _KeptField:
    """A field of a form that the page sends again."""

    name: str
    value: str

    @property
    def label(self) -> str:
        """The name in words; the form that had the label is not there."""
        return self.name.replace("_", " ").capitalize()

    @property
    def is_text(self) -> bool:
        """Whether somebody typed it; a page adds ids by itself."""
        return bool(self.value) and not _ID.fullmatch(self.value)

    @property
    def rows(self) -> int:
        """How many lines to show."""
        return min(12, 1 + self.value.count("\n") + len(self.value) // 80)


def _may_be_sent_again(request: HttpRequest) -> kept.Typed:
    """Return the fields that the page keeps: of a form of ours that was let in, and of no ballot and no login."""
    match = request.resolver_match
    if request.method != "POST" or match is None:
        return []
    # Another site must not have a page of ours made with words of its own and a button below them.
    is_ours = getattr(request, "csrf_processing_done", False) or getattr(match.func, "csrf_exempt", False)
    keeps_nothing = getattr(match.func, "keeps_nothing", False) or (match.url_name or "").startswith(ACCOUNT_PAGES)
    if not is_ours or keeps_nothing or not kept.may_be_kept(request):
        return []
    typed = kept.typed(request)
    return typed if sum(len(name) + len(value) for name, value in typed) <= KEPT_MOST else []
