"""Addresses of the inbox."""

from django.urls import include, path

from advisories.inbox import views

inbox_patterns = [
    path("", views.index, name="list"),
    path("help/", views.how, name="how"),
    path("handle/", views.handle, name="handle"),
    path("answer/", views.answer, name="answer"),
    path("undo/", views.undo, name="undo"),
    path("files/<uuid:pk>/", views.attachment, name="attachment"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/file/", views.file, name="file"),
    path("<uuid:pk>/add/", views.add, name="add"),
    path("<uuid:pk>/now/", views.now, name="now"),
]
urlpatterns = [path("reports/inbox/", include((inbox_patterns, "inbox")))]
