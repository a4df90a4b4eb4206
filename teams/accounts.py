"""Signing in, over django-allauth: closed to strangers, in plain English, drawn by our own forms.

Council staff sign in with e-mail and password, and may add codes from an authenticator app. People at schools choose no
password: they are sent a code. Accounts are made by the product, never by signing up.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.base import forms as codes
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from kombu.exceptions import OperationalError

from teams.foundation import account_mail, providers, sessions, tries
from teams.foundation.forms import FormManners, Text
from teams.tasks import note_sign_in, send_account_mail

logger = logging.getLogger(__name__)

LOGIN_CODE_FIGURES = 6
NOBODY_THERE = "account/email/unknown_account"  # allauth's mail to an address that it does not know: never sent
LIKE_OTHERS = "account/email/login_code"  # written in its place, for the time that it takes, and thrown away
FRESH_SECONDS = 10 * 60
ADDRESS_IS_KEPT_BY_OTHERS = (
    "Your e-mail address is changed by the person who looks after accounts at your council, so that nobody can take "
    "your place. Ring or write to them."
)
LONG_ENOUGH = "At least 12 characters. Three words that you can remember are good."


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks the product: who may sign up, how a code looks, when to ask again."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed. Ask the person who looks after accounts at your council.",
        "cannot_remove_primary_email": ADDRESS_IS_KEPT_BY_OTHERS,
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "enter_current_password": "This is not your password now. Type it again.",
        "incorrect_code": "This is not the code that we sent. Check the newest e-mail and type its six figures.",
        "incorrect_password": "The password is not right. Type it again.",
        "invalid_login": "The e-mail address or the password is not right. Check both and try again.",
        "invalid_or_expired_key": "This link is too old or was used before. Ask for a new one.",
        "invalid_password_reset": "This link is too old or was used before. Ask for a new one.",
        "rate_limited": "That was asked for too often. Wait 10 minutes, then try again.",
        "too_many_login_attempts": "Too many tries. Wait 10 minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The front door: it knows the authorities of the person and sends them on. A literal, outside every one."""
        return "/"

    def login(self, request: HttpRequest, user: Any) -> None:
        """Who came through an authority's own provider is in that authority, and in no other; the proof is as old as
        the provider says, for it lets in without a question whoever is signed in there.
        """
        super().login(request, user)
        request.session.pop(sessions.ONLY, None)
        for record in get_authentication_records(request, user):
            if record["method"] == "socialaccount":
                record["at"] = getattr(request, "proved_at", None) or record["at"]
                provider = providers.by_id(record["provider"])
                request.session[sessions.ONLY] = provider.authority if provider else ""

    def generate_login_code(self) -> str:
        """Six figures, easy to carry from a mail to a phone. Tries and mails are counted (settings/security.py)."""
        return f"{secrets.randbelow(10**LOGIN_CODE_FIGURES):0{LOGIN_CODE_FIGURES}d}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """To a worker, whether the address is known or not: no mail, and no waiting, tells who has an account.

        Without the queue a mail goes from here, for people sign in without Valkey too.
        """
        is_for_somebody = template_prefix != NOBODY_THERE
        facts = {"request": self.request, "email": email, "current_site": get_current_site(self.request)}
        prefix, facts = (template_prefix, facts | context) if is_for_somebody else (LIKE_OTHERS, facts | {"code": ""})
        written = self.render_mail(prefix, email, facts)
        message = written if is_for_somebody else None
        try:
            if settings.ACCOUNT_MAIL_BY_WORKER:
                send_account_mail.delay(account_mail.seal(message))
                return
        except OperationalError:
            logger.warning("the queue is down: a mail about a sign-in goes from the page")
        if message is not None:
            message.send(fail_silently=True)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within ten minutes of signing in: allauth would ask for the password again seconds after it was typed."""
        signed_in = [record["at"] for record in get_authentication_records(self.request, self.request.user)]
        if signed_in and timezone.now().timestamp() - max(signed_in) < FRESH_SECONDS:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


