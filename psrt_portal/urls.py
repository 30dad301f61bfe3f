"""Every address of the portal. tests/architecture/test_doors.py holds the list of the public ones."""

from django.urls import URLPattern, URLResolver, include, path

from psrt_portal import views
from psrt_portal.audit_log import views as audit_log

handler400 = "psrt_portal.errors.bad_request"
handler403 = "psrt_portal.errors.forbidden"
handler404 = "psrt_portal.errors.not_found"
handler500 = "psrt_portal.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("manage/", views.manage, name="manage"),
    path("manage/audit/", audit_log.index, name="audit_log"),
    path("membership/<path:rest>", views.moved_to_manage, name="moved"),
    path("membership/", views.moved_to_manage, name="moved_home"),
    # An app's file holds whole addresses, public, private and the admins'. The roster comes last of the members' apps:
    # ``/members/<slug>/`` is whatever no other address below ``/members/`` is.
    path("", include("members.inactivity.urls")),
    path("", include("members.drift.urls")),
    path("", include("members.boarding.urls")),
    path("", include("members.bring_in.urls")),
    path("", include("members.channels.urls")),
    path("", include("members.documents.urls")),
    path("", include("members.resets.urls")),
    path("", include("members.profile.urls")),
    path("", include("members.accounts.urls")),
    path("", include("members.people.urls")),
    path("", include("members.roster.urls")),
    path("nominations/", include("nominations.urls")),
    path("notices/", include("notifications.urls")),
    path("", include("advisories.publication.urls")),
    # Before the reports: ``/reports/<reference>/`` is whatever no other address below ``/reports/`` is.
    path("", include("advisories.inbox.urls")),
    path("", include("advisories.reports.urls")),
    path("", include("advisories.projects.urls")),
    path("accounts/", include("allauth.urls")),
]
