"""What people type into this app, by what it is about."""

from members.forms.inviting import AcceptForm, InviteForm, PasskeyLoginForm

__all__ = ["AcceptForm", "InviteForm", "PasskeyLoginForm"]