class SecondStep(FormManners):
    """A form about codes from an authenticator app, with plain words where allauth would put its own."""

    WORDS: ClassVar = {
        "cannot_delete_authenticator": "Your council asks for codes. They cannot be turned off here.",
        "cannot_generate_recovery_codes": "Set up your authenticator app first. Spare codes come with it.",
        "incorrect_code": "This code is not right, or was used already. Wait for the next one in your app and type it.",
        "rate_limited": "Too many tries. Wait 5 minutes, then try again.",
    }

    def add_error(self, field: str | None, error: Any) -> None:
        code = getattr(error, "code", None)
        super().add_error(field, ValidationError(self.WORDS[code], code=code) if code in self.WORDS else error)


class SignInForm(FormManners, account.LoginForm):
    """Council staff: e-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self, "login", "E-mail address", "Enter your e-mail address")
        _ask(self, "password", "Password", "Enter your password")


class PasswordAgainForm(FormManners, account.ReauthenticateForm):
    """The password once more, before something that guards the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self, "password", "Password", "Enter your password")


class ForgottenPasswordForm(FormManners, account.ResetPasswordForm):
    """Where to send the link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self, "email", "E-mail address", "Enter your e-mail address")


class NewPasswordForm(FormManners, account.ResetPasswordKeyForm):
    """A new password, by the link from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_new_password(self)


class ChangePasswordForm(FormManners, account.ChangePasswordForm):
    """A new password in place of the one now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self, "oldpassword", "Your password now", "Enter your password now")
        _ask_for_new_password(self)


class SetPasswordForm(FormManners, account.SetPasswordForm):
    """A first password, for somebody who has signed in by codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_new_password(self)


class AskForCodeForm(FormManners, account.RequestLoginCodeForm):
    """People at schools: an address that a code is sent to. Whether it is known is not said here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self, "email", "E-mail address", "Enter your e-mail address")


class EnterCodeForm(FormManners, account.ConfirmLoginCodeForm):
    """The six figures from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, "Code", "Six figures, from the newest e-mail")

    def clean_code(self) -> str:
        """A wrong one is written down; the same work where nobody has the address, as in teams/receivers.py."""
        stage = context.request._login_stage
        try:
            if not tries.one_more(context.request, f"sign-in:{stage.state['email']}:{stage.state['at']}"):
                raise get_adapter().validation_error("too_many_login_attempts")
            return str(super().clean_code())
        except ValidationError:
            user = stage.login.user
            note_sign_in.nudge(user.pk if user else 0, False)
            raise


class AddAddressForm(FormManners, account.AddEmailForm):
    """Nobody adds an address to their own account: a signature by link would follow it."""

    def clean_email(self) -> str:
        raise ValidationError(ADDRESS_IS_KEPT_BY_OTHERS, code="kept_by_others")


class AuthenticateForm(SecondStep, codes.AuthenticateForm):
    """The second step of signing in: a code from the app, or a spare one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, "Code", "6 figures from your authenticator app, or one of your spare codes")


class CodeAgainForm(SecondStep, codes.ReauthenticateForm):
    """A code once more, before something that guards the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, "Code", "6 figures from your authenticator app, or one of your spare codes")


class ActivateCodesForm(SecondStep, ActivateTOTPForm):
    """The first code from the app shows that it is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, "Code from the app", "6 figures; they change every 30 seconds")


class DeactivateCodesForm(SecondStep, DeactivateTOTPForm):
    """No boxes: one press."""


class RecoveryCodesForm(SecondStep, GenerateRecoveryCodesForm):
    """No boxes: one press."""


def _ask(form: Any, name: str, label: str, missing: str, hint: str = "") -> None:
    """Our words on a field of allauth's; its placeholders and its links inside hints go."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages = field.error_messages | {"required": missing}
    field.widget.attrs.pop("placeholder", None)


def _ask_for_new_password(form: Any) -> None:
    _ask(form, "password1", "New password", "Enter a new password", hint=LONG_ENOUGH)
    _ask(form, "password2", "New password again", "Enter the new password again")


def _ask_for_code(form: Any, label: str, hint: str) -> None:
    _ask(form, "code", label, "Enter the code", hint=hint)
    form.fields["code"].widget = Text({"autocomplete": "one-time-code", "inputmode": "numeric"}, width=10)
