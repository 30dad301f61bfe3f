"""The addresses of a development portal: all of them, and the pages for mail, demo people and style."""

from django.urls import path

from psrt_portal import development
from psrt_portal.urls import handler400, handler403, handler404, handler500
from psrt_portal.urls import urlpatterns as portal_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *portal_urlpatterns,
    path("mail/", development.mail, name="mail"),
    path("demo/", development.demo, name="demo"),
    path("styleguide/", development.styleguide, name="styleguide"),
]
