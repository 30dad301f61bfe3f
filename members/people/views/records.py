"""The admins' pages about people: the list, one person's record, and its corrections."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from members.people import workflow
from members.people.forms.records import (
    CorrectionForm,
    EndRoleForm,
    MembershipForm,
    PersonForm,
    RoleForm,
    SearchForm,
    first_day,
    initial_of,
)
from members.people.models import Membership, MembershipEnded, Person, Role, RoleKind
from members.people.pages import confirmations
from members.people.pages.record import PAGE, record_of
from members.people.policy import Action, require, require_any
from members.people.queries import people as queries
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.confirmation import ConfirmationPage, confirmation_page
from web.pagination import page_of
from web.sections import joined_to
from web.views import FORM_METHODS, attempt, next_or


def _record_url(slug: str) -> str:
    return reverse("people:record", args=[slug])


@require_safe
def people(request: PortalRequest) -> HttpResponse:
    """List everybody on record, by name."""
    require(Action.SEE_PEOPLE, request.actor)
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = queries.with_status(queries.find(text), request.now)
    no_login = request.GET.get("login") == "none"
    page = page_of(request, found.filter(has_login=False) if no_login else found)
    rows = queries.statuses(list(page), request.now)
    query = urlencode({"q": text, "login": "none" if no_login else ""})
    context = {"page": page, "rows": rows, "asked": text, "no_login": no_login, "query": query}
    return render(request, "people/list.html", context)


@require_safe
def person(request: PortalRequest, slug: str) -> HttpResponse:
    """Show one person's record: periods, roles, login, checklists."""
    require(Action.SEE_PEOPLE, request.actor)
    people = queries.with_suspension(queries.with_status(Person.objects.all(), request.now))
    subject = get_object_or_404(people.select_related(*joined_to(PAGE)), slug=slug)
    return render(request, "people/record.html", record_of(subject, request.actor, request.now))


@require_http_methods(FORM_METHODS)
def add(request: PortalRequest) -> HttpResponse:
    """Add somebody, such as an emeritus from before the portal."""
    require(Action.CORRECT_PEOPLE, request.actor)
    form = PersonForm(posted(request), today=request.now.date())
    added = attempt(form, lambda: workflow.add_person(**form.cleaned_data, by=request.actor), "github")
    if added is not None:
        messages.success(request, f"{added.name} is known to the portal now.")
        return redirect("people:record", slug=added.slug)
    page = ConfirmationPage(
        here="Add somebody",
        heading="Add somebody to the records",
        lead="For people from before the portal. It makes nobody a member: that takes a vote, or a decision of the "
        "Steering Council.",
        label="Add them",
    )
    return confirmation_page(request, page, back=reverse("people:list"), back_label="People", form=form)


@require_http_methods(FORM_METHODS)
@fresh_factor
def correct(request: PortalRequest, slug: str) -> HttpResponse:
    """Correct somebody's name or GitHub name."""
    require(Action.CORRECT_PEOPLE, request.actor)
    subject = get_object_or_404(Person, slug=slug)
    is_own = request.actor.is_person(subject)
    form = PersonForm(
        posted(request), today=request.now.date(), person=subject, is_own=is_own, initial=initial_of(subject)
    )
    if attempt(form, lambda: workflow.correct_person(subject, **form.cleaned_data, by=request.actor), "github"):
        messages.success(request, "The record is corrected.")
        return next_or(request, "people:record", slug)
    page = ConfirmationPage(
        here="Correct",
        heading=f"Correct the record of {subject.name}",
        lead="Public pages and files show it at once. The address of the public page stays what it is.",
        label="Save",
    )
    return confirmation_page(request, page, back=_record_url(slug), back_label=subject.name, form=form)


