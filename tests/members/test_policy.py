"""What people are today, and what they may do about invitations."""

from __future__ import annotations

from members.policy import ANONYMOUS, Action, allowed
from tests.cast import Cast, act_as


def test_actions_on_invitations_belong_to_admins_only(cast: Cast) -> None:
    everybody = [*cast.members, cast.sam, cast.emil, cast.olga]
    may = {person.name for person in everybody if allowed(act_as(person))}
    assert may == {"Ada Admin", "Abel Admin"}
    assert allowed(ANONYMOUS) == frozenset()
    assert allowed(act_as(cast.ada)) == {Action.SEE_INVITATIONS, Action.INVITE}
