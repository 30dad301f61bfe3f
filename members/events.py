"""What can happen to people, memberships, documents and channels, as the audit log names it.

The target is the row it happened to; a comment says which, where that is not plain.
"""

from enum import StrEnum


class MemberEvent(StrEnum):
    # -- people, logins, periods
    ACCOUNT_NOTED = "person:account_noted"  # the person; in which channel stands in the data
    GITHUB_RENAMED = "person:github_renamed"
    INVITATION_ACCEPTED = "invitation:accepted"
    INVITATION_REVOKED = "invitation:revoked"
    INVITED = "invitation:sent"
    LOGIN_CHANGED = "login:changed"
    MEMBERSHIP_BEGAN = "membership:began"
    MEMBERSHIP_CORRECTED = "membership:corrected"
    MEMBERSHIP_ENDED = "membership:ended"
    MEMBERSHIP_RECORDED = "membership:recorded"  # one from before the portal
    OWN_DATA_EXPORTED = "person:exported"
    PERSON_ADDED = "person:added"
    PERSON_CORRECTED = "person:corrected"
    PREFERENCES_CHANGED = "person:preferences_changed"
    ROLE_BEGAN = "role:began"
    ROLE_ENDED = "role:ended"  # the person
    ROSTER_IMPORTED = "roster:imported"
    SIGNED_IN = "login:signed_in"
    # -- documents
    DOCUMENT_PUBLISHED = "document:published"
    RESPONSIBILITIES_ACCEPTED = "document:accepted"  # the acceptance
    ACCEPTANCE_REMINDED = "document:reminded"  # the version
    # -- on the way in
    ONBOARDING_BEGAN = "onboarding:began"
    ONBOARDING_STEP = "onboarding:step"
    ONBOARDING_COMPLETED = "onboarding:completed"
    ONBOARDING_CANCELLED = "onboarding:cancelled"
    ONBOARDING_REMINDED = "onboarding:reminded"
    # -- on the way out
    OFFBOARDING_BEGAN = "offboarding:began"
    OFFBOARDING_STEP = "offboarding:step"
    OFFBOARDING_FINISHED = "offboarding:finished"
    OFFBOARDING_REMINDED = "offboarding:reminded"
    SUSPENDED = "suspension:began"
    SUSPENSION_ENDED = "suspension:ended"
    # -- channels and drift
    CHANNEL_SAVED = "channel:saved"
    CHANNEL_RETIRED = "channel:retired"
    DRIFT_CHECK_REQUESTED = "drift:requested"
    DRIFT_CHECKED = "drift:checked"
    DRIFT_CHANGED = "drift:changed"  # checked, and it found something else than the check before
    DRIFT_APPLY_CONFIRMED = "drift:apply_confirmed"
    DRIFT_CHANGE_MADE = "drift:change_made"
    DRIFT_CHANGE_FAILED = "drift:change_failed"
    # -- the yearly report
    YEARLY_ANNOUNCED = "yearly:announced"
    YEARLY_NOTICED = "yearly:noticed"  # the entry
    YEARLY_REMINDED = "yearly:reminded"  # the entry
    YEARLY_ANSWERED = "yearly:answered"  # the entry
    YEARLY_GENERATED = "yearly:generated"
    YEARLY_SENT = "yearly:sent"
    YEARLY_DECIDED = "yearly:decided"  # the decision
