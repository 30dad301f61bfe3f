"""The comparison of people with accounts, the limits of removals, and reading a pasted list: plain values only."""

from __future__ import annotations

from uuid import UUID

import pytest

from members.channels.connectors import Account
from members.channels.models import ChannelKind
from members.drift import pasted
from members.drift.comparison import (
    Candidate,
    Difference,
    Expectation,
    compare,
    expectation,
    key_of,
    keys_on_github,
    refusal,
)
from members.drift.models import FindingKind

GITHUB, MAILMAN, DISCORD = ChannelKind.GITHUB, ChannelKind.MAILMAN, ChannelKind.DISCORD


def person(number: int, name: str = "Mel Member", *keys: str, account: str = "", **more: Expectation) -> Candidate:
    return Candidate(UUID(int=number), name, keys, account=account or next(iter(keys), ""), **more)


def on_github(number: int, name: str, *, github_id: int | None = None, address: str = "") -> Candidate:
    return person(number, f"Person {number}", *keys_on_github(name, github_id, address), account=name)


def differences(kind: ChannelKind, people: list[Candidate], accounts: list[Account]) -> list[tuple[str, int, str, str]]:
    return [
        (one.kind.value, one.person.int if one.person else 0, one.identifier, one.shown)
        for one in compare(kind, people, accounts).differences
    ]


# -- GitHub --------------------------------------------------------------------------------------------------


def test_the_number_counts_and_the_name_only_where_no_number_is_known() -> None:
    people = [on_github(1, "Mel", github_id=11), on_github(2, "mia")]
    assert differences(GITHUB, people, [Account("11", "mel"), Account("12", "MIA")]) == []
    assert differences(GITHUB, people, [Account("11", "other"), Account("99", "Mel"), Account("12", "mia")]) == [
        ("renamed", 1, "11", "other"),
        ("unknown", 0, "99", "Mel"),
    ]


def test_numbers_are_learned_of_names_only() -> None:
    people = [on_github(1, "Mel", github_id=11), on_github(2, "mia")]
    found = compare(GITHUB, people, [Account("11", "mel"), Account("12", "mia")])
    assert (dict(found.numbers), found.inside) == (
        {UUID(int=2): 12},
        frozenset({UUID(int=1), UUID(int=2)}),
    )


def test_a_name_of_digits_is_not_a_number() -> None:
    assert differences(GITHUB, [on_github(1, "12")], [Account("12", "mel")]) == [
        ("missing", 1, "", "12"),
        ("unknown", 0, "12", "mel"),
    ]


def test_an_invitation_is_pending_by_name_or_address() -> None:
    people = [on_github(1, "Mel", github_id=11), on_github(2, "", address="mia@example.org"), on_github(3, "zoe")]
    accounts = [
        Account("", "mel", is_pending=True),
        Account("", "mia@example.org", is_pending=True, also=("mia@example.org",)),
        Account("", "ghost", is_pending=True),
    ]
    assert differences(GITHUB, people, accounts) == [
        ("missing", 3, "", "zoe"),
        ("pending", 1, "", "mel"),
        ("pending", 2, "", "mia@example.org"),
        ("unknown", 0, "", "ghost"),
    ]
    found = compare(GITHUB, people, accounts)
    assert (found.inside, found.invited) == (frozenset[UUID](), frozenset({UUID(int=1), UUID(int=2)}))


def test_an_invitation_is_pending_by_any_of_its_names() -> None:
    account = Account("", "Mia M.", is_pending=True, also=("Mia M.", "MIA@example.org"))
    assert differences(GITHUB, [on_github(2, "", address="mia@example.org")], [account]) == [
        ("pending", 2, "", "Mia M.")
    ]


def test_a_name_shown_says_nothing_on_github() -> None:
    assert differences(GITHUB, [person(1, "Mel Member")], [Account("11", "Mel Member")]) == [
        ("no_account", 1, "", ""),
        ("unknown", 0, "11", "Mel Member"),
    ]


def test_a_member_without_account_on_record_is_found_with_an_empty_one() -> None:
    nobody = Candidate(UUID(int=1), "Mel Member")
    assert compare(MAILMAN, [nobody], []).differences == (
        Difference(FindingKind.NO_ACCOUNT, UUID(int=1), identifier="", shown=""),
    )
    mel = Candidate(UUID(int=2), "Mel", ("mel@a",), account="mel@a")
    assert compare(MAILMAN, [mel], []).differences == (
        Difference(FindingKind.MISSING, UUID(int=2), identifier="", shown="mel@a"),
    )