@require_http_methods(FORM_METHODS)
@fresh_factor
def add_membership(request: PortalRequest, slug: str) -> HttpResponse:
    """Record a membership that is over."""
    require_any(Action.RECORD_PERIODS, request.actor)
    subject = get_object_or_404(Person, slug=slug)
    require(Action.RECORD_PERIODS, request.actor, subject)
    form = MembershipForm(posted(request))

    def act() -> Membership:
        cleaned = form.cleaned_data
        return workflow.record_membership(
            subject,
            form.span,
            ended=MembershipEnded(cleaned["ended"]),
            authority=cleaned["authority"],
            end_authority=cleaned["end_authority"],
            by=request.actor,
        )

    if attempt(form, act):
        messages.success(request, "The membership is on record.")
        return redirect("people:record", slug=slug)
    page = ConfirmationPage(
        here="Record a membership",
        heading=f"An earlier membership of {subject.name}",
        lead="For what was over before the portal. A membership that runs begins by an onboarding and by nothing else.",
        label="Record it",
    )
    return confirmation_page(request, page, back=_record_url(slug), back_label=subject.name, form=form)


@require_http_methods(FORM_METHODS)
@fresh_factor
def correct_membership(request: PortalRequest, pk: int) -> HttpResponse:
    """Correct the days of a membership."""
    require_any(Action.CORRECT_DAYS, request.actor)
    membership = get_object_or_404(Membership.objects.select_related("person"), pk=pk)
    require(Action.CORRECT_DAYS, request.actor, membership.person)
    names = ("since", "since_precision", "until", "until_precision", "authority")
    initial = {name: getattr(membership, name) for name in names}
    form = CorrectionForm(posted(request), runs=not membership.ended, initial=initial)

    def act() -> Membership:
        return workflow.correct_membership(
            membership, form.span, authority=form.cleaned_data["authority"], by=request.actor
        )

    if attempt(form, act):
        messages.success(request, "The days are corrected.")
        return redirect("people:record", slug=membership.person.slug)
    page = ConfirmationPage(
        here="Correct the days",
        heading=f"When was {membership.person.name} on the team?",
        lead="Whether the membership runs, and how it ended, stays what it is. Public pages show the days at once.",
        label="Save",
    )
    return confirmation_page(
        request, page, back=_record_url(membership.person.slug), back_label=membership.person.name, form=form
    )


@require_http_methods(FORM_METHODS)
@fresh_factor
def add_role(request: PortalRequest, slug: str) -> HttpResponse:
    """Record a role that somebody holds or held."""
    require_any(Action.RECORD_ROLES, request.actor)
    subject = get_object_or_404(Person, slug=slug)
    require(Action.RECORD_ROLES, request.actor, subject)
    form = RoleForm(posted(request), initial=first_day(request.now.date()))

    def act() -> Role:
        cleaned = form.cleaned_data
        return workflow.record_role(
            subject,
            RoleKind(cleaned["kind"]),
            form.span,
            authority=cleaned["authority"],
            is_over=cleaned["is_over"],
            by=request.actor,
        )

    if attempt(form, act, "kind"):
        messages.success(request, "The role is on record.")
        return redirect("people:record", slug=slug)
    page = ConfirmationPage(
        here="Record a role",
        heading=f"A role of {subject.name}",
        lead="Public pages show it, with its source where that is a PEP.",
        label="Record it",
    )
    return confirmation_page(request, page, back=_record_url(slug), back_label=subject.name, form=form)


@require_http_methods(FORM_METHODS)
@fresh_factor
def end_role(request: PortalRequest, pk: int) -> HttpResponse:
    """End a role today."""
    require_any(Action.RECORD_ROLES, request.actor)
    role = get_object_or_404(Role.objects.select_related("person"), pk=pk)
    require(Action.RECORD_ROLES, request.actor, role.person)
    form = EndRoleForm(posted(request))
    slug = role.person.slug
    if attempt(form, lambda: workflow.finish_role(role, **form.cleaned_data, by=request.actor)):
        messages.success(request, "The role has ended.")
        return redirect("people:record", slug=slug)
    return confirmation_page(
        request, confirmations.end_role(role), back=_record_url(slug), back_label=role.person.name, form=form
    )
