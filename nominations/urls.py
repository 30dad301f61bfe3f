"""Addresses below ``/nominations/``. All private, but for the nominee's own page, which opens by its link."""

from django.urls import path

from nominations.views import calendar, deciding, discussing, keeping, nominee, proposing, receipts, resolving, voting

app_name = "nominations"
urlpatterns = [
    path("", proposing.index, name="list"),
    path("propose/", proposing.propose, name="propose"),
    path("rules/", proposing.rules_page, name="rules"),
    path("recount/", proposing.recount, name="recount"),
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar_feed"),
    path("council/", resolving.index, name="resolutions"),
    path("council/record/", resolving.resolve, name="resolve"),
    path("council/<int:pk>/", resolving.detail, name="resolution"),
    path("council/<int:pk>/answer/", resolving.answer, name="answer_resolution"),
    path("council/<int:pk>/correct/", resolving.correct, name="correct_resolution"),
    path("office/<uuid:pk>/", keeping.page, name="office"),
    path("office/<uuid:pk>/accept/", keeping.accept, name="accept_office"),
    path("office/<uuid:pk>/give-back/", keeping.give_back, name="give_office_back"),
    path("office/<uuid:pk>/count/", keeping.count, name="count_with_key"),
    path("office/<uuid:pk>/destroyed/", keeping.destroyed, name="key_destroyed"),
    path("nominee/<str:token>/", nominee.page, name="nominee"),
    path("<uuid:pk>/", proposing.detail, name="detail"),
    path("<uuid:pk>/ask-again/", proposing.ask_again, name="ask_again"),
    path("<uuid:pk>/withdraw/", proposing.withdraw, name="withdraw"),
    path("<uuid:pk>/comment/", discussing.comment, name="comment"),
    path("<uuid:pk>/comment/take-back/", discussing.take_back, name="take_back"),
    path("<uuid:pk>/endorse/", discussing.endorse, name="endorse"),
    path("<uuid:pk>/endorse/take-back/", discussing.unendorse, name="unendorse"),
    path("<uuid:pk>/interest/", discussing.declare, name="declare"),
    path("<uuid:pk>/interest/take-back/", discussing.undeclare, name="undeclare"),
    path("<uuid:pk>/officer/", keeping.ask, name="ask_officer"),
    path("<uuid:pk>/officer/dismiss/", keeping.dismiss, name="dismiss_officer"),
    path("<uuid:pk>/open/", voting.open_vote, name="open"),
    path("<uuid:pk>/vote/", voting.vote, name="vote"),
    path("<uuid:pk>/vote/receipt/", receipts.page, name="receipt"),
    path("<uuid:pk>/extend/", voting.extend, name="extend"),
    path("<uuid:pk>/cancel/", voting.cancel, name="cancel"),
    path("<uuid:pk>/annul/", voting.annul, name="annul"),
    path("<uuid:pk>/board.txt", voting.board, name="board"),
    path("<uuid:pk>/acknowledge/", deciding.acknowledge, name="acknowledge"),
    path("<uuid:pk>/turnout/", deciding.note_turnout, name="note_turnout"),
    path("<uuid:pk>/decide/", deciding.decide, name="decide"),
    path("<uuid:pk>/veto/", deciding.answer_veto, name="answer_veto"),
    path("<uuid:pk>/confirm/", deciding.confirm, name="confirm"),
]
