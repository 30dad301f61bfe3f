"""The team's rules; meaning, default and source of each stand in nominations/defaults.py."""

from django.core.exceptions import ImproperlyConfigured

from nominations import defaults
from psrt_portal.settings.base import DEVELOPMENT
from psrt_portal.settings.environment import env

VOTING_PERIOD_HOURS = env.hours("VOTING_PERIOD_HOURS", defaults.VOTING_PERIOD.value)
VOTE_THRESHOLD = env.fraction("VOTE_THRESHOLD", defaults.THRESHOLD.value)
VOTE_BASE = env.choice("VOTE_BASE", defaults.BASE.value, ["yes_no", "cast", "entitled"])
LOW_TURNOUT = env.fraction("LOW_TURNOUT", defaults.LOW_TURNOUT.value)
EXTENSION_MAX_HOURS = env.hours("EXTENSION_MAX_HOURS", defaults.EXTENSION.value)
VETO_WINDOW_HOURS = env.hours("VETO_WINDOW_HOURS", defaults.VETO_WINDOW.value)
CONSENT_DAYS = env.days("CONSENT_DAYS", defaults.CONSENT.value)
RENOMINATION_WAIT_DAYS = env.days("RENOMINATION_WAIT_DAYS", defaults.RENOMINATION.value, least=0)
if not DEVELOPMENT and defaults.VOTING_PERIOD.value > VOTING_PERIOD_HOURS:
    raise ImproperlyConfigured(
        "VOTING_PERIOD_HOURS is less than PEP 811's one week: set it to 168 or more, or leave it out. "
        "Only DEPLOYMENT=development takes a shorter one."
    )
if not DEVELOPMENT and defaults.is_below(VOTE_THRESHOLD, defaults.THRESHOLD.value):
    raise ImproperlyConfigured(
        "VOTE_THRESHOLD is less than PEP 811's two thirds: set it to 2/3 or more, or leave it out. "
        "Only DEPLOYMENT=development takes a smaller part."
    )
RETURN_BY_DECISION = env.flag("RETURN_BY_DECISION", defaults.RETURN.value)
#: Ours: how long an invitation by mail stays valid.
INVITATION_DAYS = env.days("INVITATION_DAYS", 14)
#: Ours; PEP 811 is silent: how long before the inactivity review those concerned are told.
YEARLY_NOTICE_DAYS = env.days("YEARLY_NOTICE_DAYS", 14)
