"""`manage.py add_authority SLUG NAME --administrator EMAIL`: a new county and a link for its administrator."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from schools.actions.wording import start_wording
from teams.actions.authorities import add_authority
from teams.foundation.commands import SystemCommand
from teams.foundation.errors import Refusal
from teams.foundation.tenancy import authority_scope
from teams.questionnaires.newest import start_questionnaires
from teams.rules.calendar import school_year_dates, school_year_of


class Command(SystemCommand):
    help = "Add an authority and print a link with which its administrator chooses a password and signs in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The part of every address: small letters, figures and hyphens.")
        parser.add_argument("name", help='The council, as people call it: "Hollinshire County Council".')
        parser.add_argument("--administrator", required=True, metavar="EMAIL", help="Who sets the county up.")
        parser.add_argument(
            "--la-code", default="", metavar="CODE", help="The council's number in government files: 919."
        )

    def handle(self, *args: Any, slug: str, name: str, administrator: str, la_code: str, **options: Any) -> None:
        now = timezone.now()
        if la_code and not re.fullmatch(r"[0-9]{3}", la_code):
            raise CommandError(f'"{la_code}" is not the number of a council: three figures, like 919.')
        try:
            authority, user = add_authority(
                slug, name, administrator=administrator, la_code=la_code, by=self.principal, at=now
            )
        except Refusal as refused:
            raise CommandError(refused.message) from refused
        with authority_scope(authority.pk):
            # From the first day of the school year: agreements of this year may begin before today.
            first_day, _ = school_year_dates(school_year_of(timezone.localdate(now)))
            start_wording(from_day=first_day, by=self.principal, at=now)
            start_questionnaires(by=self.principal, at=now)
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        path = reverse(
            "account_reset_password_from_key", kwargs=dict(zip(("uidb36", "key"), key.split("-", 1), strict=True))
        )
        self.stdout.write(f"{name} has the address {settings.PUBLIC_ADDRESS}/{slug}/")
        self.stdout.write(f"Sign-in link for {administrator}, good for three days: {settings.PUBLIC_ADDRESS}{path}")
