"""Addresses below ``/manage/drift/``."""

from django.urls import path

from members.drift.views import applying, checks

app_name = "drift"
urlpatterns = [
    path("manage/drift/", checks.index, name="index"),
    path("manage/drift/check/", checks.request_check, name="request"),
    path("manage/drift/history/", checks.history, name="history"),
    path("manage/drift/paste/<int:channel>/", checks.paste, name="paste"),
    path("manage/drift/<uuid:pk>/", checks.detail, name="detail"),
    path("manage/drift/<uuid:pk>/strangers/<int:channel>/", checks.strangers, name="strangers"),
    path("manage/drift/<uuid:pk>/apply/", applying.apply, name="apply"),
    path("manage/drift/<uuid:pk>/changes/", applying.changes, name="changes"),
]
