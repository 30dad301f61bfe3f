"""Things of each kind that a policy is about, for the tests that walk through every policy of the project.

A policy whose rules depend on a thing needs an entry: its module and name, and a function from the cast to things in
every phase and relation that its rules tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from members.accounts import workflow as accounts
from members.people.permissions import Policy
from tests.architecture.source import APPS
from tests.cast import Cast, act_as
from tests.factories import make_person

ThingFactory = Callable[[Cast], list[Any]]


def every_policy() -> dict[str, Policy[Any, Any]]:
    """Return every policy of the project's apps by module and name, such as ``members.people.policy.POLICY``."""
    return {
        f"{name}.{variable}": value
        for name in sorted(_modules())
        for variable, value in vars(import_module(name)).items()
        if isinstance(value, Policy)
    }


def _modules() -> Iterator[str]:
    for app in apps.get_app_configs():
        if app.name.partition(".")[0] in APPS and find_spec(f"{app.name}.policy"):
            yield f"{app.name}.policy"


def depends_on_a_thing(policy: Policy[Any, Any]) -> bool:
    """Return whether any rule of `policy` looks at the thing to say who may act."""
    return any(rule.who.relational for rule in policy.rules)


def people(cast: Cast) -> list[Any]:
    """Return people of every kind, as the things of a policy about people."""
    return [cast.ada, cast.mel, cast.sara, cast.sam, cast.emil, cast.nora]


def invitations(cast: Cast) -> list[Any]:
    """Return an invitation that is open and one that is revoked."""
    admin = act_as(cast.ada)
    first = accounts.invite(make_person("Ina Invited"), email="ina@example.net", by=admin)
    second = accounts.invite(make_person("Ivo Invited"), email="ivo@example.net", by=admin)
    return [first, accounts.revoke(second, by=admin)]


#: The things of each policy, by its name in `every_policy`.
THINGS: dict[str, ThingFactory] = {
    "members.accounts.policy.INVITATIONS": invitations,
    "members.accounts.policy.POLICY": people,
    "members.boarding.policy.POLICY": people,
    "members.channels.policy.POLICY": people,
    "members.documents.policy.POLICY": people,
    "members.drift.policy.POLICY": people,
    "members.inactivity.policy.POLICY": people,
    "members.people.policy.POLICY": people,
}
