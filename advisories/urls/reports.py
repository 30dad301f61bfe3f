"""Addresses below ``/reports/``, for members; one per act."""

from django.urls import path

from advisories.views import drafts, reports

app_name = "reports"
urlpatterns = [
    path("", reports.index, name="list"),
    path("<str:reference>/", reports.detail, name="detail"),
    path("<str:reference>/note/", reports.note, name="note"),
    path("<str:reference>/message/", reports.message, name="message"),
    path("<str:reference>/coordinate/", reports.coordinate, name="coordinate"),
    path("<str:reference>/hand-over/", reports.hand_over, name="hand_over"),
    path("<str:reference>/embargo/", reports.embargo, name="embargo"),
    path("<str:reference>/determine/", reports.determine, name="determine"),
    path("<str:reference>/reopen/", reports.reopen, name="reopen"),
    path("<str:reference>/advisory/", drafts.advisory, name="advisory"),
    path("<str:reference>/advisory/preview/", drafts.preview, name="preview"),
    path("<str:reference>/advisory/approve/", drafts.approve, name="approve"),
    path("<str:reference>/advisory/publish/", drafts.publish, name="publish"),
]
