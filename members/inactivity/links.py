"""The two private links of a notice: signed, each for one person, one review and one answer.

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
    """Whose link it is, and which of the two."""

    entry: ReviewEntry
    answer: NoticeAnswer


def token_of(entry: ReviewEntry, answer: NoticeAnswer) -> str:
    """The secret part of a link. Made from SECRET_KEY when needed, stored nowhere."""
    return signing.dumps([entry.pk, entry.link_nonce, answer.value], salt=_SALT)


def path_of(entry: ReviewEntry, answer: NoticeAnswer) -> str:
    """The address of the page on which this answer is given, without scheme and host."""
    return reverse("inactivity:answer", args=[token_of(entry, answer)])


def find(token: str) -> AnswerLink | None:
    """What a link stands for, open or not; None for a false one. Whether it still works, the verbs say."""
    try:
        pk, nonce, answer = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    entry = ReviewEntry.objects.select_related("review", "person").filter(pk=pk, link_nonce=nonce).first()
    return AnswerLink(entry, NoticeAnswer(answer)) if entry else None
