"""What a kind of channel says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class FirstChannel:
    """The one channel of its kind, with which every installation starts. The instructions are Markdown."""

    name: str
    position: int
    to_let_in: str
    to_let_out: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of channel, and so of a step on checklists. An admin ticks the step, and a check may confirm it."""

    value: str
    """What the database keeps, at most 10 characters."""
    label: str
    first: FirstChannel | None
    """The channel that is written when the tables are made; None only where admins add the channels."""
    account_help: str = ""
    """What is to be written to note somebody's account; empty where no accounts are noted."""
    validators: tuple[Callable[[str], None], ...] = ()
    """Raise Django's `ValidationError` for what cannot be an account."""
    lists_addresses: bool = False
    """Whether the address of the login stands for somebody whose account is not noted."""
    lists_names: bool = False
    """Whether their own name or that on GitHub may stand for them as well."""

    @property
    def order(self) -> int:
        """Return the place among the kinds; a kind without a first channel comes last."""
        return self.first.position if self.first else 1000

    def usual_account(self, name: str, address: str, *, by_address: bool = True) -> str:
        """Return what somebody would be called in a channel in which nothing is noted of them; empty: unknown.

        `by_address` says whether a list that may hold either holds addresses or names.
        """
        if self.lists_addresses and (by_address or not self.lists_names):
            return address
        return name if self.lists_names else ""

    def names(self, *, address: str | None, github: str, name: str) -> list[str]:
        """Return what may stand for somebody in a channel beside their noted account; none is empty."""
        found = [address] if self.lists_addresses else []
        found += [github, name] if self.lists_names else []
        return [word for word in found if word]
