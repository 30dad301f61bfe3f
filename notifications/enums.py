"""The kinds of mail, their topics, and the rhythms in which it may come."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


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
    INBOX_ANSWER = "inbox-answer"
    INBOX_FILED = "inbox-filed"
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


class Rhythm(models.TextChoices):
    """How soon somebody wants the mail of one topic."""

    AT_ONCE = "now", "At once"
    DAILY = "daily", "Daily"
    OFF = "off", "Off"


class Topic(models.TextChoices):
    """What a mail is about, as far as people can choose: a row of the page of notifications each."""

    EMERGENCIES = "emergencies", "Emergencies"
    ACCOUNT = "account", "Your account"
    POWER = "power", "Acts of power"
    VOTES = "votes", "Votes"
    NOMINATIONS = "nominations", "Nominations"
    REPORTS = "reports", "Reports you coordinate"
    WORK = "work", "Work that waits for you"
    COMMENTS = "comments", "Comments on your nominations"
    NEW_REPORTS = "new_reports", "New reports and drafts"
    NEWS = "news", "Team news"
