"""Accounts. A user is global: an e-mail address and a password. Names and posts belong to the authority's own rows."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """An account; without a password it can come in by code or link alone."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def for_address(self, email: str) -> User:
        """The account of this address, made silently where there is none (journeys 0, rule 10).

        A closed one is not opened again by its address alone: mailboxes change hands.
        """
        closed = self.filter(email=email.lower(), is_active=False).first()
        if closed is not None:
            closed.give_up_address()
        return self.get_or_create(email=email.lower(), defaults={"password": make_password(None)})[0]


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. There are no superusers: `is_superuser` would pass every closed door."""

    email = models.EmailField("e-mail address", unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_superuser=False), name="teams_user_no_superuser"),
            models.UniqueConstraint(Lower("email"), name="teams_user_email_any_case"),
        ]

    def __str__(self) -> str:
        return self.email

    def move_to(self, email: str) -> None:
        """Another mailbox: whoever reads the old one gets in no more, by nothing that was set up through it."""
        self.forget_ways_in()
        self.email = email
        self.save(update_fields=["email"])

    def forget_ways_in(self) -> None:
        """Its mailbox alone opens it: password, codes from an app and council accounts of before are forgotten.

        Somebody else may have set them up: who had the mailbox before, or got an invitation by a mistyped address.
        """
        for label in ("account.EmailAddress", "socialaccount.SocialAccount", "mfa.Authenticator"):
            apps.get_model(label).objects.filter(user=self).delete()
        self.set_unusable_password()
        self.save(update_fields=["password"])

    def give_up_address(self) -> None:
        """Close it for good: whoever gets its address begins anew, and nothing that opened it opens anything."""
        self.move_to(f"closed-{self.pk}@accounts.invalid")
        self.is_active = False
        self.save(update_fields=["is_active"])
