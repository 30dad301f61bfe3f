"""Pasting and uploading a list that has no server."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from members.channels import workflow as channels_workflow
from members.channels.models import Channel
from members.drift.models import DriftCheck, Finding
from members.people.models import Person
from tests.cast import act_as
from tests.members.drift.browsing import DRIFT, admin, page_of, team
from tests.members.drift.services import check_now, services
from tests.members.people.test_public_views import text

__all__ = ["admin", "services", "team"]


@pytest.fixture
def alumni(team: list[Person]) -> Channel:
    return channels_workflow.save_channel(None, name="Signal group", to_let_in="", to_let_out="", by=act_as(team[0]))


def paste_to(channel: Channel) -> str:
    return f"{DRIFT}paste/{channel.pk}/"


def test_a_list_is_pasted_and_becomes_a_column(admin: Client, team: list[Person], alumni: Channel) -> None:
    assert f'href="{paste_to(alumni)}"' in page_of(admin)
    lines = [one.user.email for one in team[1:]]
    answer = admin.post(paste_to(alumni), {"text": "\n".join(lines)})
    assert answer["Location"] == DriftCheck.objects.get().get_absolute_url()
    assert "The list is compared." in page_of(admin, answer["Location"])
    check_now()
    rows = {row.person.name: [cell.label for cell in row.cells] for row in admin.get(DRIFT).context["page"]}
    assert rows[team[0].name] == ["in", "in", "in", "missing"]
    assert rows[team[1].name] == ["in", "in", "in", "in"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_is_uploaded_as_spreadsheets_save_it(
    admin: Client, team: list[Person], alumni: Channel, encoding: str
) -> None:
    lines = "\n".join(one.user.email for one in team)
    upload = SimpleUploadedFile("members.csv", lines.encode(encoding), content_type="text/csv")
    assert admin.post(paste_to(alumni), {"text": "", "file": upload}).status_code == 302
    assert Finding.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "file", "complaint"),
    [
        ("", None, "Paste the list, or choose a file: one of the two."),
        ("a@example.org", b"b@example.org", "Paste the list, or choose a file: one of the two."),
        ("a@example.org\nb@", None, "Line 2: “b@” is not an address."),
        ("# nobody", None, "There is no address or name in it."),
        ("", b"a@example.org\n\xe9", "Line 2 is not UTF-8. Save the file as “CSV UTF-8”."),
        ("", "a@example.org\n".encode("utf-16")[:-1], "Line 1 is not UTF-8. Save the file as “CSV UTF-8”."),
        ("", b"PK\x00\x00", "This is not a text file. Save the table as “CSV UTF-8”."),
        ("", b"a@example.org\nb@", "Line 2: “b@” is not an address."),
        ("", b"x" * 500_001, "This file is larger than half a megabyte."),
    ],
)
def test_a_faulty_list_comes_back_with_what_was_typed(
    admin: Client, alumni: Channel, typed: str, file: bytes | None, complaint: str
) -> None:
    data = {"text": typed, **({"file": SimpleUploadedFile("list.txt", file)} if file else {})}
    response = admin.post(paste_to(alumni), data)
    page = text(response.content)
    assert (response.status_code, complaint in page, " ".join(typed.split()) in page) == (422, True, True)
    assert DriftCheck.objects.count() == 0


def test_only_lists_in_use_are_pasted(admin: Client, team: list[Person], alumni: Channel) -> None:
    assert admin.get(paste_to(Channel.objects.get(kind="github"))).status_code == 404
    channels_workflow.retire_channel(alumni, by=act_as(team[0]))
    assert admin.post(paste_to(alumni), {"text": "a@example.org"}).status_code == 404
