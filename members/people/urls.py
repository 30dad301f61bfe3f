"""Addresses of the admins' records of people; `members.roster` has the public ones."""

from django.urls import path

from members.people.views import records

app_name = "people"
urlpatterns = [
    path("manage/people/", records.people, name="list"),
    path("manage/people/new/", records.add, name="add"),
    path("manage/people/<slug:slug>/", records.person, name="record"),
    path("manage/people/<slug:slug>/correct/", records.correct, name="correct"),
    path("manage/people/<slug:slug>/memberships/new/", records.add_membership, name="add_membership"),
    path("manage/people/<slug:slug>/roles/new/", records.add_role, name="add_role"),
    path("manage/memberships/<int:pk>/", records.correct_membership, name="correct_membership"),
    path("manage/roles/<int:pk>/end/", records.end_role, name="end_role"),
]
