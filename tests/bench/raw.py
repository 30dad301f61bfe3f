"""The measure for ballots: the statements of one `workflow.cast`, and nothing but them, through psycopg."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection
from psycopg import Binary

from members.people.policy import Actor
from nominations import sealing, workflow
from nominations.models import Vote
from nominations.tally import Choice

Statement = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Recording:
    """The statements of one voter's ballot."""

    vote: UUID
    slot: UUID
    public_key: bytes
    statements: list[Statement]
    made: frozenset[UUID]
    """Ids of the rows that this ballot added: every ballot needs its own."""

    def play(self, database: psycopg.Connection[Any], choice: Choice) -> None:
        """Repeat the statements in one transaction, with new ids and a new seal."""
        ballot = sealing.OpenBallot(choice, sealing.new_receipt())
        sealed = sealing.seal(ballot, public_key=self.public_key, vote=self.vote, slot=self.slot)
        new = {old: uuid4() for old in self.made}
        with database.transaction():
            for sql, values in self.statements:
                cursor = database.execute(sql, [_renewed(value, new, sealed) for value in values])
                if cursor.description:
                    cursor.fetchall()


def _renewed(value: Any, new: dict[UUID, UUID], sealed: bytes) -> Any:
    if isinstance(value, UUID):
        return new.get(value, value)
    return sealed if _is_sealed(value) else value


def _is_sealed(value: Any) -> bool:
    return isinstance(value, Binary) and len(value.obj) == sealing.SEALED_BYTES


def record(vote: Vote, by: Actor) -> Recording:
    """Cast a ballot and keep every statement with its values."""
    statements: list[Statement] = []

    def listen(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:
        if many:
            raise RuntimeError(f"a ballot sends many rows at once, and the bench cannot play that: {sql}")
        statements.append((sql, tuple(values or ())))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(listen):
        workflow.cast(vote, Choice.ABSTAIN, by=by)
    if sum(_is_sealed(value) for _, values in statements for value in values) != 1:
        raise RuntimeError("the sealed ballot was not found among the values of one cast")
    inserts = [values for sql, values in statements if sql.startswith("INSERT")]
    made = frozenset(value for values in inserts for value in values if isinstance(value, UUID))
    slot = vote.roll.get(person=by.person).pk
    return Recording(vote.pk, slot, bytes(vote.public_key), statements, made)
