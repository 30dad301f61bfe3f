"""The two private links of a notice, each for one person, one review and one answer.

The nonce stands in the entry and nowhere else, so an id that somebody guesses makes no link, and
one person's link says nothing about another's.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from members.inactivity.enums import NoticeAnswer
from members.inactivity.models import ReviewEntry

_SALT = "members.yearly.answer"


@dataclass(frozen=True)
class AnswerLink:
    """The entry that a link belongs to, and the answer that it gives."""

    entry: ReviewEntry
    answer: NoticeAnswer


def token_of(entry: ReviewEntry, answer: NoticeAnswer) -> str:
    """Return the secret part of the link for one answer; it is made from SECRET_KEY and stored nowhere."""
    return signing.dumps([entry.pk, entry.link_nonce, answer.value], salt=_SALT)


def path_of(entry: ReviewEntry, answer: NoticeAnswer) -> str:
    """Return the address of the page on which this answer is given, without scheme and host."""
    return reverse("inactivity:answer", args=[token_of(entry, answer)])


def find(token: str) -> AnswerLink | None:
    """Return the entry and answer of a link, open or closed; None for a false link. The verbs check the rest."""
    try:
        pk, nonce, answer = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    entry = ReviewEntry.objects.select_related("review", "person").filter(pk=pk, link_nonce=nonce).first()
    return AnswerLink(entry, NoticeAnswer(answer)) if entry else None
