"""The kinds of channels: what holds for each, and that one file is all that a new one takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import clock
from members.boarding import workflow as boarding_workflow
from members.channels import kinds
from members.channels.first_channels import write_first_channels
from members.channels.forms import AccountForm
from members.channels.kinds import KINDS, Kind, choices
from members.channels.models import Channel, ChannelKind
from members.channels.queries import account_in
from members.drift.queries.roster import candidates_in
from tests.cast import Browse, Cast, act_as
from tests.databases import FOUR_CHANNELS
from tests.factories import complete
from tests.members.boarding.pages import accepted, begin, leave
from tests.members.people.test_public_views import text

MATRIX = """
from django.core.validators import RegexValidator

from members.channels.kinds.base import FirstChannel, Kind

KIND = Kind(
    value="matrix",
    label="Matrix room",
    first=FirstChannel("Room", 35, to_let_in="Invite them to the room.", to_let_out="Remove them from the room."),
    account_help="Their address on Matrix.",
    validators=(RegexValidator("^@.+:.+$", "Write the whole address, as @name:server."),),
)
"""


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.value)
def test_a_kind_can_be_kept_and_shown(kind: Kind) -> None:
    field = Channel._meta.get_field("kind")
    assert 0 < len(kind.value) <= (field.max_length or 0)
    assert kind.value.islower()
    assert kind.label != ""
    assert (kind.first is None) == (kind.value == ChannelKind.LIST)


def test_kinds_come_in_the_order_of_checklists() -> None:
    in_code = {kind.value for kind in ChannelKind}
    named = [(value, label) for value, label in choices() if value in in_code]
    assert named == [
        ("login", "Portal login"),
        ("github", "GitHub team"),
        ("mailman", "Mailing list"),
        ("discord", "Discord role"),
        ("list", "Another list"),
    ]
    positions = [kind.order for kind in KINDS.values()]
    assert (positions, [*KINDS][-1]) == (sorted(positions), "list")


@pytest.mark.parametrize(
    ("kind", "by_address", "account", "names"),
    [
        (ChannelKind.LOGIN, True, "", []),
        (ChannelKind.MAILMAN, True, "mel@example.org", ["mel@example.org"]),
        (ChannelKind.MAILMAN, False, "mel@example.org", ["mel@example.org"]),
        (ChannelKind.DISCORD, True, "", []),
        (ChannelKind.LIST, True, "mel@example.org", ["mel@example.org", "mel-m", "Mel Member"]),
        (ChannelKind.LIST, False, "Mel Member", ["mel@example.org", "mel-m", "Mel Member"]),
    ],
)
def test_somebody_without_a_note_is_called_as_the_kind_says(
    kind: ChannelKind, by_address: bool, account: str, names: list[str]
) -> None:
    traits = KINDS[kind]
    assert traits.usual_account("Mel Member", "mel@example.org", by_address=by_address) == account
    assert traits.names(address="mel@example.org", github="mel-m", name="Mel Member") == names


def test_what_is_empty_names_nobody() -> None:
    assert KINDS["list"].names(address=None, github="", name="Mel Member") == ["Mel Member"]
    assert KINDS["mailman"].usual_account("Mel Member", "") == ""


# -- a new kind ----------------------------------------------------------------------------------------------


@pytest.fixture
def matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Iterator[Channel]:
    """The channel of a kind that is one more file in the package."""
    (tmp_path / "matrix.py").write_text(MATRIX, encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    found = kinds.read()
    assert [*found] == sorted(found, key=lambda value: found[value].order)
    assert [value for value in found if value not in KINDS] == ["matrix"]
    monkeypatch.setitem(KINDS, "matrix", found["matrix"])
    Channel.objects.all().delete()
    write_first_channels(Channel.objects)
    Channel.objects.exclude(kind__in=[*FOUR_CHANNELS, "matrix"]).delete()
    yield Channel.objects.get(kind="matrix")
    del sys.modules["members.channels.kinds.matrix"]


def test_a_new_kind_has_a_channel_and_a_step_on_checklists(cast: Cast, browse: Browse, matrix: Channel) -> None:
    assert [channel.name for channel in Channel.objects.in_use()] == [
        "Portal login", "GitHub team", "Mailing list", "Room", "Chat",
    ]  # fmt: skip
    onboarding = accepted(begin(cast.nora))
    page = text(browse(cast.ada).get(onboarding.get_absolute_url()).content)
    assert "Invite them to the room." in page
    step = onboarding.steps.get(channel=matrix)
    assert boarding_workflow.tick(step, done=True, by=act_as(cast.ada)).done_at is not None
    assert complete(onboarding, by=cast.ada) == cast.nora


def test_accounts_of_a_new_kind_are_noted_as_it_says(cast: Cast, browse: Browse, matrix: Channel) -> None:
    faulty = AccountForm({"identifier": "mel"}, channel=matrix)
    assert faulty.errors == {"identifier": ["Write the whole address, as @name:server."]}
    admin = browse(cast.ada)
    admin.post(f"/manage/channels/{matrix.pk}/accounts/{cast.mel.pk}/", {"identifier": "@Mel:example.org"})
    assert account_in(matrix, cast.mel, "mel@example.org", "") == ""
    candidates = {one.person: (one.account, one.keys) for one in candidates_in(matrix, clock.now().date())}
    assert candidates[cast.mel.pk] == ("@mel:example.org", ("@mel:example.org",))
    assert candidates[cast.mia.pk] == ("", ())


def test_the_pages_show_a_new_kind_that_no_server_answers_for(cast: Cast, browse: Browse, matrix: Channel) -> None:
    admin = browse(cast.ada)
    page = text(admin.get("/manage/channels/").content)
    assert ("Matrix room" in page, page.count("no server; an admin looks")) == (True, 1)
    assert "not noted; the address" not in text(admin.get(f"/manage/channels/{matrix.pk}/accounts/").content)


@pytest.mark.rule("CNA-3.2.1.2")
@pytest.mark.parametrize("value", ["cve", "repository"])
def test_accounts_at_cve_services_and_rights_in_repositories_are_steps_of_joining_and_leaving(
    cast: Cast, value: str
) -> None:
    first = KINDS[value].first
    assert first is not None
    Channel.objects.create(
        kind=value, name=first.name, position=first.position, to_let_in=first.to_let_in, to_let_out=first.to_let_out
    )
    onboarding, offboarding = begin(cast.nora), leave(cast.mel)
    for checklist in (accepted(onboarding), offboarding):
        step = checklist.steps.get(channel__kind=value)
        boarding_workflow.tick(step, done=True, not_needed=True, by=act_as(cast.ada))  # where it does not apply
    assert (bool(first.to_let_in), bool(first.to_let_out)) == (True, True)
