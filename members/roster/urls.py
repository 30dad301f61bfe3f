"""Public addresses of the roster, of its files and of each person's page."""

from django.urls import path

from members.roster import views

app_name = "roster"
urlpatterns = [
    # Fixed names: the team's bot and bookmarks rely on them.
    path("members/", views.team, name="team"),
    path("members/psrt.csv", views.members_csv, name="csv"),
    path("members/psrt-emeritus.csv", views.emeritus_csv, name="emeritus_csv"),
    path("members/members.json", views.members_json, name="json"),
    path("members/<slug:slug>/", views.person, name="person"),
]
