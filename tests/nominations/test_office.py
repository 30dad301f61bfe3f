"""The office of keeping a key: taken by the officer's own act, on a page of their own, member or not."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from audit import clock
from members.accounts import workflow as accounts
from members.accounts.models import User
from members.people.models import Person
from nominations import keys, workflow
from nominations.forms.keeping import KeyFileForm
from nominations.models import InterestKind, KeyOffice, Nomination, Vote
from nominations.policy import Action, allows
from tests.cast import Browse, Cast, act_as
from tests.nominations import factories
from tests.nominations.factories import DAY, fresh, recorded
from tests.nominations.test_views import sentences, text
from web.conflicts import Conflict, NotAllowed

pytestmark = pytest.mark.attack


def pem(secret: bytes) -> bytes:
    key = X25519PrivateKey.from_private_bytes(secret)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def url(act: str, nomination: Nomination) -> str:
    return reverse(f"nominations:{act}", args=[nomination.pk])


def over(cast: Cast, officer: Person, public_key: bytes) -> Nomination:
    """A vote whose time is over and whose key `officer` keeps."""
    with clock.pretend(clock.now() - 8 * DAY):
        nomination = factories.propose(cast.nora, cast.mel)
        factories.keeps_key(nomination, officer, public_key, by=cast.ada)
        vote = workflow.open_vote(nomination, by=act_as(cast.ada))
    factories.cast_ballots(vote, factories.passing(cast))
    return fresh(nomination)


# -- an admin alone -------------------------------------------------------------------------------------


def test_a_member_who_did_not_accept_is_neither_off_the_roll_nor_named_as_holder(
    cast: Cast, nomination: Nomination
) -> None:
    workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    for admin in (cast.ada, cast.abel):
        with pytest.raises(Conflict, match="Mia Member is asked to keep the key and has not accepted"):
            workflow.open_vote(fresh(nomination), by=act_as(admin))
    assert not Vote.objects.exists()
    workflow.dismiss_officer(nomination, by=act_as(cast.abel))
    vote = workflow.open_vote(nomination, by=act_as(cast.ada))
    assert (vote.officer, vote.roll.filter(person=cast.mia).exists()) == (None, True)


def test_an_admin_accepts_for_nobody_else(cast: Cast, nomination: Nomination, pair: tuple[bytes, bytes]) -> None:
    office = workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    for person in (cast.ada, cast.abel, cast.mel):
        with pytest.raises(NotAllowed):
            workflow.accept_office(office, pair[1], by=act_as(person))
        with pytest.raises(NotAllowed):
            workflow.give_office_back(office, by=act_as(person))


@pytest.mark.parametrize("who", ["mel", "ada", "nora", "emil"])
def test_the_officer_is_somebody_with_a_login_and_without_a_part_in_it(
    cast: Cast, nomination: Nomination, who: str
) -> None:
    if who == "emil":
        cast.emil.user.is_active = False
        cast.emil.user.save()
    with pytest.raises(Conflict, match="is neither nominee, nominator nor the admin who asks"):
        workflow.ask_officer(nomination, getattr(cast, who), by=act_as(cast.ada))


def test_somebody_with_standing_whose_login_rests_on_one_word_keeps_no_key(
    cast: Cast, nomination: Nomination, pair: tuple[bytes, bytes]
) -> None:
    """The admin who named its address may read its mail, and would keep the key in the other's name."""
    User.objects.filter(person=cast.mia).update(is_unconfirmed=True)
    with pytest.raises(Conflict, match="needs no second person's word any more"):
        workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    factories.keeps_key(nomination, cast.olga, pair[1], by=cast.ada)
    User.objects.filter(person=cast.olga).update(is_unconfirmed=True)
    with pytest.raises(Conflict, match="Olga Outsider cannot keep the key any more"):
        workflow.open_vote(fresh(nomination), by=act_as(cast.ada))
    User.objects.filter(person__in=[cast.mia, cast.olga]).update(is_unconfirmed=False)
    assert workflow.open_vote(fresh(nomination), by=act_as(cast.ada)).officer == cast.olga


def test_an_admin_with_an_interest_asks_nobody(cast: Cast, nomination: Nomination) -> None:
    workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(cast.ada))
    with pytest.raises(Conflict, match="You have declared an interest here"):
        workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))


