"""The facts from other tables that decide how far a running checklist is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChecklistFacts:
    """The facts about one checklist at one moment, as `ChecklistQuerySet.with_facts` reads them."""

    has_complete_login: bool
    """The person can sign in with a second factor."""
    is_unconfirmed: bool
    """A second person has to confirm the address of the invitation or of the login first."""
    is_reachable: bool
    """The person has an active login or an open invitation, so that the next step can be theirs."""
    belongs: bool
    """The person is a member today (UTC) or is being onboarded."""
    open_work: int
    """The number of things the person is still responsible for."""
    unticked: tuple[str, ...]
    """The channels that are not ticked off, without the portal's own login."""
    invited: tuple[str, ...]
    """Those of them to which the person is invited and has not come yet."""
    contradicted: tuple[str, ...]
    """The ticked channels in which the newest check found otherwise."""

    @property
    def waits_for_invited(self) -> bool:
        """Return whether nothing is open but invitations to channels, which the person accepts."""
        is_invited = bool(self.unticked) and set(self.unticked) <= set(self.invited)
        return is_invited and not self.contradicted and not self.is_unconfirmed
