"""Addresses of advisories: ``/advisories/`` for everybody, and drafting below ``/reports/`` for members."""

from django.urls import include, path

from advisories.publication.views import drafts, public

#: Fixed names: people, bots and bookmarks rely on them.
public_patterns = [
    path("", public.index, name="list"),
    path("osv.zip", public.osv_zip, name="osv_zip"),
    path("feed.atom", public.feed, name="feed"),
    path("<str:psf_id>/", public.detail, name="detail"),
    path("<str:psf_id>/osv.json", public.osv, name="osv"),
    path("<str:psf_id>/cve.json", public.cve, name="cve"),
]
draft_patterns = [
    path("advisory/", drafts.advisory, name="draft"),
    path("advisory/preview/", drafts.preview, name="preview"),
    path("advisory/approve/", drafts.approve, name="approve"),
    path("advisory/publish/", drafts.publish, name="publish"),
]
urlpatterns = [
    path("advisories/", include((public_patterns, "advisories"))),
    path("reports/<str:reference>/", include((draft_patterns, "publication"))),
]
