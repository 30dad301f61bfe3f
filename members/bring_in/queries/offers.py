"""Guess who is meant by a line of a list about somebody unknown; a person decides."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from members.accounts.queries.inviting import owners_of
from members.bring_in.pasted import ListLine
from members.people.models import Person
from web.validity import looks

#: How alike two GitHub names are for one to be offered for the other; 1 is the same (`difflib`).
_LIKENESS = 0.75


class Offers:
    """Everybody on record, and the owners of the addresses of a list, to be compared with its lines. Three queries."""

    def __init__(self, emails: Iterable[str]) -> None:
        self._owners = owners_of(emails)
        people = list(Person.objects.all())
        self._by_pk = {person.pk: person for person in people}
        self._by_github = {person.github.lower(): person for person in people if person.github}
        self._by_look = {look: person for person in people for look in looks(person.name)}

    def for_line(self, line: ListLine) -> Person | None:
        """Return who has a name that looks like it, that address, or a GitHub name like it; None for nobody."""
        for written in (line.name, line.github):
            for look in looks(written):
                if look in self._by_look:
                    return self._by_look[look]
        if owner := self._owners.get(line.email.lower()):
            return self._by_pk[owner]
        alike = difflib.get_close_matches(line.github.lower(), self._by_github, n=1, cutoff=_LIKENESS)
        return self._by_github[alike[0]] if alike else None
