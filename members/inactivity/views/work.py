"""Pages of what counts beside the portal's records: coordinator credits as GitHub has them, and notes of admins."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import clock
from members.inactivity import queries, tasks, workflow
from members.inactivity.forms import ActivityNoteForm
from members.inactivity.pages.confirmations import withdraw_act
from members.inactivity.pages.work import work_page
from members.inactivity.policy import NOTES, NOTING, Action, NoteAction, possible, require
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.background import hint_on_commit
from web.confirmation import confirmation_page
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, back_on_conflict, status


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Show where coordinator credits come from, and every note."""
    require(Action.SEE_REVIEWS, request.actor)
    page = page_of(request, queries.notes())
    return render(request, "inactivity/work.html", {"page": page, **work_page(request.actor, clock.now())})


@require_POST
@back_on_conflict(lambda: "inactivity:work")
def read_credits(request: PortalRequest) -> HttpResponse:
    """Ask for the coordinator credits, which a worker reads."""
    workflow.ask_for_credits(by=request.actor)
    hint_on_commit(tasks.read_coordinator_credits)
    messages.success(request, "The worker reads the credits now. It takes some seconds; reload the page then.")
    return redirect("inactivity:work")


@require_http_methods(FORM_METHODS)
@fresh_factor
def note_new(request: PortalRequest) -> HttpResponse:
    """Note that somebody worked outside the portal."""
    writer = NOTING.require_any(NoteAction.WRITE, request.actor)
    now = clock.now()
    form = ActivityNoteForm(
        posted(request),
        members=queries.members_to_note(writer, now.date()),
        first=queries.first_day_to_note(now),
        today=now.date(),
        initial={"person": _person_asked_for(request)},
    )
    written = attempt(form, lambda: workflow.note_activity(**form.cleaned_data, by=request.actor))
    if written:
        messages.success(request, f"The note on {written.person.name} is written.")
        return redirect("inactivity:note", written.pk)
    return render(request, "inactivity/note_new.html", {"form": form}, status=status(form))


def _person_asked_for(request: PortalRequest) -> UUID | None:
    """Return whom the link to the form is about; the form drops anybody who is not to choose."""
    try:
        return UUID(request.GET.get("person", ""))
    except ValueError:
        return None


@require_safe
def note(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show one note to the person it is about, the admins and the Steering Council; to others there is none."""
    now = clock.now()
    found = get_object_or_404(queries.notes(), pk=pk)
    if not NOTES.allows(NoteAction.SEE, request.actor, found, now):
        raise Http404
    may_withdraw = NoteAction.WITHDRAW in NOTES.allowed(request.actor, found, now)
    sees_all = Action.SEE_REVIEWS in possible(request.actor)
    context = {"note": found, "may_withdraw": may_withdraw, "sees_all": sees_all}
    return render(request, "inactivity/note.html", context)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(lambda pk: reverse("inactivity:note", args=[pk]))
def withdraw_note(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Withdraw a note."""
    NOTES.require_any(NoteAction.WITHDRAW, request.actor)
    found = get_object_or_404(queries.notes(), pk=pk)
    NOTES.require(NoteAction.WITHDRAW, request.actor, found, clock.now())
    back = reverse("inactivity:note", args=[pk])
    if request.method != "POST":
        return confirmation_page(request, withdraw_act(found), back=back, back_label="The note")
    workflow.withdraw_note(found, by=request.actor)
    messages.success(request, "The note is withdrawn.")
    return redirect(back)
