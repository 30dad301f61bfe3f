"""Every address of the portal. Which of them are public: tests/architecture/test_doors.py."""

from django.urls import URLPattern, URLResolver, include, path

from psrt_portal import views

handler400 = "psrt_portal.errors.bad_request"
handler403 = "psrt_portal.errors.forbidden"
handler404 = "psrt_portal.errors.not_found"
handler500 = "psrt_portal.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("members/", include("members.urls.public")),
    path("membership/", include("members.urls.membership")),
    path("profile/", include("members.urls.profile")),
    path("nominations/", include("nominations.urls")),
    path("notices/", include("notifications.urls")),
    path("advisories/", include("advisories.urls.public")),
    path("report/", include("advisories.urls.intake")),
    path("reports/", include("advisories.urls.reports")),
    path("accounts/", include("allauth.urls")),
]