def test_an_admin_who_is_officer_does_not_open(cast: Cast, nomination: Nomination, pair: tuple[bytes, bytes]) -> None:
    factories.keeps_key(nomination, cast.abel, pair[1], by=cast.ada)
    with pytest.raises(NotAllowed):
        workflow.open_vote(fresh(nomination), by=act_as(cast.abel))
    assert workflow.open_vote(nomination, by=act_as(cast.ada)).officer == cast.abel


def test_one_officer_at_a_time(cast: Cast, nomination: Nomination) -> None:
    workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    with pytest.raises(Conflict, match="Mia Member is asked already"):
        workflow.ask_officer(nomination, cast.rita, by=act_as(cast.abel))
    workflow.dismiss_officer(nomination, by=act_as(cast.abel))
    with pytest.raises(Conflict, match="Nobody is asked"):
        workflow.dismiss_officer(nomination, by=act_as(cast.abel))


# -- the office -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["mia", "sam", "olga"])
def test_a_member_a_seat_or_somebody_from_outside_takes_the_office(
    cast: Cast, nomination: Nomination, pair: tuple[bytes, bytes], who: str
) -> None:
    officer = getattr(cast, who)
    office = workflow.ask_officer(nomination, officer, by=act_as(cast.ada))
    events = recorded(lambda: workflow.accept_office(office, pair[1], by=act_as(officer)))
    facts = {"officer": str(officer.pk), "public_key": keys.shown(pair[1])}
    assert events == [("office:accepted", str(officer.pk), facts)]
    vote = workflow.open_vote(nomination, by=act_as(cast.abel))
    assert (vote.officer, bytes(vote.public_key)) == (officer, pair[1])
    assert not vote.roll.filter(person=officer).exists()
    assert not keys.path_of(vote.pk).exists()


def test_the_office_can_be_given_back_until_the_vote_opens_and_the_key_replaced(
    cast: Cast, nomination: Nomination, pair: tuple[bytes, bytes]
) -> None:
    office = workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    workflow.accept_office(office, keys.make_pair()[1], by=act_as(cast.mia))
    workflow.give_office_back(office, by=act_as(cast.mia))
    with pytest.raises(Conflict, match="not asked to keep this key any more"):
        workflow.accept_office(office, pair[1], by=act_as(cast.mia))
    office = workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    for key in (keys.make_pair()[1], pair[1]):
        workflow.accept_office(office, key, by=act_as(cast.mia))
    assert bytes(workflow.open_vote(nomination, by=act_as(cast.ada)).public_key) == pair[1]
    for late in (
        lambda: workflow.accept_office(office, keys.make_pair()[1], by=act_as(cast.mia)),
        lambda: workflow.give_office_back(office, by=act_as(cast.mia)),
    ):
        with pytest.raises(Conflict, match="Vote open"):
            late()


def test_an_officer_who_was_suspended_meanwhile_keeps_no_key(
    cast: Cast, nomination: Nomination, pair: tuple[bytes, bytes]
) -> None:
    factories.keeps_key(nomination, cast.mia, pair[1], by=cast.ada)
    accounts.suspend(cast.mia, "A lost laptop.", by=act_as(cast.abel))
    with pytest.raises(Conflict, match="cannot keep the key any more"):
        workflow.open_vote(fresh(nomination), by=act_as(cast.ada))


def test_the_database_wants_a_key_with_an_acceptance(cast: Cast, nomination: Nomination) -> None:
    workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    with pytest.raises(IntegrityError, match="an_officer_accepts_with_a_key"):
        KeyOffice.objects.update(accepted_at=clock.now())


# -- the pages ------------------------------------------------------------------------------------------


