"""The kinds of mail, and what a route says of one: the columns of the table in `routes`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from audit.models import Event
from members.people.permissions import Who
from members.people.policy import MEMBER
from notifications.contents.facts import Facts, no_facts
from notifications.recipients import Audience


class Mail(StrEnum):
    """The kinds of mail: each is a folder of templates/emails."""

    ACCESS_CHANGED = "access-changed"
    ADDRESS_CHANGE = "address-change"
    ADVISORY_PUBLISHED = "advisory-published"
    ANNOUNCEMENT = "announcement"
    ATTENTION = "attention"
    AUDIT_ALARM = "audit-alarm"
    BALLOT_RECORDED = "ballot-recorded"
    CHECKPOINT = "checkpoint"
    COUNCIL_DECISION = "council-decision"
    INVITATION = "invitation"
    KEY_OFFICE = "key-office"
    LOGIN_NEWS = "login-news"
    LOGIN_WATCH = "login-watch"
    MAIL_RESUMED = "mail-resumed"
    NOMINATION_DECIDED = "nomination-decided"
    NOMINEE_ASKED = "nominee-asked"
    ONBOARDING = "on-the-way-in"
    PRIVATE_NEWS = "private-news"
    RECORD_CHANGED = "record-changed"
    REPORT_RECEIVED = "report-received"
    RESET_ASKED = "reset-asked"
    RESET_DONE = "reset-done"
    RESTORED = "restored"
    SECOND_FACTOR = "second-factor"
    TEAM_WATCH = "team-watch"
    THANKS = "thanks"
    VETO_WINDOW = "veto-window"
    VOTE_CLOSED = "vote-closed"
    VOTE_EXTENDED = "vote-extended"
    VOTE_OPEN = "vote-open"
    VOTE_REMINDER = "vote-reminder"
    WELCOME = "welcome"
    YEARLY_NOTICE = "yearly-notice"
    YEARLY_SENT = "yearly-sent"


@dataclass(frozen=True)
class Route:
    """One kind of mail about one kind of event."""

    mail: Mail
    audience: Audience
    link: Callable[[Event], str]
    """The thing's own path on this site; a secret one for people without a login."""
    facts: Callable[[Event], Facts] = no_facts
    """Everything that the templates may say."""
    opens_for: Who = MEMBER
    """The condition on an event for being led on from ``/notices/<uuid>/``, besides having been told.

    Taken from the policy of the page behind the link, unless that is public."""
    is_direct: bool = False
    """The mail carries the thing's own address: it is public, or its reader has no login."""
    is_plain: bool = False
    """Plain text only, without an HTML part."""

    is_from_outside: bool = False
    """Strangers cause it, as often as they like: after some in a row the next ones go out in one mail."""
