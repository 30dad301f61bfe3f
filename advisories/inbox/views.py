"""Pages of the inbox, for admins: to everybody else nothing below its address exists."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advisories.inbox import files, pages, queries, workflow
from advisories.inbox.forms import AddForm, FileForm, MailAnswerForm, keys_of
from advisories.inbox.models import IncomingAttachment, IncomingMail
from advisories.inbox.policy import Action, require
from audit import clock
from members.people.requests import PortalRequest
from web.access import posted, takes_many
from web.confirmation import ConfirmationPage, confirmation_page
from web.conflicts import Conflict
from web.pagination import page_of
from web.views import FORM_METHODS, attempt, check_first, status

#: What ``?show=`` may ask for; anything else is the first.
SHOWN = {"waiting": "Not filed", "handled": "Handled", "apart": "Bounces and loops"}
#: Characters of a search.
SEARCH_MOST = 200

View = Callable[..., HttpResponse]


def for_admins(view: View) -> View:
    """Answer 404 to everybody who may not see the inbox; a `Conflict` leads back to it, with the sentence."""

    @wraps(view)
    def guarded(request: PortalRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not pages.may_see(request.actor):
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except Conflict as conflict:
            messages.error(request, str(conflict))
            return redirect("inbox:list")

    return guarded


def _mail(request: PortalRequest, pk: UUID) -> IncomingMail:
    mail = queries.mail_by_id(request.actor, pk)
    if mail is None:
        raise Http404
    workflow.note_reading(mail, by=request.actor)
    return mail


@require_safe
@for_admins
def index(request: PortalRequest) -> HttpResponse:
    """List what waits, or what was handled, or what is no mail to the team."""
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "waiting"
    search = request.GET.get("q", "").replace("\0", "")[:SEARCH_MOST].strip()
    now = clock.now()
    rows = {"waiting": queries.waiting_mail, "handled": queries.handled_mail, "apart": queries.apart}[shown]
    page = page_of(request, rows(request.actor, search))
    lately = queries.handled_lately(request.actor, now) if shown == "waiting" else []
    context = {
        "page": page,
        "rows": pages.rows_of(request.actor, list(page)),
        "shown": shown,
        "choices": SHOWN.items(),
        "search": search,
        "query": urlencode({"show": shown, **({"q": search} if search else {})}),
        "decisions": pages.decisions_of(list(page) if shown == "handled" else lately, request.actor, now),
        "keep_days": settings.INBOX_KEEP_DAYS,
    }
    return render(request, "inbox/list.html", context)


@require_safe
@for_admins
def how(request: PortalRequest) -> HttpResponse:
    """Say how mail gets here, and what becomes of it."""
    context = {
        "security_address": settings.SECURITY_ADDRESS,
        "megabytes": settings.INBOX_MESSAGE_BYTES // 1_000_000,
        "keep_days": settings.INBOX_KEEP_DAYS,
        "remind_hours": settings.INBOX_REMIND_HOURS,
        "undo_minutes": settings.INBOX_UNDO_MINUTES,
    }
    return render(request, "inbox/how.html", context)


@require_safe
@for_admins
def detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Show one mail."""
    mail, now = _mail(request, pk), clock.now()
    context = pages.context_of(mail, request.actor, now)
    return render(request, "inbox/detail.html", {**context, "way": pages.way_of(mail, now) if mail.handling else ""})


