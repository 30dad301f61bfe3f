"""Addresses of invitations, and suspensions. Sign-in itself is django-allauth's."""

from django.urls import path

from members.accounts.views import addresses, inviting, suspensions

app_name = "accounts"
urlpatterns = [
    path("members/invitations/", inviting.invitations, name="invitations"),
    path("members/invitations/new/", inviting.invite, name="invite"),
    path("members/invitations/<uuid:pk>/revoke/", inviting.revoke, name="revoke"),
    path("members/accept/<str:token>/", inviting.accept, name="accept"),
    path("manage/people/<slug:slug>/suspend/", suspensions.suspend, name="suspend"),
    path("accounts/stop-change/<str:token>/", addresses.stop_address, name="stop_address"),
    path("manage/suspensions/", suspensions.suspensions, name="suspensions"),
    path("manage/suspensions/<int:pk>/end/", suspensions.end_suspension, name="end_suspension"),
]
