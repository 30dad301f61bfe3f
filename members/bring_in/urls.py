"""Addresses of the pages on which admins bring the team in, and a second person confirms addresses."""

from django.urls import path

from members.bring_in.views import confirming, lists, roster

app_name = "bring_in"
urlpatterns = [
    path("manage/bring-in/", roster.overview, name="overview"),
    path("manage/bring-in/save/", lists.save, name="save"),
    path("manage/bring-in/council/", roster.council, name="council"),
    path("manage/bring-in/confirm/", confirming.confirm, name="confirm"),
    path("manage/bring-in/send-again/", roster.send_all_again, name="send_all_again"),
    path("manage/bring-in/<uuid:pk>/send-again/", roster.send_again, name="send_again"),
    path("manage/bring-in/<slug:slug>/remind/", roster.remind, name="remind"),
]
