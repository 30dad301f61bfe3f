"""The public page of the security policy."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from advisories.projects.pages import public_context
from audit import clock
from web.access import public_page


@public_page
@require_safe
def security_policy(request: HttpRequest) -> HttpResponse:
    """Show what the team answers for, how to report, what to expect, and the rules by which reports are decided."""
    return render(request, "projects/security_policy.html", public_context(clock.now()))
