"""Changes of address: the old mailbox stops one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from members.accounts import links, workflow
from web.access import public_form
from web.views import FORM_METHODS


@public_form
@require_http_methods(FORM_METHODS)
def stop_address(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a change of address by the link that went to the old one."""
    address = links.find_change(token)
    if address is None:
        return render(request, "accounts/stop_closed.html", status=404)
    if request.method == "POST":
        workflow.stop_address_change(address)
    context = {"is_stopped": request.method == "POST"}
    return render(request, "accounts/stop_address.html", context)
