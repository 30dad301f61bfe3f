"""What pages say of drift: the table of people and channels, and changes in words."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from audit import clock
from members.accounts.models import User
from members.boarding.models import Offboarding, Onboarding
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.drift.connectors import NEEDED, missing_settings
from members.drift.models import ChangeAct, DriftCheck, Finding, FindingKind, Reading
from members.people.models import Membership, Person, Suspension


@dataclass(frozen=True)
class Cell:
    """One person in one channel."""

    channel: str
    words: str
    tone: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One person in every channel."""

    person: Person
    url: str
    """Their checklist while one runs, their record otherwise."""
    standing: str
    """What is worth a badge beside the name; empty for a member."""
    standing_tone: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Something is to be done about somebody."""
        return any(cell.tone not in {"good", ""} for cell in self.cells)

    @property
    def still_in(self) -> str:
        """The channels in which they are although they have left, as words."""
        return ", ".join(cell.channel for cell in self.cells if cell.tone == _STILL_IN)

    @property
    def order(self) -> tuple[bool, bool, str]:
        """Who left and is still somewhere comes first, then whoever differs."""
        return (all(cell.tone != _STILL_IN for cell in self.cells), not self.differs, self.person.name.casefold())


@dataclass(frozen=True)
class Stranger:
    """An account that is on no roster."""

    finding: Finding
    owner: Person | None
    """Whose it is all the same: somebody who was not a member when the check ran."""
    namesake: Person | None = None
    """Somebody who has left and whose name it shows."""


_STILL_IN = "critical"


#: The words of a cell, and the tone of its badge.
_CELLS = {
    FindingKind.LEFT: ("still in", _STILL_IN),
    FindingKind.MISSING: ("missing", "now"),
    FindingKind.PENDING: ("pending", "accent"),
    FindingKind.RENAMED: ("renamed", "accent"),
    FindingKind.OTHER_ADDRESS: ("other address", "accent"),
    FindingKind.NO_ACCOUNT: ("no account on record", "neutral"),
}


def readings_of(check: DriftCheck) -> list[Reading]:
    """What a check has read, with its findings, in the order of the channels."""
    return list(_with_findings(check.readings.all()))


def newest_lists() -> list[Reading]:
    """The newest pasted reading of each list in use."""
    lists = Channel.objects.in_use().filter(kind=ChannelKind.LIST)
    newest = [DriftCheck.objects.finished().of_list(channel).first() for channel in lists]
    return [reading for check in newest if check for reading in readings_of(check)]


def _with_findings(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    findings = Finding.objects.select_related("person").order_by("pk")
    return readings.select_related("channel", "check_run").prefetch_related(Prefetch("findings", findings))


def rows_of(readings: Sequence[Reading], *, is_newest: bool) -> list[Row]:
    """A row for each member of the checks' days and for whoever else has a finding; differences come first.

    The newest readings are judged by who has left since; an earlier check stays as it was found.
    """
    findings = {
        (reading.pk, finding.person_id): finding
        for reading in readings
        for finding in reading.findings.all()
        if finding.person_id
    }
    days = {reading.check_run.finished_at.date() for reading in readings if reading.check_run.finished_at}
    members = {pk for day in days for pk in Person.objects.members(day).values_list("pk", flat=True)}
    gone_since = _gone_since(readings) if is_newest else {}
    wanted = {person for _, person in findings} | set(gone_since)
    people = Person.objects.filter(Q(pk__in=members) | Q(pk__in=wanted))
    standing = _standings(members)
    rows = [
        Row(
            person,
            *standing(person),
            tuple(
                _cell(
                    reading,
                    findings.get((reading.pk, person.pk)),
                    person.pk in members,
                    gone_since.get(person.pk),
                )
                for reading in readings
            ),
        )
        for person in people
    ]
    return sorted(rows, key=lambda row: row.order)


def _standings(members: Container[UUID]) -> Callable[[Person], tuple[str, str, str]]:
    """Where each name leads, and the badge beside it; one query for each kind of checklist."""
    arriving = {one.person_id: one.get_absolute_url() for one in Onboarding.objects.running()}
    leaving = {one.person_id: one.get_absolute_url() for one in Offboarding.objects.running()}
    suspended = set(Suspension.objects.in_force().values_list("person", flat=True))
    left = set(Membership.objects.exclude(ended="").values_list("person", flat=True))

    def of(person: Person) -> tuple[str, str, str]:
        record = reverse("people:record", args=[person.slug])
        if person.pk in suspended:
            return record, "suspended", "now"
        if person.pk in arriving:
            return arriving[person.pk], "being onboarded", "neutral"
        if person.pk in members:
            return record, "", ""
        return leaving.get(person.pk, record), "left the team" if person.pk in left else "not a member", "neutral"

    return of


def _gone_since(readings: Sequence[Reading]) -> dict[UUID, datetime]:
    """Who has left after one of the readings, and when: what it saw of them was seen of a member."""
    read_at = [reading.check_run.finished_at for reading in readings if reading.check_run.finished_at]
    if not read_at:
        return {}
    back = Person.objects.members(clock.now().date()).values("pk")
    left = Offboarding.objects.filter(begun_at__gt=min(read_at)).exclude(person__in=back).order_by("begun_at")
    return dict(left.values_list("person", "begun_at"))


def _cell(reading: Reading, finding: Finding | None, is_member: bool, gone_at: datetime | None) -> Cell:
    if reading.error:
        return Cell(reading.channel.name, "not read", "")
    read_at = reading.check_run.finished_at
    if gone_at and read_at and gone_at > read_at:
        return Cell(reading.channel.name, "read before they left", "now")
    if finding is None:
        return Cell(reading.channel.name, "in", "good") if is_member else Cell(reading.channel.name, "–", "")
    words, tone = _CELLS[FindingKind(finding.kind)]
    if finding.kind == FindingKind.OTHER_ADDRESS and reading.channel.kind == ChannelKind.DISCORD:
        words = "other account"
    if finding.kind == FindingKind.LEFT and not finding.identifier:
        words = "still invited"
    has_note = finding.kind in {FindingKind.RENAMED, FindingKind.OTHER_ADDRESS, FindingKind.LEFT}
    return Cell(reading.channel.name, words, tone, account_of(finding) if has_note else "")


def account_of(finding: Finding) -> str:
    """The account of a finding as people know it: GitHub's numbers are known to nobody."""
    if finding.reading.channel.kind == ChannelKind.GITHUB or not finding.identifier:
        return finding.shown
    known = {"", finding.identifier.casefold(), str(finding.person or "").casefold()}
    is_named = finding.shown.casefold() not in known
    return f"{finding.identifier} ({finding.shown})" if is_named else finding.identifier


