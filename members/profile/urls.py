"""Addresses of somebody's own page."""

from django.urls import path

from members.profile import views

app_name = "profile"
urlpatterns = [
    path("profile/", views.index, name="own"),
    path("profile/edit/", views.edit, name="edit"),
    path("profile/export.json", views.export, name="export"),
]
