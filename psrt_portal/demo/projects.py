"""A project that an admin has added, one that another CNA covers, and a draft of the next version of the policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from advisories.projects import queries, workflow
from audit import clock
from members.people.models import Person
from members.people.policy import Actor, actor_of

_DAY = timedelta(days=1)
_NOTHING: dict[str, object] = {
    "repository": "", "purl": "", "vendor": "", "product": "", "platforms": "", "is_covered": False, "cna_name": "",
    "cna_url": "", "contact": "", "policy_url": "", "advisory_form": "", "is_offered": False,
}  # fmt: skip
_FACTS = {
    "website": {"name": "python.org", "repository": "python/pythondotorg", "is_offered": True, "position": 30},
    "installer": {
        "name": "Invented installer",
        "repository": "example/installer",
        "cna_name": "Example CNA",
        "cna_url": "https://cna.example.org/",
        "contact": "security@installer.example.org",
        "position": 40,
    },
}
_RULE = """
### A finding of a scanner {scanner: discard}

A list that a scanner made, without a way to use what it lists, is no report.
"""


class ProjectHistory:
    """Play what admins did about projects and the policy."""

    def __init__(self, people: Mapping[str, Person], now: datetime) -> None:
        self.people = people
        self.now = now

    def play(self) -> None:
        """Add two projects, and begin the next version of the policy."""
        for slug, facts in _FACTS.items():
            with clock.pretend(self.now - 20 * _DAY):
                workflow.add_project(slug, {**_NOTHING, **facts}, by=self._admin("ada"))
        with clock.pretend(self.now - 2 * _DAY):
            text = queries.newest_policy().text + _RULE
            workflow.save_policy_draft(text, "Lists made by scanners.", revision=0, by=self._admin("bruno"))

    def _admin(self, name: str) -> Actor:
        return actor_of(self.people[name], self.now.date())
