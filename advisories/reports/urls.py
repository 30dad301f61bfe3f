"""Addresses of private reports: ``/report/`` for reporters, ``/reports/`` for members; one per act."""

from django.urls import include, path

from advisories.reports.views import intake, reports

#: For people without an account.
intake_patterns = [
    path("", intake.new, name="new"),
    path("<str:token>/", intake.follow, name="follow"),
    path("<str:token>/reply/", intake.reply, name="reply"),
]
report_patterns = [
    path("", reports.index, name="list"),
    path("<str:reference>/", reports.detail, name="detail"),
    path("<str:reference>/note/", reports.note, name="note"),
    path("<str:reference>/message/", reports.message, name="message"),
    path("<str:reference>/coordinate/", reports.coordinate, name="coordinate"),
    path("<str:reference>/hand-over/", reports.hand_over, name="hand_over"),
    path("<str:reference>/embargo/", reports.embargo, name="embargo"),
    path("<str:reference>/determine/", reports.determine, name="determine"),
    path("<str:reference>/reopen/", reports.reopen, name="reopen"),
]
urlpatterns = [
    path("report/", include((intake_patterns, "intake"))),
    path("reports/", include((report_patterns, "reports"))),
]
