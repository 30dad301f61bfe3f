"""Addresses below ``/members/``. Fixed names: the team's bot and bookmarks rely on them."""

from django.urls import path

from members.views import activity, inviting, public

app_name = "members"
urlpatterns = [
    path("", public.roster, name="roster"),
    path("psrt.csv", public.members_csv, name="csv"),
    path("psrt-emeritus.csv", public.emeritus_csv, name="emeritus_csv"),
    path("members.json", public.members_json, name="json"),
    path("responsibilities/", public.responsibilities, name="responsibilities"),
    path("join/", public.join, name="join"),
    path("invitations/", inviting.invitations, name="invitations"),
    path("invitations/new/", inviting.invite, name="invite"),
    path("invitations/<uuid:pk>/revoke/", inviting.revoke, name="revoke"),
    path("accept/<str:token>/", inviting.accept, name="accept"),
    path("activity/<str:token>/", activity.answer, name="activity"),
    path("<slug:slug>/", public.person, name="person"),
]
