"""Addresses below ``/profile/``: what somebody says and chooses for themselves."""

from django.urls import path

from members.views import profile

app_name = "profile"
urlpatterns = [
    path("", profile.index, name="index"),
    path("edit/", profile.edit, name="edit"),
    path("responsibilities/", profile.responsibilities, name="responsibilities"),
    path("export.json", profile.export, name="export"),
    path("leave/", profile.leave, name="leave"),
    path("goodbye/", profile.goodbye, name="goodbye"),
]