# -- addresses and ids ---------------------------------------------------------------------------------------


def test_a_shown_name_leads_to_another_address_only_when_it_is_one_persons_and_one_accounts() -> None:
    mel, other_mel = person(1, "Mel Member", "mel@a"), person(2, "mel member", "m@a")
    stranger = Account("x@b", "MEL MEMBER")
    assert differences(MAILMAN, [mel], [stranger]) == [("other_address", 1, "x@b", "MEL MEMBER")]
    assert [one[0] for one in differences(MAILMAN, [mel, other_mel], [stranger])] == ["missing", "missing", "unknown"]
    assert [one[0] for one in differences(MAILMAN, [mel], [stranger, Account("y@b", "Mel Member")])] == [
        "missing", "unknown", "unknown",
    ]  # fmt: skip
    assert differences(MAILMAN, [mel], [Account("mel@a", ""), stranger]) == [("unknown", 0, "x@b", "MEL MEMBER")]


@pytest.mark.parametrize("shown", ["Re\u0301mi O’Dolor", "RÉMI O'DOLOR", "Rémi\u00a0O‘Dolor", "R\u200cémi  O’Dolor"])
def test_a_shown_name_is_found_in_any_spelling(shown: str) -> None:
    people = [person(1, "Rémi O’Dolor", account="remi@x")]
    assert differences(MAILMAN, people, [Account("remi@home", shown)]) == [("other_address", 1, "remi@home", shown)]


def test_an_accent_makes_another_name() -> None:
    people = [person(1, "Rémi O’Dolor", account="remi@x")]
    assert [kind for kind, *_rest in differences(MAILMAN, people, [Account("remi@home", "Remi O’Dolor")])] == [
        "missing",
        "unknown",
    ]


@pytest.mark.parametrize("listed", ["re\u0301mi o’dolor", "rémi o'dolor", "rémi  o‘dolor"])
def test_a_list_of_names_is_compared_in_any_spelling(listed: str) -> None:
    people = [person(1, "Rémi O’Dolor", key_of("Rémi O’Dolor"))]
    assert differences(ChannelKind.LIST, people, [Account(listed)]) == []


def test_an_account_without_a_name_is_nobodys() -> None:
    assert [one[0] for one in differences(MAILMAN, [person(1, "Mel", "m@a")], [Account("x@b")])] == [
        "missing", "unknown",
    ]  # fmt: skip


def test_any_of_several_names_may_be_the_right_one() -> None:
    account = Account("7", "melly", also=("melly", "Mel Member", "mel.m"))
    assert differences(DISCORD, [person(1)], [account]) == [("other_address", 1, "7", "melly")]


def test_one_account_is_one_persons_and_members_come_first() -> None:
    left = person(1, "Emil", "shared@a", expected=Expectation.OUTSIDE)
    member = person(2, "Mel", "shared@a")
    assert differences(MAILMAN, [left, member], [Account("shared@a")]) == []


@pytest.mark.parametrize(
    ("standing", "absent", "present", "namesake"),
    [
        (Expectation.INSIDE, ["missing"], [], ["other_address"]),
        (Expectation.EITHER, [], [], ["other_address"]),
        (Expectation.OUTSIDE, [], ["left"], ["unknown"]),
    ],
)
def test_the_expectation_of_a_person_decides_the_difference(
    standing: Expectation, absent: list[str], present: list[str], namesake: list[str]
) -> None:
    one = person(1, "Mel Member", "m@a", expected=standing)
    lists: list[list[Account]] = [[], [Account("m@a", "Mel")], [Account("x@b", "Mel Member")]]
    assert [[found[0] for found in differences(MAILMAN, [one], accounts)] for accounts in lists] == [
        absent,
        present,
        namesake,
    ]


def test_the_order_of_findings_does_not_depend_on_the_order_of_accounts() -> None:
    accounts = [Account("b@x", "B"), Account("a@x", "a"), Account("c@x")]
    assert differences(MAILMAN, [], accounts) == differences(MAILMAN, [], accounts[::-1])


# -- limits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("removals", "entries", "admins", "refused"),
    [
        (0, 0, 0, ""),
        (1, 4, 2, ""),
        (1, 3, 2, "more than a quarter"),
        (7, 30, 2, ""),
        (8, 30, 2, "more than a quarter"),
        (1, 30, 1, "Fewer than 2"),
        (1, 0, 2, "more than a quarter"),
    ],
)
def test_the_part_that_may_be_removed_is_limited(removals: int, entries: int, admins: int, refused: str) -> None:
    said = refusal(removals=removals, entries=entries, admins_inside=admins)
    assert (refused in said, bool(said)) == (True, bool(refused))


