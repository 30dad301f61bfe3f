"""A vote whose private key an officer keeps: made elsewhere, given to the form, used once after the close."""

from __future__ import annotations

import base64
import io
import re
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.core.management import CommandError, call_command

from audit import clock
from audit.models import Event
from nominations import keys, tasks, workflow
from nominations.events import NominationEvent
from nominations.models import Ballot, Nomination, Phase, SealedBallot, Vote
from nominations.pages.waiting import waiting_for
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories

NO_KEY = "This is no private key of OpenSSL or of “manage.py vote_key new”."
REASON = "2 yes, 1 no: 6 >= 6, passes"


def make_key(folder: Path, name: str = "vote.key") -> tuple[Path, str]:
    """Make a key as the officer does on a machine of their own: the file, and the public key as it is printed."""
    out = io.StringIO()
    call_command("vote_key", "new", file=folder / name, stdout=out)
    return folder / name, out.getvalue().splitlines()[1]


def officers_vote(cast: Cast, public_key: str, *, opened: timedelta) -> Vote:
    """Opened `opened` ago with Newt as the officer; Mia, Rita, Abel and Sara have voted."""
    at = clock.now() - opened
    nomination = factories.propose(cast.nora, cast.mel, at=at - factories.DAY)
    public = keys.read_public_key(public_key)
    assert public is not None
    with clock.pretend(at):
        factories.keeps_key(nomination, cast.newt, public, by=cast.ada)
        vote = workflow.open_vote(nomination, by=act_as(cast.ada))
    factories.cast_ballots(vote, factories.passing(cast))
    return vote


def count(vote: Vote, key: Path | str) -> str:
    """The output of the command."""
    out = io.StringIO()
    call_command("vote_count", vote.nomination.reference, key=str(key), stdout=out)
    return out.getvalue()


def refusal(vote: Vote, key: Path | str) -> str:
    """The sentence with which the command refuses; nothing has changed by then."""

    def facts() -> list[Any]:
        return [
            list(model.objects.order_by("pk").values()) for model in (Vote, Nomination, SealedBallot, Ballot, Event)
        ]

    before = facts()
    with pytest.raises(CommandError) as refused:
        count(vote, key)
    assert facts() == before
    assert refused.value.__cause__ is None  # a traceback's frames would hold the key
    return str(refused.value)


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, str]:
    """The officer's key: its file and its public half."""
    return make_key(tmp_path)


@pytest.fixture
def over(cast: Cast, made: tuple[Path, str]) -> Vote:
    """The week is over."""
    return officers_vote(cast, made[1], opened=8 * factories.DAY)


# -- vote_key ----------------------------------------------------------------------------------------


def test_a_new_key_is_a_file_for_the_officer_alone_and_a_line_for_the_form(made: tuple[Path, str]) -> None:
    path, public = made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    private = base64.b64decode(path.read_bytes())
    assert (len(private), len(public)) == (32, 44)
    half = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    assert keys.read_public_key(public) == half


