"""Addresses below ``/notices/``."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.sent, name="sent"),
    path("choices/", views.choices, name="choices"),
    path("nominations/<uuid:pk>/mute/", views.mute, name="mute"),
    path("nominations/<uuid:pk>/unmute/", views.unmute, name="unmute"),
    path("failed/", views.failures, name="failures"),
    path("failed/<uuid:pk>/try-again/", views.try_again, name="try_again"),
    path("<uuid:pk>/", views.open_notice, name="open"),
]
