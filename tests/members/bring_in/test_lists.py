"""A pasted list: the preview, what is saved of it, and what never is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audit import clock
from audit.models import Event
from members.accounts.models import Invitation
from members.bring_in import workflow
from members.bring_in.events import BringInEvent
from members.bring_in.pages.overview import REST
from members.bring_in.pasted import HOW_TO_WRITE, read
from members.bring_in.queries.lists import CheckedLine, check
from members.people.models import FormerGitHubName, Person, RoleKind
from tests.cast import Browse, Cast, act_as
from tests.factories import give_roles, make_emeritus, make_member, make_person
from web.conflicts import Conflict, NotAllowed

PAGE = "/manage/bring-in/"
SAVE = "/manage/bring-in/save/"
PEP = "https://peps.python.org/pep-0745/"
HOW = "mailing list since 2019"
SWAPPED = "Day and month could be swapped."
ROLES = "Admin, Release Manager, Steering Council, PSF staff, Core team, Triager"


@pytest.fixture
def three(cast: Cast) -> list[Person]:
    """Two members whose first days nobody knows, one of them release manager without a source; and somebody outside."""
    hana, gita = make_member("Hana One", since=None), make_member("Gita Two", RoleKind.RELEASE_MANAGER, since=None)
    gita.roles.update(authority="")
    return [hana, gita, make_person("Dilek Three")]


def checked(text: str, by: Person, evidence: str = "", **matched: str) -> list[CheckedLine]:
    return check(read(text), clock.now(), act_as(by), matched=matched, evidence=evidence)


def one(text: str, by: Person) -> CheckedLine:
    (line,) = checked(text, by)
    return line


def preview(client: Client, text: str, **fields: object) -> dict[str, str]:
    """Preview a list; return what the button to save sends."""
    page = client.post(PAGE, {"text": text, **fields})
    assert page.status_code == 200
    form = page.context["form"]
    names = ("text", "evidence", "matched")
    return {"mark": page.context["mark"], **{name: form[name].value() or "" for name in names}}


# -- what a line would change ---------------------------------------------------------------------------


def test_a_line_changes_address_date_and_source_and_the_rest_nothing(cast: Cast, three: list[Person]) -> None:
    hana, gita, dilek = three
    text = (
        f"hana, hana@example.net, 2024-02\ngita, gita@example.net, 2012, release manager, {PEP}\ndilek, d@example.net"
    )
    first, second, third = checked(f"{text}", cast.ada, HOW)
    assert [each.changes for each in (first, second, third)] == [
        ["address", "date"],
        ["address", "date", "source"],
        ["address"],
    ]
    assert [each.person for each in (first, second, third)] == [hana, gita, dilek]
    assert [each.waits for each in (first, second, third)] == [True, True, False]
    assert first.day is not None
    assert (first.day.old, first.day.new, first.day.precision) == (None, date(2024, 2, 1), "month")
    assert [(change.kind, change.authority, change.role) for change in second.roles] == [
        (RoleKind.RELEASE_MANAGER, PEP, gita.roles.get())
    ]
    assert {each.evidence for each in (first, second, third)} == {HOW}


def test_a_line_that_says_what_is_on_record_changes_nothing(cast: Cast) -> None:
    text = "mel, MEL@example.org, 2020-01-01\nrita, rita@example.org, 2020-01-01, Release Manager, an invented decision"
    assert [(each.changes, each.fault, each.notes) for each in checked(text, cast.ada)] == [([], "", ()), ([], "", ())]


def test_an_address_that_waits_already_is_not_named_again(cast: Cast, three: list[Person]) -> None:
    workflow.save_list(checked("hana, hana@example.net", cast.ada), by=act_as(cast.ada))
    assert one("hana, HANA@example.net", cast.abel).changes == []
    assert one("hana, other@example.net", cast.abel).changes == ["address"]
    three[0].invitations.update(expires_at=clock.now() - timedelta(days=1))
    assert one("hana, hana@example.net", cast.abel).changes == ["address"]


def test_an_admin_is_never_made_by_a_list(cast: Cast, three: list[Person]) -> None:
    line = one("hana, hana@example.net, , Admin, https://example.org/decision", cast.ada)
    assert (line.asks_for_admin, line.changes, line.roles) == (True, ["address"], ())
    assert line.notes == (
        "Admin: left out. Admins are designated and released by a recorded decision of the Steering Council.",
    )
    workflow.save_list([line], by=act_as(cast.ada))
    assert not three[0].roles.exists()


def test_a_seat_on_the_council_is_left_out_as_well(cast: Cast, three: list[Person]) -> None:
    line = one("hana, , , Steering Council", cast.ada)
    assert (line.asks_for_admin, line.changes) == (False, [])
    assert line.notes == (
        "Steering Council: left out. Seats of the Steering Council are recorded on the server: manage.py council_seat.",
    )


def test_an_admin_who_is_one_asks_for_nothing(cast: Cast) -> None:
    line = one("abel, , , admin", cast.ada)
    assert (line.asks_for_admin, line.changes, line.notes) == (False, [], ())
    assert one("abel, , , admin, https://example.org/", cast.ada).notes != ()


def test_nobody_records_days_and_roles_of_their_own(cast: Cast) -> None:
    text = "ada, , 2015\nabel, , 2015\nmel, , 2015"
    own, *others = checked(text, cast.ada)
    assert (own.changes, own.notes) == ([], ("Another admin records the first day of your own membership.",))
    assert [each.changes for each in others] == [["date"], ["date"]]
    assert one(f"ada, , , triager, {PEP}", cast.ada).notes == ("Another admin records your own roles.",)
    assert one(f"ada, , , , {PEP}", cast.ada).notes == ("Another admin records what your own membership rests on.",)


def test_an_address_beside_a_login_is_left_out(cast: Cast) -> None:
    line = one("mel, new@example.net", cast.ada)
    assert (line.changes, line.fault) == ([], "")
    assert line.notes == ("Mel Member signs in with another address, and changes it on their own page.",)


def test_an_authority_without_a_role_is_that_of_the_membership(cast: Cast, three: list[Person]) -> None:
    line = one(f"hana, , , , {PEP}", cast.ada)
    assert (line.authority, line.changes) == (PEP, ["source"])
    workflow.save_list([line], by=act_as(cast.ada))
    assert three[0].memberships.get().authority == PEP
    assert one(f"hana, , , , {PEP}", cast.ada).changes == []


@pytest.mark.parametrize("role", ["", "member", "Member", "maintainer", "none"])
def test_being_a_member_of_an_organisation_is_no_role(cast: Cast, three: list[Person], role: str) -> None:
    assert one(f"hana, , 2024, {role}", cast.ada).changes == ["date"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("hana, nonsense", "nonsense is not an e-mail address."),
        (f"hana, {'h' * 250}@example.net", "This address is longer than 254 characters."),
        ("hana, mel@example.org", "This address belongs to another login."),
        ("hana, , 31/02/2024", f"“31/02/2024” is not a day that can be read. {SWAPPED} {HOW_TO_WRITE}"),
        ("hana, , , wizard", f"“wizard” is not a role. Roles are: {ROLES}."),
        ("hana, , , triager", "Say in the column authority what the role Triager rests on: a release PEP, or a link."),
        ("dilek, , 2024", "Dilek Three is not a member, so there is no first day to record."),
        ("dilek, , , , a vote", "Dilek Three is not a member, so there is no membership that rests on this."),
        ('hana, "x', "It has a quotation mark without its second."),
        ("who, w@example.net", "Nobody here is known under this name."),
    ],
)  # fmt: skip
def test_a_faulty_line_is_named_and_nothing_of_it_is_saved(
    cast: Cast, three: list[Person], line: str, fault: str
) -> None:
    good, bad = checked(f"gita, gita@example.net, 2015\n{line}", cast.ada)
    assert (good.fault, bad.fault, bad.changes) == ("", fault, [])
    workflow.save_list([good, bad], by=act_as(cast.ada))
    assert [invitation.person for invitation in Invitation.objects.all()] == [three[1]]
    assert three[0].memberships.get().since is None


def test_a_suspended_member_gets_no_address(cast: Cast, three: list[Person]) -> None:
    three[0].suspensions.create(reason="x", begun_by=cast.ada, begun_at=clock.now())
    assert one("hana, hana@example.net", cast.ada).fault == "Hana One is suspended; end the suspension instead."


@pytest.mark.parametrize("second", ["hana, other@example.net", "gita, HANA@example.net"])
def test_one_person_and_one_address_stand_in_a_list_once(cast: Cast, three: list[Person], second: str) -> None:
    lines = checked(f"hana, hana@example.net\n{second}", cast.ada)
    assert {each.fault for each in lines} == {"This person or this address is in the list twice."}


# -- who is meant ---------------------------------------------------------------------------------------


def test_a_former_github_name_still_means_its_person(cast: Cast, three: list[Person]) -> None:
    FormerGitHubName.objects.create(person=three[0], name="Hana-Old", until=clock.now().date())
    assert one("hana-old, hana@example.net", cast.ada).person == three[0]


@pytest.mark.parametrize(
    "text",
    ["hana-1, h@example.net", "Hana One <h@example.net>", "name,email\nHána One,h@example.net", "hannah"],
)
def test_somebody_like_an_unknown_name_is_offered(cast: Cast, three: list[Person], text: str) -> None:
    line = one(text, cast.ada)
    assert (line.person, line.offered, line.changes) == (None, three[0], [])


def test_the_owner_of_an_address_is_offered(cast: Cast) -> None:
    assert one("mel@example.org", cast.ada).offered == cast.mel


def test_nobody_is_offered_for_a_name_like_no_other(cast: Cast) -> None:
    assert one("zzz-unknown", cast.ada).offered is None


def test_what_the_reader_matches_is_that_person(cast: Cast, browse: Browse, three: list[Person]) -> None:
    ada = browse(cast.ada)
    page = ada.post(PAGE, {"text": "hana-1, h@example.net", "match": "hana-1 = hana-one"})
    (line,) = page.context["checked"]
    assert (line.person, line.changes) == (three[0], ["address"])
    fields = preview(ada, "hana-1, h@example.net", matched=page.context["form"]["matched"].value())
    assert ada.post(SAVE, fields).status_code == 302
    assert three[0].invitations.get().email == "h@example.net"


# -- saving ---------------------------------------------------------------------------------------------


def test_saving_writes_each_fact_with_its_event_and_hands_in_the_addresses(
    cast: Cast, browse: Browse, three: list[Person]
) -> None:
    hana, gita, _ = three
    ada = browse(cast.ada)
    text = f"hana, hana@example.net, 2024-02-12, triager, {PEP}\ngita, , about 2012, release manager, {PEP}"
    before = Event.objects.count()
    fields = preview(ada, text, evidence=HOW)
    assert not Invitation.objects.exists()
    assert Event.objects.count() == before
    assert ada.post(SAVE, fields)["Location"] == PAGE
    membership, role = gita.memberships.get(), gita.roles.get()
    assert (membership.since, membership.since_precision, role.authority) == (date(2012, 1, 1), "about", PEP)
    assert [(each.kind, each.authority, each.since) for each in hana.roles.all()] == [("triager", PEP, None)]
    invitation = hana.invitations.get()
    assert (invitation.email, invitation.evidence, invitation.invited_by) == ("hana@example.net", HOW, cast.ada)
    assert sorted(Event.objects.order_by("-pk").values_list("kind", flat=True)[: Event.objects.count() - before]) == [
        "invitation:list_named",
        "invitation:sent",
        "membership:corrected",
        "membership:corrected",
        "role:began",
        "role:sourced",
    ]
    assert {event.data["person"] for event in Event.objects.filter(kind="membership:corrected")} == {
        str(hana.pk),
        str(gita.pk),
    }


def test_lines_to_fix_stay_in_the_box_until_they_are_saved(cast: Cast, browse: Browse, three: list[Person]) -> None:
    ada = browse(cast.ada)
    assert ada.post(SAVE, preview(ada, "login,since\nhana,2024\nwho,2024")).status_code == 302
    assert ada.session[REST] == "login,since\nwho,2024"
    assert ada.get(PAGE).context["form"]["text"].value() == "login,since\nwho,2024"
    assert ada.post(SAVE, preview(ada, "login,since\ngita,2024")).status_code == 302
    assert ada.get(PAGE).context["form"]["text"].value() == ""


def test_what_changed_after_the_preview_is_previewed_again(cast: Cast, browse: Browse, three: list[Person]) -> None:
    ada = browse(cast.ada)
    fields = preview(ada, "hana, hana@example.net")
    three[0].github = "hana-two"
    three[0].save()
    three[1].github = "hana"
    three[1].save()
    page = ada.post(SAVE, fields)
    assert page.status_code == 422
    assert page.context["form"].non_field_errors() == [
        "Something has changed since the preview. Look at the new one below, and save again."
    ]
    assert [each.person for each in page.context["checked"]] == [three[1]]
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("field", ["text", "evidence", "mark"])
def test_a_list_that_was_not_previewed_as_it_is_saves_nothing(
    cast: Cast, browse: Browse, three: list[Person], field: str
) -> None:
    ada = browse(cast.ada)
    fields = preview(ada, "hana, hana@example.net")
    assert ada.post(SAVE, {**fields, field: "gita, x@example.net"}).status_code == 422
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("text", ["", " \n", "# nothing"])
def test_an_empty_list_is_refused(cast: Cast, browse: Browse, text: str) -> None:
    page = browse(cast.ada).post(PAGE, {"text": text})
    assert page.status_code == 422
    assert page.context["form"].errors == {"text": ["Paste at least one line, or choose a file."]}


def test_an_endless_list_is_refused(cast: Cast, browse: Browse) -> None:
    page = browse(cast.ada).post(PAGE, {"text": "a, b\n" * 51})
    assert page.context["form"].errors == {"text": ["At most 50 people at once; these are 51."]}


def test_nothing_to_save_is_a_conflict_on_the_page(cast: Cast, browse: Browse) -> None:
    ada = browse(cast.ada)
    page = ada.post(SAVE, preview(ada, "mel, mel@example.org"))
    assert page.status_code == 422
    assert page.context["form"].non_field_errors() == ["There is nothing to save: no line changes anything."]


@pytest.mark.parametrize("who", ["sam", "mel"])
def test_nobody_but_an_admin_saves(cast: Cast, three: list[Person], who: str) -> None:
    lines = checked("hana, hana@example.net", cast.ada)
    with pytest.raises(NotAllowed):
        workflow.save_list(lines, by=act_as(getattr(cast, who)))
    lines = checked("hana, , 2024", cast.ada)
    with pytest.raises(NotAllowed):
        workflow.save_list(lines, by=act_as(getattr(cast, who)))


def test_everything_or_nothing_is_saved(cast: Cast, three: list[Person]) -> None:
    lines = checked("gita, , 2015\nhana, hana@example.net", cast.ada)
    workflow.save_list(checked("hana, , 2016", cast.ada), by=act_as(cast.ada))
    three[0].suspensions.create(reason="x", begun_by=cast.ada, begun_at=clock.now())
    with pytest.raises(Conflict, match="is suspended"):
        workflow.save_list(lines, by=act_as(cast.ada))
    assert three[1].memberships.get().since is None


# -- the source of a role -------------------------------------------------------------------------------


def test_the_source_of_a_role_is_an_event(cast: Cast) -> None:
    role = workflow.source_role(cast.rita.roles.get(), authority=PEP, by=act_as(cast.ada))
    assert role.authority == PEP
    assert Event.objects.filter(kind=BringInEvent.ROLE_SOURCED, target=f"people.role:{role.pk}").count() == 1


def test_the_source_of_a_seat_or_an_admin_is_not_an_admins(cast: Cast) -> None:
    for person in (cast.sam, cast.abel):
        with pytest.raises(Conflict):
            workflow.source_role(person.roles.get(), authority=PEP, by=act_as(cast.ada))


def test_nobody_writes_the_source_of_their_own_role(cast: Cast) -> None:
    give_roles(cast.ada, RoleKind.TRIAGER)
    with pytest.raises(NotAllowed):
        workflow.source_role(cast.ada.roles.get(kind="triager"), authority=PEP, by=act_as(cast.ada))


def test_a_role_that_is_over_keeps_its_source(cast: Cast) -> None:
    cast.rita.roles.update(until=date(2021, 1, 1))
    with pytest.raises(Conflict, match="over already"):
        workflow.source_role(cast.rita.roles.get(), authority=PEP, by=act_as(cast.ada))


# -- files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_and_stands_in_the_box(cast: Cast, browse: Browse, three: list[Person], encoding: str) -> None:
    content = "GitHub;E-Mail\r\nhana;hana@example.net\r\n"
    page = browse(cast.ada).post(PAGE, {"text": "", "file": SimpleUploadedFile("team.csv", content.encode(encoding))})
    assert page.status_code == 200
    assert [(each.person, each.changes) for each in page.context["checked"]] == [(three[0], ["address"])]
    assert page.context["form"]["text"].value().lstrip("\ufeff") == content


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"hana\nB\xe9n\xe9dikt", "Line 2 is not UTF-8. Save the file as “CSV UTF-8”."),
        (b"PK\x03\x04\x00\x00", "This is not a text file. Save the table as “CSV UTF-8”."),
        (b"h" * 100_001, "This file is larger than 100 kB, which is more than a list of people."),
    ],
)
def test_a_file_that_is_no_list_is_refused(cast: Cast, browse: Browse, content: bytes, error: str) -> None:
    page = browse(cast.ada).post(PAGE, {"text": "", "file": SimpleUploadedFile("team.csv", content)})
    assert page.status_code == 422
    assert page.context["form"].errors == {"file": [error]}


def test_a_list_and_a_file_are_one_too_many(cast: Cast, browse: Browse) -> None:
    page = browse(cast.ada).post(PAGE, {"text": "hana", "file": SimpleUploadedFile("team.csv", b"gita")})
    assert page.context["form"].errors == {
        "file": ["Paste a list or choose a file, not both. Empty the box to take the file."]
    }


@pytest.mark.parametrize("count", [1, 30])
def test_a_preview_takes_the_same_number_of_queries_however_many_lines(
    cast: Cast, browse: Browse, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_emeritus("Ema Past")
    people = [make_member(f"Pat{number} Person") for number in range(count)]
    text = "\n".join(f"{person.github}, {person.github}@example.net, 2015" for person in people)
    ada = browse(cast.ada)
    with django_assert_num_queries(19):
        assert len(ada.post(PAGE, {"text": f"{text}\nunknown, u@example.net"}).context["checked"]) == count + 1
