"""Addresses below ``/nominations/``. All private."""

from django.urls import path

from nominations import views

app_name = "nominations"
urlpatterns = [
    path("", views.index, name="list"),
    path("propose/", views.propose, name="propose"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/open/", views.open_vote, name="open"),
    path("<uuid:pk>/vote/", views.vote, name="vote"),
    path("<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:pk>/decide/", views.decide, name="decide"),
    path("<uuid:pk>/confirm/", views.confirm, name="confirm"),
]
