"""Show the account behind a GitHub name on the pages of upper apps."""

from __future__ import annotations

from django import template

from members.github_accounts.pages import shown
from members.people.models import Person

register = template.Library()


@register.inclusion_tag("github_accounts/_account.html")
def github_account(person: Person) -> dict[str, object]:
    """Render what is known of the account of `person`. One query, none where `github_lookup` is joined."""
    return shown(person)
