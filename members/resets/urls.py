"""Addresses of requests for a reset, and of the pages for somebody who cannot get in."""

from django.urls import path

from members.resets.views import lost, resets

app_name = "resets"
urlpatterns = [
    path("accounts/lost/", lost.lost, name="lost"),
    path("accounts/stop-reset/<str:token>/", lost.stop, name="stop"),
    path("manage/people/<slug:slug>/reset/", resets.begin, name="begin"),
    path("manage/resets/", resets.listed, name="list"),
    path("manage/resets/<uuid:pk>/", resets.detail, name="detail"),
    path("manage/resets/<uuid:pk>/refuse/", resets.refuse, name="refuse"),
]
