"""Logins, passwords, second factors and sign-in with GitHub."""

from typing import Any

from psrt_portal.settings.base import DEVELOPMENT, PORTAL_NAME, SITE_URL
from psrt_portal.settings.environment import env

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["members.accounts.adapters.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_ADAPTER = "members.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
#: One address at a time; a new one replaces it when its link is opened.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_FORMS = {"add_email": "members.accounts.forms.own_address.NewAddressForm"}
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "members.accounts.tokens.ResetToken"  # noqa: S105
#: The answer is the same, but nobody gets mail because somebody else typed their address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.split("://", 1)[0]
#: How long a second factor counts as fresh for a vote, a veto or a publication.
FRESH_FACTOR_SECONDS = 15 * 60
ACCOUNT_REAUTHENTICATION_TIMEOUT = FRESH_FACTOR_SECONDS
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXIES", 0, wanted="how many proxies stand in front of the portal")
MFA_FORMS = {
    "authenticate": "members.accounts.adapters.CodeForm",
    "reauthenticate": "members.accounts.adapters.CodeAgainForm",
    "login_webauthn": "members.accounts.forms.passkeys.PasskeyLoginForm",
    "authenticate_webauthn": "members.accounts.forms.passkeys.PasskeyFactorForm",
    "reauthenticate_webauthn": "members.accounts.forms.passkeys.PasskeyAgainForm",
    "add_webauthn": "members.accounts.forms.passkeys.PasskeyAddForm",
    "edit_webauthn": "members.accounts.forms.passkeys.PasskeyNameForm",
}
#: Steps of 30 seconds by which a code may be late; the forms above take none that is early, and none twice.
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "members.accounts.adapters.SecondFactorAdapter"
#: The library refuses a new address to whoever has a factor, because of strangers who sign up; here nobody does.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = PORTAL_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
SOCIALACCOUNT_ADAPTER = "members.accounts.adapters.ProviderAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
USERSESSIONS_ADAPTER = "members.accounts.adapters.SessionsAdapter"
GITHUB_CLIENT_ID = env.text("GITHUB_CLIENT_ID", "", wanted="the OAuth application's id")
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"github": {"OAUTH_PKCE_ENABLED": True, "SCOPE": ["read:user"], "APPS": []}}
if GITHUB_CLIENT_ID:
    SOCIALACCOUNT_PROVIDERS["github"]["APPS"] = [
        {
            "client_id": GITHUB_CLIENT_ID,
            "secret": env.text("GITHUB_CLIENT_SECRET", wanted="the OAuth application's secret"),
        }
    ]
