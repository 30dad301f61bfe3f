"""The two private links of a notice, each for one person, one review and one answer.

The nonce stands in the entry and nowhere else, so an id that somebody guesses makes no link, and
one person's link says nothing about another's.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from audit import clock
from members.inactivity.enums import NoticeAnswer
from members.inactivity.models import ReviewEntry
from web.signed_links import NONCE, PrivateLink

_ANSWER = PrivateLink("members.inactivity.answer", rf"([0-9]{{1,18}})-({NONCE})-({'|'.join(NoticeAnswer.values)})")


@dataclass(frozen=True)
class AnswerLink:
    """The entry that a link belongs to, and the answer that it gives."""

    entry: ReviewEntry
    answer: NoticeAnswer


def token_of(entry: ReviewEntry, answer: NoticeAnswer) -> str:
    """Return the secret part of the link for one answer; it is made from LINK_KEY and stored nowhere."""
    return _ANSWER.token(f"{entry.pk}-{entry.link_nonce}-{answer.value}")


def path_of(entry: ReviewEntry, answer: NoticeAnswer) -> str:
    """Return the address of the page on which this answer is given, without scheme and host."""
    return reverse("inactivity:answer", args=[token_of(entry, answer)])


def find(token: str) -> AnswerLink | None:
    """Return entry and answer of a link, open or closed; None for a false link. The policy says whether it works."""
    match = _ANSWER.read(token)
    if match is None:
        return None
    entries = ReviewEntry.objects.with_circumstances(clock.now().date()).select_related("review", "person")
    entry = entries.filter(pk=int(match[1]), link_nonce=match[2]).first()
    return AnswerLink(entry, NoticeAnswer(match[3])) if entry else None
