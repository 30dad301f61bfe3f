"""The checklist of what an advisory needs before it may be approved, and then published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from advisories.publication.models import Advisory


@dataclass(frozen=True)
class PreflightItem:
    """One line of the checklist; `todo` says what to do while it is open."""

    name: str
    label: str
    is_done: bool
    todo: str


@dataclass(frozen=True)
class _Need:
    name: str
    label: str
    is_met: Callable[[Advisory], bool]
    todo: str


_CONTENT = (
    _Need(
        "project",
        "the report’s project",
        lambda draft: draft.report is None or draft.report.project_id == draft.project_id,
        "The report’s project was corrected. Open the draft and save it again.",
    ),
    _Need("cve_id", "a CVE ID", lambda draft: bool(draft.cve_id), "Type the reserved CVE ID into the draft."),
    _Need("title", "a title", lambda draft: bool(draft.title), "Give it a title."),
    _Need("description", "a description", lambda draft: bool(draft.description), "Describe what happens and to whom."),
    _Need(
        "vector",
        "a CVSS v4 vector",
        # A score of 0.0 is no vulnerability, and not announced.
        lambda draft: bool(draft.vector and draft.base_score),
        "Score the severity; it has to be above 0.0.",
    ),
    _Need(
        "version_ranges",
        "affected versions",
        lambda draft: bool(draft.version_ranges),
        "Say which versions are affected.",
    ),
    _Need("references", "a reference", lambda draft: bool(draft.references), "Link the public fix or issue."),
    _Need(
        "credits",
        "settled credits",
        lambda draft: draft.credits_settled,
        "Ask those you name, then tick that the credits are settled.",
    ),
)

_APPROVAL = _Need(
    "approval",
    "the approval of a second member",
    lambda draft: draft.approved_at is not None,
    "Ask another member to read and approve it.",
)


def _items(draft: Advisory, needs: tuple[_Need, ...]) -> list[PreflightItem]:
    return [
        PreflightItem(need.name, need.label[0].upper() + need.label[1:], need.is_met(draft), need.todo)
        for need in needs
    ]


def checklist(draft: Advisory) -> list[PreflightItem]:
    """Return every line, in the order in which it is done. Publishing needs all of them done."""
    return _items(draft, (*_CONTENT, _APPROVAL))


def _sentence(draft: Advisory, needs: tuple[_Need, ...]) -> str:
    missing = [need.label for need in needs if not need.is_met(draft)]
    return f"The draft still needs {', '.join(missing)}." if missing else ""


def missing_for_approval(draft: Advisory) -> str:
    """Return the sentence that says what the text lacks before it can be approved; "" when nothing is missing."""
    return _sentence(draft, _CONTENT)


def missing_for_publication(draft: Advisory) -> str:
    """Return the sentence that says what is missing before publishing, approval included; "" when nothing is."""
    return _sentence(draft, (*_CONTENT, _APPROVAL))
