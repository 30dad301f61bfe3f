"""Links of mails about projects, branches and the security policy."""

from __future__ import annotations

from django.urls import reverse

from audit.models import Event


def project_page(event: Event) -> str:
    """Return the path of the project; a branch is on the page of its project."""
    slug = event.data.get("project") or event.target.partition(":")[2]
    return reverse("projects:detail", args=[slug])


def policy_page(event: Event) -> str:
    """Return the path of the version that was published."""
    return reverse("projects:policy_version", args=[event.data["number"]])
