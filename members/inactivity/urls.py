"""Addresses of the inactivity review: the admins' and the council's pages, and the answer to a notice."""

from django.urls import path

from members.inactivity.views import answers, reviews, work

app_name = "inactivity"
urlpatterns = [
    path("members/activity/<str:token>/", answers.answer, name="answer"),
    path("members/activity/notes/<uuid:pk>/", work.note, name="note"),
    path("manage/inactivity/", reviews.index, name="list"),
    path("manage/inactivity/announce/", reviews.announce, name="announce"),
    path("manage/inactivity/work/", work.index, name="work"),
    path("manage/inactivity/work/read/", work.read_credits, name="read_credits"),
    path("manage/inactivity/notes/new/", work.note_new, name="note_new"),
    path("manage/inactivity/notes/<uuid:pk>/withdraw/", work.withdraw_note, name="note_withdraw"),
    path("manage/inactivity/entries/<int:pk>/answer/", reviews.answer_for, name="answer_for"),
    path("manage/inactivity/entries/<int:pk>/decide/", reviews.decide, name="decide"),
    path("manage/inactivity/<uuid:pk>/", reviews.detail, name="detail"),
    path("manage/inactivity/<uuid:pk>/review.csv", reviews.review_csv, name="csv"),
    path("manage/inactivity/<uuid:pk>/generate/", reviews.generate, name="generate"),
    path("manage/inactivity/<uuid:pk>/send/", reviews.send, name="send"),
]
