"""Pages of a development portal only: every mail it sent, how to sign in as the demo people, and the style guide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_string, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.accounts.models import User
from psrt_portal import styleguide as examples
from psrt_portal.demo import people
from web.access import public_form, public_page
from web.pagination import page_of

#: What Django's file backend writes between two messages of one connection.
_BETWEEN = "-" * 79


@dataclass(frozen=True)
class SentMail:
    """A mail as it left the portal."""

    at: datetime
    sender: str
    subject: str
    to: str
    text: str
    html: str


def _read(path: Path) -> list[SentMail]:
    """Return the messages of one file of the file backend, oldest first."""
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    mails = []
    for raw in path.read_text(encoding="utf-8", errors="replace").split(f"\n{_BETWEEN}\n"):
        if not raw.strip():
            continue
        message = message_from_string(raw, policy=policy.default)
        mails.append(_sent(message, at))
    return mails


def _sent(message: EmailMessage, otherwise_at: datetime) -> SentMail:
    """Return a message as the page shows it; without a date it was sent `otherwise_at`."""
    # Django writes -0000, which is UTC and read as no zone at all.
    at = parsedate_to_datetime(str(message["Date"])).replace(tzinfo=UTC) if message["Date"] else otherwise_at
    return SentMail(
        at,
        parseaddr(str(message["From"]))[0] or str(message["From"]),
        str(message["Subject"]),
        str(message["To"]),
        _part(message, "plain"),
        _part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body else ""


@public_form
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """Show every mail in `EMAIL_FILE_PATH`, newest first; ``?q=`` finds words in subjects and addresses."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True) if folder.is_dir() else []
    mails = [sent for path in files for sent in reversed(_read(path))]
    terms = request.GET.get("q", "").strip()
    found = [sent for sent in mails if terms.lower() in f"{sent.subject} {sent.to}".lower()]
    context = {"page": page_of(request, found, 20), "folder": folder, "terms": terms, "query": urlencode({"q": terms})}
    return render(request, "development/mail.html", context)


@public_form
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """Show the demo's people with the password and their present one-time codes."""
    addresses = set(User.objects.values_list("email", flat=True))
    parts = [part for part in people.PARTS if part.signs_in and part.email in addresses]
    return render(request, "development/demo.html", {"parts": parts, "password": people.PASSWORD})


@public_page
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, for visual and accessibility tests."""
    return render(request, "styleguide.html", examples.context())
