"""Addresses below ``/report/``, for people without an account."""

from django.urls import path

from advisories.views import intake

app_name = "intake"
urlpatterns = [
    path("", intake.new, name="new"),
    path("<str:token>/", intake.follow, name="follow"),
    path("<str:token>/reply/", intake.reply, name="reply"),
]