# -- a pasted list -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("", []),
        ("Mel@Example.org", [Account("mel@example.org")]),
        ("\ufeffmel@a.org\r\n\r\n# a comment\n mia@a.org ", [Account("mel@a.org"), Account("mia@a.org")]),
        ("Mel Member <mel@example.org>", [Account("mel@example.org", "Mel Member")]),
        ("mel@example.org,Mel Member", [Account("mel@example.org", "Mel Member")]),
        ('"Member, Mel";mel@example.org', [Account("mel@example.org", "Member, Mel")]),
        ("Mel Member\tmel@example.org\tadmin", [Account("mel@example.org", "Mel Member")]),
        ("E-mail address,Name\nmel@example.org,Mel", [Account("mel@example.org", "Mel")]),
        ("Mel Member\nMEL MEMBER", [Account("mel member", "Mel Member")]),
        ("نیما می\u200cخواهم", [Account("نیما می\u200cخواهم", "نیما می\u200cخواهم")]),
        ("Re\u0301mi\u00a0Retire\u0301", [Account("rémi retiré", "Rémi Retiré")]),
        ("mel@example.org\nName", [Account("mel@example.org"), Account("name", "Name")]),
        (", ,\n", []),
        ('"Member; Mel",mel@example.org', [Account("mel@example.org", "Member; Mel")]),
        ("sep=;\nMel;mel@example.org", [Account("mel@example.org", "Mel")]),
        ("Mel <mel@a.org>, mia@a.org", [Account("mel@a.org", "Mel"), Account("mia@a.org")]),
        ("mel@a.org\u00a0\n\u00a0\n", [Account("mel@a.org")]),
        ("mel@a.org\rmia@a.org\r", [Account("mel@a.org"), Account("mia@a.org")]),
        ("login,name,tfa_enabled,saml_name_id\nmel,Mel Member,true,mel@a.org\n,,,", [Account("mel", "Mel Member")]),
        ("display_name,email,delivery_mode\nMel,mel@a.org,regular\n,,regular", [Account("mel@a.org", "Mel")]),
        ("Name\nMel Member", [Account("mel member", "Mel Member")]),
        ("Name,Mel Member", [Account("name", "Mel Member")]),
    ],
)  # fmt: skip
def test_a_list_is_read_as_people_write_it(text: str, accounts: list[Account]) -> None:
    found = pasted.read(text)
    assert (found.accounts, found.faults) == (accounts, [])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("mel@example.org\nmel@", "Line 2: “mel@” is not an address."),
        ("a b@example.org", "Line 1: “a b@example.org” is not an address."),
        ("x" * 255, "Line 1: more than 254 characters."),
        ("mel@example.org," + "x" * 255, "Line 1: more than 254 characters."),
        ("mel\x07", "Line 1: it holds characters that are not text."),
        ("mel@example.org,Mel\u202eMember", "Line 1: it holds characters that are not text."),
        ('mel@example.org\n"Mel', "Line 2: It has a quotation mark without its second."),
        ("x\n" * 5001, "It has more than 5000 lines."),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, fault: str) -> None:
    assert pasted.read(text).faults == [fault]


def test_a_cell_longer_than_any_is_no_crash() -> None:
    for text in ("x" * 200_000, '"' + "x" * 200_000):
        assert pasted.read(text).faults == ["Line 1: It is longer than any line of a list."]


# -- who is expected -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_member", "is_arriving", "has_accepted", "is_suspended", "expected"),
    [
        (True, False, False, False, "inside"),
        (True, False, False, True, "either"),  # an admin took them off by hand: they must not be asked back in
        (False, True, False, False, "either"),
        (False, True, True, False, "inside"),
        (False, True, True, True, "either"),
        (False, True, False, True, "either"),
        (False, False, False, False, "outside"),
        (False, False, False, True, "outside"),
    ],
)
def test_members_and_newcomers_who_accepted_are_expected_inside_unless_suspended(
    is_member: bool, is_arriving: bool, has_accepted: bool, is_suspended: bool, expected: str
) -> None:
    found = expectation(
        is_member=is_member, is_arriving=is_arriving, has_accepted=has_accepted, is_suspended=is_suspended
    )
    assert found == expected
