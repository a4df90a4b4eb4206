"""Who may come in, and what a page may do. Closed unless opened."""

import os

from csp.constants import NONE, SELF

from config.sign_in import providers

SECRET_KEY = os.environ.get("SECRET_KEY", "")
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

# guardian's backend stays out: it knows no dates, so the policies read its rows themselves (docs/decisions/0004).
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "teams.foundation.passwords.NotGuessable"},
]

LOGIN_URL = "/accounts/login/"  # a literal: sign-in lives outside every authority, and reverse() would add its slug
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "teams.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
# Asked for, though nobody unknown is written to: our adapter hands over nothing in the same time (teams/accounts.py).
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # else it is the address of the machine
# allauth's own asks for the addresses of an account that is there: who has one would be told by how long it takes.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# Codes a day: five tries for each of them are a chance of one in ten thousand, however patient the guesser is.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,60/m/ip", "request_login_code": "5/10m/ip,3/10m/key,20/d/key"}
ACCOUNT_FORMS = {
    "login": "teams.accounts.SignInForm",
    "reauthenticate": "teams.accounts.PasswordAgainForm",
    "reset_password": "teams.accounts.ForgottenPasswordForm",
    "reset_password_from_key": "teams.accounts.NewPasswordForm",
    "change_password": "teams.accounts.ChangePasswordForm",
    "set_password": "teams.accounts.SetPasswordForm",
    "request_login_code": "teams.accounts.AskForCodeForm",
    "confirm_login_code": "teams.accounts.EnterCodeForm",
    "add_email": "teams.accounts.AddAddressForm",
}
MFA_FORMS = {
    "authenticate": "teams.accounts.AuthenticateForm",
    "reauthenticate": "teams.accounts.CodeAgainForm",
    "activate_totp": "teams.accounts.ActivateCodesForm",
    "deactivate_totp": "teams.accounts.DeactivateCodesForm",
    "generate_recovery_codes": "teams.accounts.RecoveryCodesForm",
}
MFA_TOTP_ISSUER = "Alongside"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# allauth keeps codes from an app from who has not proved the address, for a stranger could sign up as somebody else.
# Nobody signs up here: who is in was let in at that address, and is not sent back from the page that they were sent to.
MFA_ALLOW_UNVERIFIED_EMAIL = True
SIGN_IN_PROVIDERS = providers(os.environ.get("SIGN_IN_PROVIDERS", ""), os.environ)
SOCIALACCOUNT_ADAPTER = "teams.council_accounts.CouncilAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds; a provider that is slower is down
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "0"))

# 1 while a new version is brought in: everybody reads that it will soon be back, and nothing is asked of the database.
MAINTENANCE = os.environ.get("MAINTENANCE", "0") == "1"

SESSION_ENGINE = "django.contrib.sessions.backends.db"  # revocable, and survives the loss of Valkey
SESSION_COOKIE_AGE = int(os.environ.get("SESSION_HOURS", "8")) * 60 * 60  # from signing in, whatever is done meanwhile
SESSION_IDLE_SECONDS = int(os.environ.get("SESSION_IDLE_MINUTES", "120")) * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
DEVICE_COOKIE_NAME = "alongside_device"  # remembers a mailbox that was shown (teams/foundation/links.py)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "teams.foundation.views.csrf_failure"

# The one hash is GOV.UK's own inline line ("js-enabled"). Nothing else may stand inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, "'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='"],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")  # who has it may read /metrics; without one there is no such page
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT", "")  # an address for /.well-known/security.txt

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["teams.foundation.api.doors.Nobody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["teams.foundation.api.doors.BySession"],
    "DEFAULT_SCHEMA_CLASS": "teams.foundation.api.schema.Schema",
    "EXCEPTION_HANDLER": "teams.foundation.api.refusals.answer_to",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
}
# Requests a minute: of one token or one person, of one address, and with a token that opens nothing.
API_RATES = {"asker": 600, "address": 1200, "refused": 30}
# docs/openapi.yaml, written by `manage.py spectacular --file docs/openapi.yaml` and compared in tests/api.
SPECTACULAR_SETTINGS = {
    "TITLE": "Alongside",
    "VERSION": "1",
    "OAS_VERSION": "3.0.3",
    "DESCRIPTION": "What programs may read and change of one authority. How to begin stands in docs/api.md.",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Party": "schools.models.signatures.Party",
        "SchoolStatus": "schools.models.schools.School.Status",
        "PlacementStatus": "schools.models.placements.Placement.Status",
        "AgreementStatus": "schools.models.agreements.Agreement.Status",
        "RunStatus": "reports.models.documents.DocumentRun.Status",
    },
    "SERVERS": [
        {
            "url": "{address}/{authority}",
            "variables": {
                "address": {"default": "https://alongside.example", "description": "Where the product is reached"},
                "authority": {"default": "fenshire", "description": "The authority's part of the address"},
            },
        }
    ],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "teams.foundation.api.schema.finish",
    ],
}
