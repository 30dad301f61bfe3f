"""The first admins' way in: an invitation from the server's command line."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from members.accounts.models import Invitation
from tests.cast import Cast


def invite(person: str, email: str) -> str:
    """The output of the command."""
    out = StringIO()
    call_command("invite_member", person, email, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("person", ["NORA", "nora-nominee"])
def test_the_printed_link_opens_the_page_of_the_invited(cast: Cast, person: str) -> None:
    link = invite(person, "nora@example.org").splitlines()[-1]
    page = Client().get("/" + link.split("/", 3)[3])
    assert (page.status_code, b"Nora Nominee" in page.content) == (200, True)


@pytest.mark.parametrize(
    ("person", "email", "reason"),
    [
        ("nobody", "n@example.org", "Nobody is known as nobody"),
        ("nora", "nonsense", "nonsense is no e-mail address"),
        ("mel", "new@example.org", "Mel Member has a login already"),
        ("nora", "mel@example.org", "belongs to another login"),
    ],
)
def test_a_faulty_invitation_is_refused_with_a_sentence(cast: Cast, person: str, email: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        invite(person, email)
    assert Invitation.objects.count() == 0
