"""Public views: published advisories as pages, records, an archive and a feed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from advisories.publication import exports
from advisories.publication.models import Advisory
from advisories.publication.pages import present
from advisories.publication.queries import AdvisoryFilters, published_as, search
from advisories.publication.views.feed import AdvisoryFeed
from advisories.records.content import AdvisoryContent
from advisories.records.cvss import Severity
from advisories.records.reading import RecordError
from web.access import public_page

JSON = "application/json"


@public_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List advisories, newest first, with filters and search."""
    filters = AdvisoryFilters.of(request.GET)
    result = search(filters, request.GET.get("page"))
    context = {
        "filters": result.filters,
        "page": result.page,
        "years": result.years,
        "projects": result.projects,
        "severities": list(reversed(Severity)),
    }
    return render(request, "advisories/list.html", context)


Answer = Callable[[HttpRequest, Advisory, AdvisoryContent], HttpResponse]


def _about(name: str, request: HttpRequest, psf_id: str, answer: Answer) -> HttpResponse:
    """Answer about one advisory; CVE IDs and other spellings lead to the one address it has."""
    advisory = published_as(psf_id)
    if advisory is None:
        raise Http404
    if advisory.psf_id != psf_id:
        return HttpResponsePermanentRedirect(reverse(f"advisories:{name}", args=[advisory.psf_id]))
    return answer(request, advisory, advisory.content())


@public_page
@require_safe
def detail(request: HttpRequest, psf_id: str) -> HttpResponse:
    """Show one advisory."""
    return _about("detail", request, psf_id, _detail)


def _detail(request: HttpRequest, advisory: Advisory, content: AdvisoryContent) -> HttpResponse:
    context = {"advisory": present(content), "published_at": advisory.published_at}
    return render(request, "advisories/detail.html", context)


@public_page
@require_safe
def osv(request: HttpRequest, psf_id: str) -> HttpResponse:
    """Serve the OSV record."""
    return _about("osv", request, psf_id, lambda _request, _advisory, content: _json(exports.osv_record(content)))


@public_page
@require_safe
def cve(request: HttpRequest, psf_id: str) -> HttpResponse:
    """Serve the CVE record; not found where an imported advisory says too little for one, and nothing links here."""
    return _about("cve", request, psf_id, _cve)


def _cve(_request: HttpRequest, _advisory: Advisory, content: AdvisoryContent) -> HttpResponse:
    try:
        return _json(exports.cve_record(content))
    except RecordError as error:
        raise Http404 from error


def _json(record: bytes) -> HttpResponse:
    return HttpResponse(record, content_type=JSON)


@public_page
@require_safe
def osv_zip(_request: HttpRequest) -> HttpResponse:
    """Serve all OSV records; the same records give the same bytes."""
    advisories = Advisory.objects.published().whole().order_by("published_at", "psf_id")
    archive = exports.archive(advisory.content() for advisory in advisories)
    return HttpResponse(
        archive,
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="psf-advisories-osv.zip"'},
    )


feed = public_page(require_safe(AdvisoryFeed()))
