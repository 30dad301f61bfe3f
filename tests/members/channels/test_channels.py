"""Channels and the accounts noted in them: verbs and pages."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from audit import clock
from audit.models import Event
from members.channels import workflow as channels_workflow
from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.channels.policy import possible
from members.drift import workflow as drift_workflow
from members.people.models import Person
from tests.cast import Browse, Cast, act_as
from tests.factories import make_person
from tests.members.drift.services import channel
from tests.members.people.test_public_views import text
from web.conflicts import Conflict, NotAllowed

LIST = "/manage/channels/"
NEW = "/manage/channels/new/"


def add(cast: Cast, name: str = "Signal group", to_let_in: str = "", to_let_out: str = "") -> Channel:
    return channels_workflow.save_channel(
        None, name=name, to_let_in=to_let_in, to_let_out=to_let_out, by=act_as(cast.ada)
    )


def names() -> list[str]:
    return [row.name for row in Channel.objects.in_use()]


FIRST = ["Portal login", "GitHub team", "Mailing list", "Chat"]


# -- who -----------------------------------------------------------------------------------------------------


def test_channels_belong_to_the_admins(cast: Cast) -> None:
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga]
    assert {person.name for person in everybody if possible(act_as(person))} == {"Ada Admin", "Abel Admin"}


def test_every_verb_refuses_everybody_else(cast: Cast) -> None:
    place, mel = add(cast), act_as(cast.mel)
    verbs: list[Callable[[], object]] = [
        lambda: channels_workflow.save_channel(None, name="Another", to_let_in="", to_let_out="", by=mel),
        lambda: channels_workflow.save_channel(place, name="Another", to_let_in="", to_let_out="", by=mel),
        lambda: channels_workflow.move_channel_up(place, by=mel),
        lambda: channels_workflow.retire_channel(place, by=mel),
        lambda: channels_workflow.note_account(place, cast.mia, "mia", by=mel),
    ]
    for verb in verbs:
        with pytest.raises(NotAllowed):
            verb()
    assert names() == [*FIRST, "Signal group"]


# -- keeping them --------------------------------------------------------------------------------------------


def test_a_list_is_added_at_the_end_and_moved_up(cast: Cast) -> None:
    place = add(cast)
    assert names() == [*FIRST, "Signal group"]
    for _ in range(2):
        channels_workflow.move_channel_up(place, by=act_as(cast.ada))
    assert names() == ["Portal login", "GitHub team", "Signal group", "Mailing list", "Chat"]
    channels_workflow.move_channel_up(channel(ChannelKind.LOGIN), by=act_as(cast.ada))
    assert names()[0] == "Portal login"
    kinds = Event.objects.filter(target=f"channels.channel:{place.pk}").values_list("kind", "actor")
    assert list(kinds) == [("channel:saved", f"people.person:{cast.ada.pk}")] * 3


def test_a_channel_with_a_connector_keeps_its_name_and_takes_new_instructions(cast: Cast) -> None:
    github = channels_workflow.save_channel(
        channel(ChannelKind.GITHUB), name="Else", to_let_in="Ask Ada.", to_let_out="", by=act_as(cast.ada)
    )
    github.refresh_from_db()
    assert (github.name, github.to_let_in) == ("GitHub team", "Ask Ada.")


def test_two_channels_of_one_name_are_refused(cast: Cast) -> None:
    place = add(cast)
    with pytest.raises(Conflict, match="There is a channel called CHAT already"):
        add(cast, "CHAT")
    channels_workflow.save_channel(place, name="signal group", to_let_in="", to_let_out="", by=act_as(cast.ada))
    assert names()[-1] == "signal group"


def test_a_retired_list_is_not_in_use_and_cannot_be_changed(cast: Cast) -> None:
    place, admin = add(cast), act_as(cast.ada)
    channels_workflow.retire_channel(place, by=admin)
    assert names() == FIRST
    verbs: list[Callable[[], object]] = [
        lambda: channels_workflow.retire_channel(place, by=admin),
        lambda: channels_workflow.move_channel_up(place, by=admin),
        lambda: channels_workflow.save_channel(place, name="Again", to_let_in="", to_let_out="", by=admin),
    ]
    for verb in verbs:
        with pytest.raises(Conflict, match="Signal group is retired"):
            verb()
    with pytest.raises(Conflict, match="Chat cannot be retired"):
        channels_workflow.retire_channel(channel(ChannelKind.DISCORD), by=admin)
    assert Event.objects.filter(kind="channel:retired").count() == 1


def test_there_is_one_channel_for_each_connector(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Channel.objects.create(name="Second team", kind=ChannelKind.GITHUB)


# -- accounts ------------------------------------------------------------------------------------------------


def test_an_account_is_noted_changed_and_taken_away_and_the_log_keeps_no_value(cast: Cast) -> None:
    chat, admin = channel(ChannelKind.DISCORD), act_as(cast.ada)
    for identifier in [" 12345 ", "67890", ""]:
        channels_workflow.note_account(chat, cast.mel, identifier, by=admin)
        noted = ChannelAccount.objects.filter(channel=chat, person=cast.mel).values_list("identifier", flat=True)
        assert list(noted) == ([identifier.strip()] if identifier else [])
    events = Event.objects.filter(kind="person:account_noted", target=f"people.person:{cast.mel.pk}")
    assert [event.data for event in events.order_by("at")] == [
        {"channel": chat.pk, "noted": True},
        {"channel": chat.pk, "noted": True},
        {"channel": chat.pk, "noted": False},
    ]


def test_an_account_belongs_to_one_person(cast: Cast) -> None:
    mailman, admin = channel(ChannelKind.MAILMAN), act_as(cast.ada)
    channels_workflow.note_account(mailman, cast.mel, "Mel@Example.net", by=admin)
    with pytest.raises(Conflict, match="noted as that of Mel Member already"):
        channels_workflow.note_account(mailman, cast.mia, "mel@example.NET", by=admin)
    channels_workflow.note_account(add(cast), cast.mia, "mel@example.net", by=admin)


@pytest.mark.parametrize("kind", [ChannelKind.GITHUB, ChannelKind.LOGIN])
def test_a_github_name_and_a_login_are_not_noted_here(cast: Cast, kind: ChannelKind) -> None:
    with pytest.raises(Conflict, match="are not noted here"):
        channels_workflow.note_account(channel(kind), cast.mel, "mel", by=act_as(cast.ada))


# -- pages ---------------------------------------------------------------------------------------------------


def test_the_list_says_what_is_connected_and_what_is_missing(cast: Cast, browse: Browse) -> None:
    drift_workflow.paste_list(add(cast, to_let_in="Ask **Ada**."), "mel@example.org", by=act_as(cast.ada))
    add(cast, "Wiki")
    channels_workflow.retire_channel(add(cast, "Old list"), by=act_as(cast.ada))
    page = text(browse(cast.ada).get(LIST).content)
    assert page.count("not connected") == 3
    assert "<code>GITHUB_API_URL</code>" in page
    assert ("pasted by Ada Admin" in page, "a pasted list; none yet" in page) == (True, True)
    assert ("<strong>Ada</strong>" in page, "<h2>Retired</h2>" in page, "Old list" in page) == (True, True, True)


def test_a_list_is_added_edited_moved_and_retired_on_pages(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    typed = {"name": "Signal group", "to_let_in": "Ask.", "to_let_out": "Block."}
    assert client.post(NEW, typed)["Location"] == LIST
    place = Channel.objects.get(name="Signal group")
    assert (place.to_let_in, place.to_let_out) == ("Ask.", "Block.")
    page = text(client.get(f"{LIST}{place.pk}/").content)
    assert ("Ask." in page, "Block." in page) == (True, True)
    assert client.post(f"{LIST}{place.pk}/", {"name": "Signal", "to_let_in": ""}).status_code == 302
    assert client.post(f"{LIST}{place.pk}/up/").status_code == 302
    assert names() == ["Portal login", "GitHub team", "Mailing list", "Signal", "Chat"]
    assert "Retire Signal?" in text(client.get(f"{LIST}{place.pk}/retire/").content)
    assert client.post(f"{LIST}{place.pk}/retire/").status_code == 302
    assert "Signal is retired." in text(client.get(LIST).content)
    assert [client.post(f"{LIST}{place.pk}/{verb}").status_code for verb in ("", "up/", "retire/")] == [404] * 3


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "chat"}, "There is a channel called chat already."),
        ({"name": "x" * 81}, "at most 80 characters"),
    ],
)
def test_a_faulty_name_comes_back(cast: Cast, browse: Browse, typed: dict[str, str], complaint: str) -> None:
    response = browse(cast.ada).post(NEW, {"to_let_in": "Kept words.", **typed})
    assert (response.status_code, complaint in " ".join(response.context["form"].errors["name"])) == (422, True)
    assert "Kept words." in text(response.content)
    assert names() == FIRST


def test_the_name_of_a_connected_channel_is_not_asked_for(cast: Cast, browse: Browse) -> None:
    address = f"{LIST}{channel(ChannelKind.GITHUB).pk}/"
    client = browse(cast.ada)
    assert 'name="name"' not in client.get(address).content.decode()
    assert client.post(address, {"to_let_in": "New words.", "name": "Else"}).status_code == 302
    assert channel(ChannelKind.GITHUB).name == "GitHub team"


def test_accounts_are_listed_by_pages_and_found_by_name(cast: Cast, browse: Browse) -> None:
    chat = channel(ChannelKind.DISCORD)
    for number in range(31):
        make_person(f"Known{number} Person")
    ChannelAccount.objects.create(channel=chat, person=cast.mel, identifier="12345")
    client, address = browse(cast.ada), f"{LIST}{chat.pk}/accounts/"
    page = text(client.get(address).content)
    assert ("12345" in page, "Mia Member" in page, "Known1 Person" in page) == (True, True, False)
    assert ("Known1 Person" in text(client.get(address + "?q=known1").content)) is True
    second = text(client.get(address + "?q=known&page=2").content)
    assert (second.count("the account of Known"), "?q=known&amp;page=1" in second) == (1, True)
    assert "Nobody matches" in text(client.get(address + "?q=zzz").content)
    assert client.get(address + "?q=" + "z" * 201).status_code == 200
    assert [
        client.get(f"{LIST}{channel(kind).pk}/accounts/").status_code
        for kind in (ChannelKind.GITHUB, ChannelKind.LOGIN)
    ] == [404] * 2


def test_the_list_of_accounts_names_the_login_address_where_nothing_is_noted(cast: Cast, browse: Browse) -> None:
    admin = browse(cast.ada)
    address = f"{LIST}{channel(ChannelKind.MAILMAN).pk}/accounts/"
    assert "the address of the login counts" in text(admin.get(address).content)


@pytest.mark.parametrize(
    ("kind", "typed", "complaint"),
    [
        (ChannelKind.MAILMAN, "nonsense", "Enter a valid email address."),
        (ChannelKind.DISCORD, "mel", "Write the number of the account: digits only."),
        (ChannelKind.DISCORD, "9" * 21, "Write the number of the account: digits only."),
        (ChannelKind.DISCORD, "777", "This account is noted as that of Mia Member already."),
        (ChannelKind.MAILMAN, "x" * 250 + "@a.org", "at most 254 characters"),
    ],
)
def test_a_faulty_account_comes_back(cast: Cast, browse: Browse, kind: ChannelKind, typed: str, complaint: str) -> None:
    place = channel(kind)
    ChannelAccount.objects.create(channel=place, person=cast.mia, identifier="777")
    response = browse(cast.ada).post(account_of(place, cast.mel), {"identifier": typed})
    assert (response.status_code, complaint in " ".join(response.context["form"].errors["identifier"])) == (422, True)
    assert typed in response.content.decode()


def account_of(place: Channel, person: Person) -> str:
    return f"{LIST}{place.pk}/accounts/{person.pk}/"


def test_an_account_is_noted_and_taken_away_on_its_page(cast: Cast, browse: Browse) -> None:
    place, client = channel(ChannelKind.MAILMAN), browse(cast.ada)
    address = account_of(place, cast.mel)
    assert client.post(address, {"identifier": "Private@Example.net"})["Location"] == f"{LIST}{place.pk}/accounts/"
    assert "private@example.net" in client.get(address).content.decode()
    assert client.post(address, {"identifier": ""}).status_code == 302
    assert ChannelAccount.objects.count() == 0
    assert client.get(f"{LIST}{place.pk}/accounts/{uuid4()}/").status_code == 404


def test_accounts_show_on_no_public_page(cast: Cast, browse: Browse) -> None:
    channels_workflow.note_account(channel(ChannelKind.DISCORD), cast.mel, "918273645", by=act_as(cast.ada))
    for path in ["/members/", "/members/members.json", "/members/psrt.csv", "/members/mel-member/"]:
        assert "918273645" not in browse(None).get(path).content.decode()


def test_the_day_of_a_retirement_is_shown(cast: Cast, browse: Browse) -> None:
    place = channels_workflow.retire_channel(add(cast), by=act_as(cast.ada))
    assert place.retired_at is not None
    assert place.retired_at.date() == clock.now().date()
    assert f'Signal group, <time datetime="{place.retired_at.date()}">' in text(browse(cast.ada).get(LIST).content)
