"""Pages of the channels to which membership gives access, and of the accounts in them."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import clock
from members.channels import queries, registry, workflow
from members.channels.connectors import NEEDED, missing_settings, server_of
from members.channels.forms import AccountForm, ChannelForm
from members.channels.models import Channel, ChannelKind
from members.channels.pages import retire_page
from members.channels.policy import Action, possible, require
from members.people.models import Person
from members.people.requests import PortalRequest
from web.access import fresh_factor, posted
from web.confirmation import confirmation_page
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, next_or, status

#: The longest text that is searched for; no name is longer.
_MAX_LETTERS = 200


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """List every channel in the order of checklists; retired ones last."""
    require(Action.SEE_CHANNELS, request.actor)
    pasted = registry.newest_lists()
    rows = [
        {
            "channel": channel,
            "server": server_of(channel.kind),
            "missing": missing_settings(channel.kind),
            "has_server": channel.kind in NEEDED,
            "pasted": pasted.get(channel.pk),
            "has_accounts": channel.notes_accounts,
        }
        for channel in page_of(request, Channel.objects.in_use(), 100)
    ]
    context = {
        "rows": rows,
        "retired": Channel.objects.retired()[:30],
        "may_keep": Action.KEEP_CHANNELS in possible(request.actor),
    }
    return render(request, "channels/index.html", context)


@require_http_methods(FORM_METHODS)
@fresh_factor
def new(request: PortalRequest) -> HttpResponse:
    """Add a list that no connector reads."""
    return _edit(request, None)


@require_http_methods(FORM_METHODS)
@fresh_factor
def edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Rename a list, or change the instructions for a channel."""
    require(Action.KEEP_CHANNELS, request.actor)
    return _edit(request, _in_use(pk))


def _edit(request: PortalRequest, channel: Channel | None) -> HttpResponse:
    require(Action.KEEP_CHANNELS, request.actor)
    names = ("name", "to_let_in", "to_let_out", "contact")
    initial = {name: getattr(channel, name) for name in names} if channel else None
    form = ChannelForm(posted(request), channel=channel, initial=initial)
    saved = attempt(
        form,
        lambda: workflow.save_channel(
            channel,
            name=form.cleaned_data.get("name", ""),
            to_let_in=form.cleaned_data["to_let_in"],
            to_let_out=form.cleaned_data["to_let_out"],
            contact=form.cleaned_data["contact"],
            by=request.actor,
        ),
        field="name",
    )
    if saved:
        messages.success(request, f"{saved} is saved.")
        return redirect("channels:list")
    return render(request, "channels/edit.html", {"channel": channel, "form": form}, status=status(form))


def _in_use(pk: int) -> Channel:
    return get_object_or_404(Channel.objects.in_use(), pk=pk)


@require_POST
def move_up(request: PortalRequest, pk: int) -> HttpResponse:
    """Show a channel one place earlier."""
    require(Action.KEEP_CHANNELS, request.actor)
    channel = workflow.move_channel_up(_in_use(pk), by=request.actor)
    messages.success(request, f"{channel} stands one place earlier now.")
    return redirect("channels:list")


@require_http_methods(FORM_METHODS)
@fresh_factor
def retire(request: PortalRequest, pk: int) -> HttpResponse:
    """Retire a list after a confirmation."""
    require(Action.KEEP_CHANNELS, request.actor)
    channel = get_object_or_404(Channel.objects.in_use().filter(kind=ChannelKind.LIST), pk=pk)
    if request.method == "POST":
        workflow.retire_channel(channel, by=request.actor)
        messages.success(request, f"{channel} is retired.")
        return redirect("channels:list")
    page = retire_page(channel)
    return confirmation_page(request, page, back=reverse("channels:list"), back_label="Channels")


@require_safe
def accounts(request: PortalRequest, pk: int) -> HttpResponse:
    """List the noted accounts in one channel; a search finds everybody the portal has a record of."""
    require(Action.SEE_CHANNELS, request.actor)
    channel = _with_accounts(pk)
    wanted = request.GET.get("q", "").strip()[:_MAX_LETTERS]
    page = page_of(request, queries.people_by_name(wanted, clock.now().date()))
    noted = queries.noted_accounts(channel, page)
    context = {
        "channel": channel,
        "wanted": wanted,
        "query": urlencode({"q": wanted}) if wanted else "",
        "page": page,
        "rows": [(person, noted.get(person.pk, "")) for person in page],
        "may_keep": Action.KEEP_CHANNELS in possible(request.actor),
    }
    return render(request, "channels/accounts.html", context)


@require_http_methods(FORM_METHODS)
@fresh_factor
def account(request: PortalRequest, pk: int, person: UUID) -> HttpResponse:
    """Note the account of one person in one channel."""
    require(Action.KEEP_CHANNELS, request.actor)
    channel, who = _with_accounts(pk), get_object_or_404(Person, pk=person)
    noted = queries.noted_accounts(channel, [who]).get(who.pk, "")
    form = AccountForm(posted(request), channel=channel, initial={"identifier": noted})
    if attempt(
        form,
        lambda: workflow.note_account(channel, who, form.cleaned_data["identifier"], by=request.actor),
        field="identifier",
    ):
        messages.success(request, f"The account of {who} in {channel} is noted.")
        return next_or(request, "channels:accounts", channel.pk)
    context = {"channel": channel, "person": who, "form": form}
    return render(request, "channels/account.html", context, status=status(form))


def _with_accounts(pk: int) -> Channel:
    channel = _in_use(pk)
    if not channel.notes_accounts:
        raise Http404
    return channel
