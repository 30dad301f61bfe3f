"""Addresses of invitations, suspensions and the profile. Sign-in itself is django-allauth's."""

from django.urls import path

from members.accounts.views import addresses, inviting, lost, profile, resets, suspensions

app_name = "accounts"
urlpatterns = [
    path("members/invitations/", inviting.invitations, name="invitations"),
    path("members/invitations/new/", inviting.invite, name="invite"),
    path("members/invitations/list/", addresses.hand_in, name="hand_in"),
    path("members/invitations/confirm/", addresses.confirm, name="confirm"),
    path("members/invitations/<uuid:pk>/revoke/", inviting.revoke, name="revoke"),
    path("members/accept/<str:token>/", inviting.accept, name="accept"),
    path("profile/", profile.index, name="profile"),
    path("profile/edit/", profile.edit, name="edit_profile"),
    path("profile/export.json", profile.export, name="export"),
    path("manage/people/<slug:slug>/suspend/", suspensions.suspend, name="suspend"),
    path("accounts/lost/", lost.lost, name="lost"),
    path("accounts/stop-reset/<str:token>/", lost.stop_reset, name="stop_reset"),
    path("accounts/stop-change/<str:token>/", lost.stop_address, name="stop_address"),
    path("manage/people/<slug:slug>/reset/", resets.begin, name="begin_reset"),
    path("manage/resets/", resets.listed, name="resets"),
    path("manage/resets/<uuid:pk>/", resets.detail, name="reset"),
    path("manage/resets/<uuid:pk>/refuse/", resets.refuse, name="refuse_reset"),
    path("manage/suspensions/", suspensions.suspensions, name="suspensions"),
    path("manage/suspensions/<int:pk>/end/", suspensions.end_suspension, name="end_suspension"),
]
