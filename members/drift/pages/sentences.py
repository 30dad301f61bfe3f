"""Findings and changes as text."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from members.channels.connectors import Privilege
from members.channels.models import ChannelKind
from members.drift.models import ChangeAct, Finding, FindingKind
from members.drift.queries.plans import is_by_name
from members.people.models import Person

#: Privileges that are lists of their own; whoever is on them need not be a member.
_LISTED_APART = {Privilege.OWNER, Privilege.MODERATOR}


def account_of(finding: Finding) -> str:
    """Return the account of a finding as people call it: GitHub's numbers mean nothing to anybody."""
    if finding.reading.channel.kind == ChannelKind.GITHUB or not finding.identifier:
        return finding.shown
    plain = {"", finding.identifier.casefold(), str(finding.person or "").casefold()}
    is_named = finding.shown.casefold() not in plain
    return f"{finding.identifier} ({finding.shown})" if is_named else finding.identifier


def change_as_text(act: str, finding: Finding) -> str:
    """Return what a change does, and to whom, as a sentence without its end."""
    who, what, where = str(finding.person or ""), account_of(finding), f"“{finding.reading.channel}”"
    source = f"the {finding.role}s of {where}" if finding.role in _LISTED_APART else where
    return {
        ChangeAct.ADD: f"Add {who}{f' ({what})' if what else ''} to {where}",
        ChangeAct.REMOVE: f"Remove {f'{who} ({what})' if who else what} from {source}",
        ChangeAct.RENAME: f"Note that {who} is called {finding.shown} on GitHub now",
        ChangeAct.ADOPT: f"Note {what} as the account of {who} in {where}",
    }[ChangeAct(act)]


def account_link(finding: Finding) -> SafeString:
    """Return what there is to look at before an account is added that is known by its name only."""
    if not finding.profile:
        return format_html("A name can have been given up and taken by somebody else. Ask {}.", finding.person)
    return format_html(
        'A name can have been given up and taken by somebody else. Compare <a href="{}" rel="noreferrer">{}</a> '
        "with what you know of {}.",
        finding.profile,
        finding.profile,
        finding.person,
    )


def caution_about(act: str, finding: Finding, owner: Person | None) -> str:
    """Return what to think of before a change is chosen; `owner` is the person behind a stranger's account."""
    if act == ChangeAct.ADD and is_by_name(finding):
        return f"Known by name only; {finding.shown} is number {finding.identifier} now. You confirm that it is theirs."
    if finding.kind == FindingKind.LEFT:
        hint = " Found by its name only: look whether it is theirs." if is_by_name(finding) else ""
        return f"{finding.person} has left the team.{hint}"
    if act == ChangeAct.REMOVE:
        return (
            f"It is the account of {owner.name}, who is not a member today."
            if owner
            else "Leave it unticked if it belongs there, such as a service’s account."
        )
    if act == ChangeAct.ADOPT:
        return "It was found by the name it shows, and anybody can choose a name. Ask them first."
    return ""
