"""Signing in while somebody closes the login, and one code typed twice at once, with real transactions."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from members.accounts import workflow
from members.accounts.models import User
from members.accounts.sessions import contents_of
from members.people.models import Suspension
from tests.cast import act_as, assemble
from tests.members.accounts.signing_in import code, give_app, type_code, type_password
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in() -> int:
    return sum(SESSION_KEY in contents_of(row) for row in Session.objects.all())


@pytest.mark.parametrize("sign_in_first", [False, True])
def test_a_sign_in_at_the_moment_of_a_suspension_leaves_no_session(sign_in_first: bool) -> None:
    cast = assemble()
    give_app(cast.mel)
    client = type_password(cast.mel)

    def finish() -> str:
        return str(type_code(client, code())["Location"])

    def suspend() -> Suspension:
        return workflow.suspend(cast.mel, "A lost laptop.", by=act_as(cast.ada))

    order = (finish, suspend) if sign_in_first else (suspend, finish)
    results = dict(zip(order, race(*order), strict=True))
    assert isinstance(results[suspend], Suspension)
    assert results[finish] == ("/dashboard/" if sign_in_first else "/accounts/login/")
    assert signed_in() == 0
    workflow.end_suspension(Suspension.objects.get(), "Found.", by=act_as(cast.abel))
    assert client.get("/dashboard/").status_code == 302


def test_a_sign_in_at_the_moment_of_a_new_password_leaves_no_session() -> None:
    cast = assemble()
    give_app(cast.mel)
    client, user = type_password(cast.mel), User.objects.get(person=cast.mel)
    race(lambda: workflow.change_password(user, "another long password"), lambda: type_code(client, code()))
    assert signed_in() == 0
    assert client.get("/dashboard/").status_code == 302


def test_of_one_code_typed_twice_at_once_one_signs_in() -> None:
    cast = assemble()
    give_app(cast.mel)
    factor, typed = Authenticator.objects.get(user=cast.mel.user), code()
    assert race(lambda: workflow.spend_code(factor, typed), lambda: workflow.spend_code(factor, typed)) == (True, False)
