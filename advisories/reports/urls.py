"""Addresses of private reports: ``/report/`` for reporters, ``/reports/`` for members; one per act."""

from django.urls import include, path

from advisories.reports.views import determining, facts, handing_over, intake, reports, talk

#: For people without an account.
intake_patterns = [
    path("", intake.new, name="new"),
    path("<str:token>/", intake.follow, name="follow"),
    path("<str:token>/reply/", intake.reply, name="reply"),
]
report_patterns = [
    path("", reports.index, name="list"),
    path("<str:reference>/", reports.detail, name="detail"),
    path("<str:reference>/note/", talk.note, name="note"),
    path("<str:reference>/message/", talk.message, name="message"),
    path("<str:reference>/messages/<uuid:pk>/", talk.edit_message, name="edit_message"),
    path("<str:reference>/facts/", facts.correct, name="correct"),
    path("<str:reference>/facts/history/", facts.history, name="history"),
    path("<str:reference>/coordinate/", reports.coordinate, name="coordinate"),
    path("<str:reference>/hand-over/", handing_over.hand_over, name="hand_over"),
    path("<str:reference>/hand-over/accept/", handing_over.accept, name="accept"),
    path("<str:reference>/hand-over/decline/", handing_over.decline, name="decline"),
    path("<str:reference>/hand-over/take-back/", handing_over.take_back, name="take_back"),
    path("<str:reference>/embargo/", determining.embargo, name="embargo"),
    path("<str:reference>/determine/", determining.determine, name="determine"),
    path("<str:reference>/forwarded/", determining.end_forward, name="end_forward"),
    path("<str:reference>/undo/", determining.undo, name="undo"),
    path("<str:reference>/reopen/", determining.reopen, name="reopen"),
    path("<str:reference>/split/", determining.split, name="split"),
]
urlpatterns = [
    path("report/", include((intake_patterns, "intake"))),
    path("reports/", include((report_patterns, "reports"))),
]
