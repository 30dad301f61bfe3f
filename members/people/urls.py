"""Addresses of the public roster and of the admins' records of people."""

from django.urls import path

from members.people.views import public, records

app_name = "people"
urlpatterns = [
    # Fixed names: the team's bot and bookmarks rely on them.
    path("members/", public.roster, name="roster"),
    path("members/psrt.csv", public.members_csv, name="csv"),
    path("members/psrt-emeritus.csv", public.emeritus_csv, name="emeritus_csv"),
    path("members/members.json", public.members_json, name="json"),
    path("members/<slug:slug>/", public.person, name="person"),
    path("manage/people/", records.people, name="list"),
    path("manage/people/new/", records.add, name="add"),
    path("manage/people/<slug:slug>/", records.person, name="record"),
    path("manage/people/<slug:slug>/correct/", records.correct, name="correct"),
    path("manage/people/<slug:slug>/memberships/new/", records.add_membership, name="add_membership"),
    path("manage/people/<slug:slug>/roles/new/", records.add_role, name="add_role"),
    path("manage/memberships/<int:pk>/", records.correct_membership, name="correct_membership"),
    path("manage/roles/<int:pk>/end/", records.end_role, name="end_role"),
]