@require_safe
def attachment(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Send the file of a mail as bytes that no browser shows."""
    row = IncomingAttachment.objects.visible_to(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    content = files.read(row.pk)
    if content is None:
        raise Http404
    # A name of ours: the sender's may be anything, and a browser may act on how it ends.
    name = f"attachment-{row.pk.hex[:8]}.bin"
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


# -- acts -------------------------------------------------------------------------------------------


def _done(request: PortalRequest, sentence: str) -> HttpResponse:
    messages.success(request, " ".join([sentence, *pages.until_point()]))
    return redirect("inbox:list")


@takes_many("mail")
@require_POST
@for_admins
def handle(request: PortalRequest) -> HttpResponse:
    """Discard what was chosen, or lead to the page on which it is answered."""
    try:
        mails = queries.with_the_same_text(request.actor, keys_of(request.POST.getlist("mail")))
    except LookupError:
        messages.error(request, "Choose one to 100 messages that wait. One of these is not there, or was handled.")
        return redirect("inbox:list")
    if request.POST.get("act") == "answer":
        chosen = ",".join(str(mail.pk) for mail in mails)
        return redirect(f"{reverse('inbox:answer')}?{urlencode({'mails': chosen})}")
    discarded = workflow.discard(mails, by=request.actor)
    number = len(discarded)
    return _done(request, f"{number} {'message is' if number == 1 else 'messages are'} discarded without a reply.")


@require_http_methods(FORM_METHODS)
@for_admins
def answer(request: PortalRequest) -> HttpResponse:
    """Answer one mail or several, with a text that the admin sees and may change."""
    try:
        keys = keys_of(request.GET.get("mails", "").split(","))
    except LookupError as error:
        raise Http404 from error
    mails = list(IncomingMail.objects.visible_to(request.actor).filter(pk__in=keys).defer("body"))
    if len(mails) != len(keys):
        raise Http404
    canned = pages.answers()
    name = request.GET.get("text", "")
    name = name if name in canned else "github"
    form = MailAnswerForm(posted(request), initial={"text": canned[name].text})
    check_first(form, lambda: [require(Action.ANSWER, request.actor, mail) for mail in mails])
    if attempt(form, lambda: workflow.answer(mails, form.cleaned_data["text"], by=request.actor)):
        number = len(mails)
        return _done(request, f"{number} {'sender gets' if number == 1 else 'senders get'} your answer.")
    context = {
        "form": form,
        "mails": mails,
        "canned": canned.items(),
        "chosen": name,
        "query": urlencode({"mails": ",".join(str(mail.pk) for mail in mails)}),
        "points": pages.until_point(),
        "security_address": settings.SECURITY_ADDRESS,
    }
    return render(request, "inbox/answer.html", context, status=status(form))


@require_http_methods(FORM_METHODS)
@for_admins
def file(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Say what filing will do, and file the mail as a report."""
    mail = _mail(request, pk)
    form = FileForm(posted(request), mail=mail)
    check_first(form, lambda: require(Action.FILE, request.actor, mail))

    def verb() -> IncomingMail:
        typed = form.cleaned_data
        return workflow.file(
            mail,
            typed["project"],
            typed["summary"],
            tells_sender=typed.get("tells_sender", False),
            by=request.actor,
        )

    if attempt(form, verb):
        return _done(request, "The message becomes a report.")
    page = ConfirmationPage(
        here="File as a report",
        heading="File this message as a report?",
        lead="What filing will do:",
        points=pages.filing_points(mail),
        label="File as a report",
    )
    back = mail.get_absolute_url()
    return confirmation_page(request, page, back=back, back_label="Message", form=form)


@require_http_methods(FORM_METHODS)
@for_admins
def add(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Add the mail to a report as an internal note."""
    mail = _mail(request, pk)
    initial = {"reference": request.GET.get("report", "")[:20]}
    form = AddForm(posted(request), actor=request.actor, initial=initial)
    check_first(form, lambda: require(Action.ADD, request.actor, mail))
    if attempt(form, lambda: workflow.add(mail, form.cleaned_data["reference"], by=request.actor), "reference"):
        return _done(request, "The message becomes an internal note on the report.")
    page = ConfirmationPage(
        here="Add to a report",
        heading="Add this message to a report?",
        lead="It becomes an internal note: the team sees it, the reporter does not.",
        points=(
            "Its files can be downloaded by everybody who may see the report.",
            "The sender is not told.",
            *pages.until_point(),
        ),
        label="Add to the report",
    )
    back = mail.get_absolute_url()
    return confirmation_page(request, page, back=back, back_label="Message", form=form)


@require_POST
@for_admins
def undo(request: PortalRequest) -> HttpResponse:
    """Take one act back, with all the mail that it handled."""
    try:
        batch = UUID(request.POST.get("batch", ""))
    except ValueError as error:
        raise Http404 from error
    mails = list(IncomingMail.objects.visible_to(request.actor).filter(batch=batch).defer("body"))
    if not mails:
        raise Conflict("This was taken back already.")
    number = len(workflow.take_back(mails, by=request.actor))
    messages.success(request, "The message waits again." if number == 1 else f"{number} messages wait again.")
    return redirect("inbox:list")


@require_POST
@for_admins
def now(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Carry out at once what was decided."""
    mail = workflow.carry_out(_mail(request, pk), by=request.actor)
    messages.success(request, "Done.")
    return redirect(mail)
