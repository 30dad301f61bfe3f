"""The discussion of a nomination: its comments in threads, and what a reply begins with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Page

from members.people.policy import Actor
from nominations.models import Comment, Nomination
from nominations.policy import COMMENTS, CommentAction

#: The longest part of a comment that a reply quotes by itself, in characters.
QUOTE_MOST = 600


@dataclass(frozen=True)
class CommentRow:
    """One comment as its reader sees it."""

    comment: Comment
    may_take_back: bool
    may_reply: bool
    is_nominators: bool
    follows_other_page: bool
    """Whether it is a reply whose thread began on an earlier page."""
    is_answered: bool
    """Whether the reader is writing a reply to it."""

    @property
    def anchor(self) -> str:
        """The id of its element."""
        return f"comment-{self.comment.pk}"

    @property
    def path(self) -> str:
        """The address that leads to it, whichever page it is on."""
        return _path(self.comment.nomination, self.comment.pk)

    @property
    def thread_path(self) -> str:
        """The address of the comment that began its thread, whichever page that is on."""
        return _path(self.comment.nomination, self.comment.reply_to_id)

    @property
    def link(self) -> str:
        """The whole address, for other members."""
        return f"{settings.SITE_URL}{self.path}"


def comment_path(comment: Comment) -> str:
    """Return the address that leads to a comment, whichever page it is on."""
    return _path(comment.nomination, comment.pk)


def _path(nomination: Nomination, number: int | None) -> str:
    return f"{nomination.get_absolute_url()}?comment={number}#comment-{number}"


def discussion(
    actor: Actor, nomination: Nomination, comments: Page[Comment], answered: Comment | None, now: datetime
) -> dict[str, Any]:
    """Return what members have said; the reader's own part is marked, and the comment that they reply to."""
    endorsements = list(nomination.endorsements.select_related("person"))
    for comment in comments:
        comment.nomination = nomination  # the one read for this reader, so that the policy asks no query
    return {
        "comments": [_row(actor, comment, answered, now, is_first=not place) for place, comment in enumerate(comments)],
        "comments_page": comments,
        "endorsements": endorsements,
        "has_endorsed": any(actor.is_person(endorsement.person) for endorsement in endorsements),
        "interests": list(nomination.interests.select_related("person")),
    }


def _row(actor: Actor, comment: Comment, answered: Comment | None, now: datetime, *, is_first: bool) -> CommentRow:
    return CommentRow(
        comment=comment,
        may_take_back=COMMENTS.allows(CommentAction.TAKE_BACK, actor, comment, now),
        may_reply=COMMENTS.allows(CommentAction.REPLY, actor, comment, now),
        is_nominators=comment.author_id == comment.nomination.nominator_id,
        follows_other_page=is_first and comment.reply_to_id is not None,
        is_answered=comment == answered,
    )


def quoted(text: str) -> str:
    """Return a comment as a Markdown quote to write below, without what it quoted itself."""
    own = "\n".join(line for line in text.splitlines() if not line.startswith(">")).strip()
    short = own if len(own) <= QUOTE_MOST else own[:QUOTE_MOST].rstrip() + " …"
    return "".join(f"> {line}".rstrip() + "\n" for line in short.splitlines()) + "\n"