def test_the_private_key_is_not_printed(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("vote_key", "new", file=tmp_path / "one.key", stdout=out)
    assert (tmp_path / "one.key").read_text().strip() not in out.getvalue()


def test_a_key_is_never_written_over_another(made: tuple[Path, str]) -> None:
    path, _ = made
    before = path.read_bytes()
    with pytest.raises(CommandError, match=r"cannot be written \(File exists\): choose another --file"):
        call_command("vote_key", "new", file=path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_answered_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("vote_key", "new", file=tmp_path / "nowhere" / "vote.key")


def test_two_keys_differ(tmp_path: Path) -> None:
    first, second = make_key(tmp_path, "1.key"), make_key(tmp_path, "2.key")
    assert first[1] != second[1]
    assert first[0].read_bytes() != second[0].read_bytes()


# -- the count ---------------------------------------------------------------------------------------


def test_the_schedule_leaves_the_vote_to_its_officer(over: Vote, caplog: pytest.LogCaptureFixture) -> None:
    tasks.close_due_votes()
    over.refresh_from_db()
    assert (over.closed_at, over.tally, caplog.messages) == (None, None, [])
    assert factories.phase_of(over.nomination) == Phase.CLOSING
    assert SealedBallot.objects.filter(revision=1).count() == 4


def test_the_dashboard_of_the_admins_says_who_holds_the_key(cast: Cast, browse: Browse, over: Vote) -> None:
    [item] = waiting_for(act_as(cast.ada), clock.now())
    assert re.sub(r" \(N-\d+\)", "", item.title) == "The vote on Nora Nominee waits to be counted"
    assert (
        item.detail
        == "Newt Nofactor holds its key and counts it on a page of their own. If it is lost, annul the vote."
    )
    assert "Newt Nofactor holds its key" in browse(cast.ada).get("/dashboard/").content.decode()
    assert over.closed_at is None


def test_the_right_key_counts_once(cast: Cast, over: Vote, made: tuple[Path, str]) -> None:
    said = count(over, made[0])
    over.refresh_from_db()
    assert over.reason == REASON
    assert f"Counted: {REASON}. Board: {over.board_hash}" in said
    assert "Destroy the private key now" in said
    assert made[0].exists()  # the officer's to destroy
    assert (Ballot.objects.count(), SealedBallot.objects.count()) == (4, 0)
    assert refusal(over, made[0]) == "This vote is counted or over already."
    assert Event.objects.filter(kind=NominationEvent.CLOSED).count() == 1
    tasks.close_due_votes()
    over.refresh_from_db()
    assert over.key_destroyed_at is None  # nobody here can know


def test_the_key_may_come_from_standard_input(
    over: Vote, made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(made[0].read_text()))
    assert REASON in count(over, "-")
    over.refresh_from_db()
    assert over.reason == REASON


def test_before_the_close_the_right_key_opens_nothing(cast: Cast, made: tuple[Path, str]) -> None:
    vote = officers_vote(cast, made[1], opened=6 * factories.DAY)
    assert refusal(vote, made[0]) == "This vote is still open; it closes by the clock and never early."


def test_another_key_opens_nothing_and_is_not_quoted(over: Vote, tmp_path: Path) -> None:
    path, _ = make_key(tmp_path, "other.key")
    said = refusal(over, path)
    assert said == f"this is not the key of vote {over.pk}"
    assert path.read_text().strip() not in said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not base64 at all!", NO_KEY),
        ("schlüssel".encode(), NO_KEY),
        (base64.b64encode(b"too short"), NO_KEY),
        (b"", NO_KEY),
    ],
)
def test_a_file_that_is_no_key_is_refused_and_not_quoted(
    over: Vote, tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "wrong.key").write_bytes(content)
    assert refusal(over, tmp_path / "wrong.key") == sentence


@pytest.mark.parametrize("content", ["not base64 at all!", "schlüssel", ""])
def test_standard_input_that_is_no_key_is_refused(over: Vote, content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(content))
    assert "vote_key new" in refusal(over, "-")


def test_a_file_that_is_not_there_is_refused(over: Vote, tmp_path: Path) -> None:
    assert refusal(over, tmp_path / "nowhere.key").startswith("The key cannot be read")


def test_the_public_key_does_not_count(over: Vote, made: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "public.key").write_text(made[1])
    assert refusal(over, tmp_path / "public.key") == f"this is not the key of vote {over.pk}"


def test_a_vote_of_the_portals_own_key_is_not_the_officers(cast: Cast, made: tuple[Path, str]) -> None:
    vote = factories.make(Phase.CLOSING, cast).vote
    assert refusal(vote, made[0]) == "The portal holds the key of this vote and counts it by itself."


def test_a_vote_that_was_stopped_is_not_counted(cast: Cast, made: tuple[Path, str]) -> None:
    vote = officers_vote(cast, made[1], opened=factories.DAY)
    workflow.cancel(vote.nomination, "The officer is ill.", by=act_as(cast.ada))
    assert refusal(vote, made[0]) == "This vote is counted or over already."


def test_a_nomination_without_a_vote_is_answered_with_a_sentence(cast: Cast, made: tuple[Path, str]) -> None:
    nomination = factories.make(Phase.PROPOSED, cast)
    for typed in (nomination.pk, nomination.reference, uuid4(), "N-1", "rubbish", ""):
        with pytest.raises(CommandError, match=f"There is no vote {typed}."):
            call_command("vote_count", str(typed), key=str(made[0]))


def test_a_vote_is_found_by_the_id_in_the_address_too(over: Vote, made: tuple[Path, str]) -> None:
    out = io.StringIO()
    call_command("vote_count", str(over.nomination_id), key=str(made[0]), stdout=out)
    assert out.getvalue().startswith("Counted: ")


def test_a_public_key_in_another_spelling_is_refused() -> None:
    """The count compares the two halves byte by byte."""
    public = bytearray(keys.make_pair()[1])
    public[-1] |= 0x80
    assert keys.read_public_key(keys.shown(bytes(public))) is None
