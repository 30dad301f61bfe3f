"""The channels to which membership gives access, and what people are called in them."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import clock
from members.channels import registry, workflow
from members.channels.forms import AccountForm, ChannelForm
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.channels.policy import Action, possible, require
from members.people.models import Person
from web.access import PortalRequest, fresh_factor, posted
from web.confirmation import ActPage
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, confirmation_page, next_or, status

#: Of what is searched for; no name is longer.
_MOST_LETTERS = 200


@require_safe
def index(request: PortalRequest) -> HttpResponse:
    """Every channel, in the order of checklists; retired ones last."""
    require(Action.SEE_CHANNELS, request.actor)
    pasted = registry.newest_lists()
    rows = [
        {
            "channel": channel,
            "server": registry.server_of(channel.kind),
            "missing": registry.missing_settings(channel.kind),
            "has_server": registry.has_connector(channel.kind),
            "pasted": pasted.get(channel.pk),
            "has_accounts": workflow.has_noted_accounts(channel),
        }
        for channel in page_of(request, Channel.objects.in_use(), 100)
    ]
    context = {
        "rows": rows,
        "retired": Channel.objects.exclude(retired_at=None).order_by("-retired_at")[:30],
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
    """Rename a list, or say what to do in a channel."""
    require(Action.KEEP_CHANNELS, request.actor)
    return _edit(request, _in_use(pk))


def _edit(request: PortalRequest, channel: Channel | None) -> HttpResponse:
    require(Action.KEEP_CHANNELS, request.actor)
    names = ("name", "to_let_in", "to_let_out")
    initial = {name: getattr(channel, name) for name in names} if channel else None
    form = ChannelForm(posted(request), channel=channel, initial=initial)
    saved = attempt(
        form,
        lambda: workflow.save_channel(
            channel,
            name=form.cleaned_data.get("name", ""),
            to_let_in=form.cleaned_data["to_let_in"],
            to_let_out=form.cleaned_data["to_let_out"],
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
    """Use a list no longer."""
    require(Action.KEEP_CHANNELS, request.actor)
    channel = get_object_or_404(Channel.objects.in_use().filter(kind=ChannelKind.LIST), pk=pk)
    if request.method == "POST":
        workflow.retire_channel(channel, by=request.actor)
        messages.success(request, f"{channel} is retired.")
        return redirect("channels:list")
    page = ActPage(
        here="Retire",
        heading=f"Retire {channel}?",
        lead="It is on no new checklist and in no check from now on. This cannot be undone.",
        points=(
            "Checklists that have it keep it, with what is ticked.",
            "Nobody is removed from the list itself; do that where it is kept.",
        ),
        label="Retire it",
        tone="danger",
        keep="Keep it",
    )
    return confirmation_page(request, page, back=reverse("channels:list"), back_label="Channels")


@require_safe
def accounts(request: PortalRequest, pk: int) -> HttpResponse:
    """Who is called what in one channel, as far as it is noted."""
    require(Action.SEE_CHANNELS, request.actor)
    channel = _with_accounts(pk)
    wanted = request.GET.get("q", "").strip()[:_MOST_LETTERS]
    people = _people(wanted)
    page = page_of(request, people)
    noted = dict(ChannelAccount.objects.filter(channel=channel, person__in=page).values_list("person", "identifier"))
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
    """Note what somebody is called in one channel."""
    require(Action.KEEP_CHANNELS, request.actor)
    channel, who = _with_accounts(pk), get_object_or_404(Person, pk=person)
    noted = ChannelAccount.objects.filter(channel=channel, person=who).first()
    initial = {"identifier": noted.identifier} if noted else None
    form = AccountForm(posted(request), channel=channel, initial=initial)
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
    if not workflow.has_noted_accounts(channel):
        raise Http404
    return channel


def _people(wanted: str) -> QuerySet[Person]:
    """The members of today; a search finds everybody the portal knows."""
    if wanted:
        return Person.objects.filter(name__icontains=wanted)
    return Person.objects.members(clock.now().date()).distinct()
