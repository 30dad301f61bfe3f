"""Pages of the projects and their branches."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from advisories.projects import queries, workflow
from advisories.projects.forms import BranchForm, NewProjectForm, ProjectForm
from advisories.projects.models import Branch, Project
from advisories.projects.pages import branch_table
from advisories.projects.policy import Action, possible, require
from audit import clock
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.conflicts import Conflict
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, status


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """List the projects in their order."""
    require(Action.SEE_PROJECTS, request.actor)
    context = {
        "page": page_of(request, Project.objects.order_by("position", "slug")),
        "may_keep": Action.KEEP_PROJECTS in possible(request.actor),
    }
    return render(request, "projects/index.html", context)


@require_safe
def detail(request: PortalRequest, slug: str) -> HttpResponse:
    """Show what is known of one project, and its branches."""
    require(Action.SEE_PROJECTS, request.actor)
    project = get_object_or_404(Project, pk=slug)
    context = {
        "project": project,
        "table": branch_table(project, clock.now().date()),
        "obstacles": [text for text in (project.obstacle_to_records, project.obstacle_to_cve_id) if text],
        "may_keep": Action.KEEP_PROJECTS in possible(request.actor),
    }
    return render(request, "projects/detail.html", context)


@require_http_methods(FORM_METHODS)
@fresh_factor
def new(request: PortalRequest) -> HttpResponse:
    """Add a project: type what is known, look at it once more, save it."""
    require(Action.KEEP_PROJECTS, request.actor)
    form = NewProjectForm(posted(request), initial={"position": 100})
    if not form.is_valid() or request.POST.get("step") == "edit":
        return _form_page(request, form, None)
    slug = form.cleaned_data["slug"]
    if request.POST.get("step") != "save":
        return _check_page(request, form, None)
    project = attempt(form, lambda: workflow.add_project(slug, form.values, by=request.actor))
    if project is None:
        return _form_page(request, form, None)
    messages.success(request, f"{project} is added. The other admins are told.")
    return redirect(project)


@require_http_methods(FORM_METHODS)
@fresh_factor
def change(request: PortalRequest, slug: str) -> HttpResponse:
    """Change what is known of a project: type it, look at what changes, save it."""
    require(Action.KEEP_PROJECTS, request.actor)
    project = get_object_or_404(Project, pk=slug)
    form = ProjectForm(posted(request), initial=ProjectForm.initial_of(project))
    if not form.is_valid() or request.POST.get("step") == "edit":
        return _form_page(request, form, project)
    if request.POST.get("step") != "save" and queries.project_changes(project, form.values):
        return _check_page(request, form, project)
    revision = form.cleaned_data["revision"] or 0
    try:
        workflow.change_project(project, form.values, revision=revision, by=request.actor)
    except Conflict as conflict:
        form.add_error(None, str(conflict))
        project.refresh_from_db()
        typed = request.POST.copy()
        typed["revision"] = str(project.revision)
        form.data = typed
        return _form_page(request, form, project, queries.project_changes(project, form.values))
    messages.success(request, f"{project} is changed. The other admins are told.")
    return redirect(project)


def _form_page(
    request: PortalRequest, form: ProjectForm, project: Project | None, differences: Any = ()
) -> HttpResponse:
    context = {"form": form, "project": project, "differences": differences}
    return render(request, "projects/edit.html", context, status=422 if form.errors else 200)


def _check_page(request: PortalRequest, form: ProjectForm, project: Project | None) -> HttpResponse:
    """Show what saving changes, before anything is done."""
    context = {"form": form, "project": project, "changes": queries.project_changes(project, form.values)}
    return render(request, "projects/check.html", context)


@require_http_methods(FORM_METHODS)
@fresh_factor
def branch(request: PortalRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add a branch, or change one."""
    require(Action.KEEP_PROJECTS, request.actor)
    project = get_object_or_404(Project, pk=slug)
    row = get_object_or_404(Branch, pk=pk, project=project) if pk else None
    form = BranchForm(posted(request), branch=row, initial=BranchForm.initial_of(row) if row else {})
    saved = attempt(form, lambda: workflow.save_branch(project, row, form.cleaned_data, by=request.actor))
    if saved is not None:
        messages.success(request, f"{saved} is saved.")
        return redirect(project)
    context = {"project": project, "branch": row, "form": form}
    return render(request, "projects/branch.html", context, status=status(form))