def strangers_in(reading: Reading) -> list[Stranger]:
    """The accounts of one channel that are on no roster, each with whose it may be."""
    found = [finding for finding in reading.findings.all() if finding.kind == FindingKind.UNKNOWN]
    owners = _owners(reading.channel, [finding.identifier for finding in found])
    names = {finding.shown.casefold() for finding in found if finding.shown}
    left = Person.objects.filter(memberships__isnull=False).exclude(memberships__ended="") if names else ()
    namesakes = {person.name.casefold(): person for person in left if person.name.casefold() in names}
    return [
        Stranger(finding, owners.get(finding.identifier), namesakes.get(finding.shown.casefold())) for finding in found
    ]


def _owners(channel: Channel, identifiers: list[str]) -> dict[str, Person]:
    if channel.kind == ChannelKind.GITHUB:
        numbers = [int(word) for word in identifiers if word.isdecimal()]
        return {str(person.github_id): person for person in Person.objects.filter(github_id__in=numbers)}
    noted = ChannelAccount.objects.filter(channel=channel, identifier__in=identifiers).select_related("person")
    logins = User.objects.filter(email__in=identifiers).select_related("person")
    return {**{user.email: user.person for user in logins}, **{row.identifier: row.person for row in noted}}


def change_in_words(act: str, finding: Finding) -> str:
    """What a change does, to whom, as a sentence without its end."""
    who, what, where = str(finding.person or ""), account_of(finding), f"“{finding.reading.channel}”"
    return {
        ChangeAct.ADD: f"Add {who}{f' ({what})' if what else ''} to {where}",
        ChangeAct.REMOVE: f"Remove {f'{who} ({what})' if who else what} from {where}",
        ChangeAct.RENAME: f"Note that {who} is called {finding.shown} on GitHub now",
        ChangeAct.ADOPT: f"Note {what} as the account of {who} in {where}",
    }[ChangeAct(act)]


def caution_about(act: str, finding: Finding, owner: Person | None) -> str:
    """What to think of before a change is chosen; `owner` is whose a stranger's account is."""
    if finding.kind == FindingKind.LEFT:
        by_name = finding.reading.channel.kind == ChannelKind.GITHUB and finding.person and not finding.person.github_id
        return f"{finding.person} has left the team." + (
            " Found by its name only: look whether it is theirs." if by_name else ""
        )
    if act == ChangeAct.REMOVE:
        return (
            f"It is the account of {owner.name}, who is not a member today."
            if owner
            else "Leave it unticked if it belongs there, such as a service’s account."
        )
    if act == ChangeAct.ADOPT:
        return "It was found by the name it shows, and anybody can choose a name. Ask them first."
    return ""


def unconnected() -> Iterable[tuple[Channel, list[str]]]:
    """Channels in use that have a connector and no server, with the settings that are missing."""
    for channel in Channel.objects.in_use().filter(kind__in=list(NEEDED)):
        if missing := missing_settings(channel.kind):
            yield channel, missing
