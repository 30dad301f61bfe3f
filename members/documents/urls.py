"""Addresses of the team's documents: public pages, acceptance, and the admins' editing."""

from django.urls import path

from members.documents.views import acceptance, manage, public

app_name = "documents"
urlpatterns = [
    path("members/responsibilities/", public.responsibilities, name="responsibilities"),
    path("members/join/", public.join, name="join"),
    path("profile/responsibilities/", acceptance.responsibilities, name="accept"),
    path("manage/documents/", manage.index, name="list"),
    path("manage/documents/responsibilities/acceptances/", manage.acceptances, name="acceptances"),
    path("manage/documents/<slug:kind>/", manage.history, name="history"),
    path("manage/documents/<slug:kind>/edit/", manage.edit, name="edit"),
    path("manage/documents/<slug:kind>/<int:number>/", manage.detail, name="version"),
]
