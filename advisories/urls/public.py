"""Addresses below ``/advisories/``. Fixed names: people, bots and bookmarks rely on them."""

from django.urls import path

from advisories.views import public

app_name = "advisories"
urlpatterns = [
    path("", public.index, name="list"),
    path("osv.zip", public.osv_zip, name="osv_zip"),
    path("feed.atom", public.feed, name="feed"),
    path("<str:psf_id>/", public.detail, name="detail"),
    path("<str:psf_id>/osv.json", public.osv, name="osv"),
    path("<str:psf_id>/cve.json", public.cve, name="cve"),
]
