"""The inbox of the world that the matrix asks: a mail with a file that waits, and one that was answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from advisories.inbox import workflow
from tests.advisories.inbox.mails import arrived, files_of
from tests.cast import Cast, act_as

PAGES = ("detail", "file", "add", "now")
Addresses = dict[tuple[str, str], Mapping[str, str]]


def _letters(place: str) -> str:
    return "".join(filter(str.isalpha, place))


def addresses(cast: Cast, word: Callable[[str], str] = _letters) -> Addresses:
    """Write both, and return the addresses of their pages; `word` gives every text that only admins may know."""
    sender = f"{word('inbox: name')} <{word('inbox: address')}@example.net>"
    subject = word("inbox: subject")
    new = arrived(word("inbox: text"), subject=subject, sender=sender, attached={word("inbox: file"): b"1"})
    done = arrived(word("inbox: answered text"), subject=subject, sender=sender)
    workflow.answer([done], word("inbox: answer"), by=act_as(cast.abel))
    found = {"": str(new.pk), "answered": str(done.pk)}
    return {
        **{(f"inbox:{page}", state): {"pk": pk} for page in PAGES for state, pk in found.items()},
        ("inbox:attachment", ""): {"pk": str(files_of(new)[0].pk)},
        ("inbox:attachment", "wrong"): {"pk": str(new.pk)},
    }
