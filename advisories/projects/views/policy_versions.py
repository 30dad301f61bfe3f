"""Pages of the security policy: its versions for members, and the draft of the next one."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from advisories.projects import queries, rules_text, workflow
from advisories.projects.forms import PolicyDraftForm, PolicyPublishForm, PolicyRevisionForm
from advisories.projects.models import PolicyVersion
from advisories.projects.pages import discard_page
from advisories.projects.policy import Action, possible, require
from audit import clock
from members.documents.rendering import differences
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.confirmation import confirmation_page
from web.conflicts import Conflict
from web.pagination import page_of
from web.validity import row_id
from web.views import FORM_METHODS, attempt, back_on_conflict


@require_safe
def history(request: PortalRequest) -> HttpResponse:
    """List the published versions, newest first, and the draft of the next one."""
    require(Action.SEE_POLICY, request.actor)
    may_keep = Action.KEEP_POLICY in possible(request.actor)
    context = {
        "page": page_of(request, PolicyVersion.objects.published().select_related("edited_by")),
        "in_force": queries.policy_in_force(clock.now()),
        "draft": queries.policy_draft() if may_keep else None,
        "may_keep": may_keep,
    }
    return render(request, "projects/policy.html", context)


@require_safe
def version(request: PortalRequest, number: int) -> HttpResponse:
    """Show one published version, and how it differs from another one, by default from the one before."""
    require(Action.SEE_POLICY, request.actor)
    published = PolicyVersion.objects.published().select_related("edited_by")
    found = get_object_or_404(published, number=number)
    wanted = row_id(request.GET.get("with", "")) or number - 1
    other = published.filter(number=wanted).exclude(number=number).first()
    context = {
        "version": found,
        "other": other,
        "others": [row.number for row in published if row.number != number],
        "sections": rules_text.shown(found.text),
        "lines": differences(other.text, found.text) if other else [],
    }
    return render(request, "projects/policy_version.html", context)


@require_http_methods(FORM_METHODS)
@fresh_factor
def draft(request: PortalRequest) -> HttpResponse:
    """Write the draft of the next version; a preview saves nothing."""
    require(Action.KEEP_POLICY, request.actor)
    newest, stored = queries.newest_policy(), queries.policy_draft()
    form = PolicyDraftForm(posted(request), initial=PolicyDraftForm.initial_of(stored, newest))
    context: dict[str, Any] = {"form": form, "newest": newest, "draft": stored}
    if not form.is_valid():
        return render(request, "projects/policy_edit.html", context, status=422 if form.is_bound else 200)
    text = form.cleaned_data["text"]
    if request.POST.get("step") == "preview":
        return render(request, "projects/policy_edit.html", {**context, "preview": rules_text.read(text)})
    try:
        workflow.save_policy_draft(**form.cleaned_data, by=request.actor)
    except Conflict as conflict:
        form.add_error(None, str(conflict))
        typed = request.POST.copy()
        typed["revision"] = str(stored.revision if stored else 0)
        form.data = typed
        context["lines"] = differences(stored.text if stored else newest.text, text)
        return render(request, "projects/policy_edit.html", context, status=409)
    messages.success(request, "The draft is saved. Nothing is public yet.")
    return redirect("projects:policy_publish")


def _stored() -> PolicyVersion:
    stored = queries.policy_draft()
    if stored is None:
        raise Http404
    return stored


@require_http_methods(FORM_METHODS)
@fresh_factor
def publish(request: PortalRequest) -> HttpResponse:
    """Show what publishing the draft changes, then publish it, to hold from a day on."""
    require(Action.KEEP_POLICY, request.actor)
    stored, newest, today = _stored(), queries.newest_policy(), clock.now().date()
    form = PolicyPublishForm(posted(request), today=today, initial={"revision": stored.revision})

    def published() -> PolicyVersion:
        day = form.cleaned_data["in_force_from"]
        start = datetime.combine(day, time(), UTC) if day else None
        return workflow.publish_policy(revision=form.cleaned_data["revision"], in_force_from=start, by=request.actor)

    done = attempt(form, published)
    if done is not None:
        messages.success(request, f"Version {done.number} of the security policy is published.")
        return redirect(done)
    context = {
        "form": form,
        "draft": stored,
        "newest": newest,
        "sections": rules_text.shown(stored.text),
        "lines": differences(newest.text, stored.text),
    }
    return render(request, "projects/policy_publish.html", context, status=422 if form.is_bound else 200)


@require_http_methods(FORM_METHODS)
@fresh_factor
@back_on_conflict(lambda: "projects:policy")
def discard(request: PortalRequest) -> HttpResponse:
    """Ask, and throw the draft away."""
    require(Action.KEEP_POLICY, request.actor)
    stored = _stored()
    form = PolicyRevisionForm(posted(request), initial={"revision": stored.revision})
    if form.is_valid():
        workflow.discard_policy_draft(revision=form.cleaned_data["revision"], by=request.actor)
        messages.success(request, "The draft is gone.")
        return redirect("projects:policy")
    page = discard_page(stored)
    return confirmation_page(request, page, back="/manage/policy/", back_label="Security policy", form=form)
