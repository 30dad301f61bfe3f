"""Addresses below ``/manage/channels/``."""

from django.urls import path

from members.channels import views

app_name = "channels"
urlpatterns = [
    path("manage/channels/", views.index, name="list"),
    path("manage/channels/new/", views.new, name="new"),
    path("manage/channels/<int:pk>/", views.edit, name="edit"),
    path("manage/channels/<int:pk>/up/", views.move_up, name="move_up"),
    path("manage/channels/<int:pk>/retire/", views.retire, name="retire"),
    path("manage/channels/<int:pk>/accounts/", views.accounts, name="accounts"),
    path("manage/channels/<int:pk>/accounts/<uuid:person>/", views.account, name="account"),
]
