"""A nomination in every phase, which costs two seconds by the verbs: built once for the tests of a module."""

from __future__ import annotations

from dataclasses import dataclass

from nominations.models import Nomination, Phase
from tests.cast import Cast, assemble
from tests.factories import give_logins, make_person
from tests.nominations import factories


@dataclass(frozen=True)
class Phases:
    """The cast, and a nomination in each phase of somebody who has a login."""

    cast: Cast
    nominations: dict[Phase, Nomination]

    def __getitem__(self, phase: Phase) -> Nomination:
        """Return the nomination in `phase` as it is in the database now."""
        return factories.fresh(self.nominations[phase])


def build_phases() -> Phases:
    """Write the cast and the nominations into the database."""
    cast = assemble()
    nominees = {phase: make_person(f"{phase.value.title()} Nominee", github="") for phase in Phase}
    give_logins(list(nominees.values()))
    return Phases(cast, {phase: factories.make(phase, cast, nominees[phase]) for phase in Phase})
