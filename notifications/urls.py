"""Addresses below ``/notices/``."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("failed/", views.failures, name="failures"),
    path("failed/<uuid:pk>/try-again/", views.try_again, name="try_again"),
    path("<uuid:pk>/", views.open_notice, name="open"),
]