def test_an_admin_asks_on_a_page_and_the_officer_accepts_on_theirs(
    cast: Cast, browse: Browse, nomination: Nomination, pair: tuple[bytes, bytes]
) -> None:
    ada, olga = browse(cast.ada), browse(cast.olga)
    assert url("ask_officer", nomination) in text(ada.get(url("open", nomination)))
    answer = ada.post(url("ask_officer", nomination), {"person": str(cast.olga.pk)})
    assert sentences(ada, answer) == ["Olga Outsider is asked by mail to keep the key."]
    assert "Olga Outsider was asked" in text(ada.get(nomination.get_absolute_url()))
    page = olga.get(url("office", nomination))
    assert (page.context["step"], "openssl genpkey" in text(page)) == (2, True)
    typed = {"public_key": f" {keys.shown(pair[1])} ", "is_kept_twice": "on"}
    answer = olga.post(url("accept_office", nomination), typed)
    assert answer["Location"] == url("office", nomination)
    page = olga.get(url("office", nomination))
    assert (page.context["step"], page.context["public_key"]) == (3, keys.shown(pair[1]))
    folded = text(page).split("<details", 1)[1]
    assert ("openssl genpkey" in folded, "The commands overwrite" in folded) == (True, True)
    assert keys.shown(pair[1]) in text(ada.get(url("open", nomination)))
    ada.post(url("open", nomination))
    assert Vote.objects.get().officer == cast.olga
    assert "It closes" in text(olga.get(url("office", nomination)))
    assert olga.get(nomination.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"public_key": "KEY"}, "is_kept_twice"),
        ({"public_key": "", "is_kept_twice": "on"}, "public_key"),
        ({"public_key": "rubbish", "is_kept_twice": "on"}, "public_key"),
        ({"public_key": "A" * 43 + "=", "is_kept_twice": "on"}, "public_key"),
        ({"public_key": "x" * 101, "is_kept_twice": "on"}, "public_key"),
    ],
)
def test_a_faulty_acceptance_changes_nothing_and_keeps_what_was_typed(
    cast: Cast, browse: Browse, nomination: Nomination, pair: tuple[bytes, bytes], typed: dict[str, str], field: str
) -> None:
    workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    typed = {name: value.replace("KEY", keys.shown(pair[1])) for name, value in typed.items()}
    answer = browse(cast.mia).post(url("accept_office", nomination), typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert answer.context["form"]["public_key"].value() == typed["public_key"]
    assert KeyOffice.objects.get().accepted_at is None


def test_nobody_but_the_officer_finds_the_page(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    workflow.ask_officer(nomination, cast.olga, by=act_as(cast.ada))
    for person in (cast.ada, cast.mel, cast.mia, cast.sam):
        assert browse(person).get(url("office", nomination)).status_code == 404
    other = factories.propose(cast.emil, cast.mel)
    assert browse(cast.olga).get(url("office", other)).status_code == 404


def test_an_officer_declines_on_the_page(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    client = browse(cast.mia)
    assert "Decline" in text(client.get(url("office", nomination)))
    assert sentences(client, client.post(url("give_office_back", nomination))) == [
        "You do not keep this key. The admins are told."
    ]
    assert not KeyOffice.objects.exists()
    assert client.get(url("office", nomination)).status_code == 404


def test_an_admin_takes_the_request_back_on_the_page(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    client = browse(cast.abel)
    assert url("dismiss_officer", nomination) in text(client.get(nomination.get_absolute_url()))
    answer = client.post(url("dismiss_officer", nomination))
    assert sentences(client, answer) == ["The request is taken back; nobody else keeps the key."]


def test_whoever_has_a_part_in_it_is_not_in_the_list(cast: Cast, browse: Browse, nomination: Nomination) -> None:
    client = browse(cast.ada)
    people = set(client.get(url("ask_officer", nomination)).context["form"].fields["person"].queryset)
    assert people >= {cast.mia, cast.sam, cast.olga}
    assert people & {cast.ada, cast.mel, cast.nora} == set()
    answer = client.post(url("ask_officer", nomination), {"person": str(cast.mel.pk)})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["person"])


def test_what_waits_for_an_officer_stands_on_their_dashboard(
    cast: Cast, browse: Browse, nomination: Nomination, pair: tuple[bytes, bytes]
) -> None:
    def urls(person: Person) -> list[str]:
        items = browse(person).get("/dashboard/").context["waiting"]
        return [item.url for item in items if "/office/" in item.url]

    assert urls(cast.mia) == []
    office = workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    assert (urls(cast.mia), urls(cast.rita)) == ([url("office", nomination)], [])
    workflow.accept_office(office, pair[1], by=act_as(cast.mia))
    assert urls(cast.mia) == []


# -- the count ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_openssl", [True, False])
def test_the_officer_counts_with_the_file_and_confirms_that_it_is_gone(
    cast: Cast, browse: Browse, pair: tuple[bytes, bytes], as_openssl: bool
) -> None:
    nomination, client = over(cast, cast.olga, pair[1]), browse(cast.olga)
    page = client.get(url("office", nomination))
    assert (page.context["step"], "read: “The count waits for Olga Outsider" in text(page)) == (4, True)
    content = pem(pair[0]) if as_openssl else keys.shown(pair[0]).encode() + b"\n"
    answer = client.post(url("count_with_key", nomination), {"key_file": SimpleUploadedFile("vote.key", content)})
    assert sentences(client, answer) == ["Counted: 2 yes, 1 no: 6 >= 6, passes. Destroy every copy of the key now."]
    answer = client.post(url("key_destroyed", nomination))
    assert sentences(client, answer) == ["Thank you. The office is done."]
    assert fresh(nomination).vote.key_destroyed_at is not None
    assert f"You destroyed the key of {nomination.reference}" in text(client.get(url("office", nomination)))
    answer = client.post(url("key_destroyed", nomination))
    assert sentences(client, answer) == ["You have confirmed this already."]
    assert "by the word of Olga Outsider" in text(browse(cast.mia).get(nomination.get_absolute_url()))


@pytest.mark.parametrize(
    "content",
    [b"", b"rubbish", b"-----BEGIN PRIVATE KEY-----\nrubbish\n", b"x" * 1001, "schlüssel".encode("latin-1"), b"QUJD"],
)
def test_a_file_that_is_no_key_changes_nothing_and_is_not_quoted(
    cast: Cast, browse: Browse, pair: tuple[bytes, bytes], content: bytes
) -> None:
    nomination = over(cast, cast.olga, pair[1])
    upload = SimpleUploadedFile("vote.key", content)
    answer = browse(cast.olga).post(url("count_with_key", nomination), {"key_file": upload})
    assert (answer.status_code, list(answer.context["key_form"].errors)) == (422, ["key_file"])
    assert fresh(nomination).vote.closed_at is None


def test_keys_of_other_kinds_and_other_votes_change_nothing(
    cast: Cast, browse: Browse, pair: tuple[bytes, bytes]
) -> None:
    nomination, client = over(cast, cast.olga, pair[1]), browse(cast.olga)
    elliptic = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    said = {
        elliptic: "This is no private key: choose the file that the first command wrote.",
        pem(keys.make_pair()[0]): "This key does not open the ballots of this vote. Nothing has changed.",
    }
    for content, sentence in said.items():
        upload = SimpleUploadedFile("vote.key", content)
        answer = client.post(url("count_with_key", nomination), {"key_file": upload})
        assert answer.context["key_form"].errors == {"key_file": [sentence]}
    missing = client.post(url("count_with_key", nomination))
    assert missing.context["key_form"].errors == {"key_file": ["Choose the key file."]}
    assert fresh(nomination).vote.closed_at is None


def test_the_file_stays_in_memory(rf: Any) -> None:
    request = rf.post("/", {"key_file": SimpleUploadedFile("vote.key", pem(keys.make_pair()[0]))})
    assert isinstance(request.FILES["key_file"], InMemoryUploadedFile)
    assert KeyFileForm(request.POST, request.FILES).is_valid()


def test_a_stale_factor_keeps_nothing_of_the_file(cast: Cast, browse: Browse, pair: tuple[bytes, bytes]) -> None:
    nomination = over(cast, cast.olga, pair[1])
    upload = SimpleUploadedFile("vote.key", pem(pair[0]))
    answer = browse(cast.olga, fresh=False).post(url("count_with_key", nomination), {"key_file": upload})
    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert fresh(nomination).vote.closed_at is None


def test_before_the_close_there_is_nothing_to_count_or_destroy(
    cast: Cast, browse: Browse, nomination: Nomination, pair: tuple[bytes, bytes]
) -> None:
    factories.keeps_key(nomination, cast.mia, pair[1], by=cast.ada)
    workflow.open_vote(nomination, by=act_as(cast.ada))
    client = browse(cast.mia)
    upload = SimpleUploadedFile("vote.key", pem(pair[0]))
    for act, data in (("count_with_key", {"key_file": upload}), ("key_destroyed", {})):
        answer = client.post(url(act, nomination), data)
        assert sentences(client, answer) == ["This is not possible now. The nomination is at: Vote open."]
    assert not allows(Action.VOTE, act_as(cast.mia), fresh(nomination))


def test_the_two_commands_of_the_page_make_a_key_that_counts(
    cast: Cast, browse: Browse, nomination: Nomination, tmp_path: Path
) -> None:
    workflow.ask_officer(nomination, cast.mia, by=act_as(cast.ada))
    page = browse(cast.mia).get(url("office", nomination)).content.decode()
    commands = page.partition('<pre id="key-commands">')[2].partition("</pre>")[0]
    shell = subprocess.run(["sh", "-ec", commands], cwd=tmp_path, capture_output=True, check=True)
    public = keys.read_public_key(shell.stdout.decode().strip())
    secret = keys.read_private_key((tmp_path / f"{nomination.reference}.key").read_bytes())
    assert secret is not None
    assert X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw() == public
