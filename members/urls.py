"""Addresses below ``/members/``. Fixed names: the team's bot and bookmarks rely on them."""

from django.urls import path

from members import views

app_name = "members"
urlpatterns = [
    path("", views.roster, name="roster"),
    path("psrt.csv", views.members_csv, name="csv"),
    path("psrt-emeritus.csv", views.emeritus_csv, name="emeritus_csv"),
    path("members.json", views.members_json, name="json"),
    path("responsibilities/", views.responsibilities, name="responsibilities"),
    path("join/", views.join, name="join"),
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/new/", views.invite, name="invite"),
    path("invitations/<uuid:pk>/revoke/", views.revoke, name="revoke"),
    path("accept/<str:token>/", views.accept, name="accept"),
    path("<slug:slug>/", views.person, name="person"),
]
