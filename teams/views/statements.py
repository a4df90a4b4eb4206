"""What anybody may read about the product: privacy, accessibility, cookies. For who works here: help, what is new."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from teams.foundation.access import COUNCIL_ROLES
from teams.foundation.views import OpenPage, Page
from teams.views.drafts import DONE_COOKIE


class PrivacyPage(OpenPage):
    template = "teams/about/privacy.html"


class AccessibilityPage(OpenPage):
    template = "teams/about/accessibility.html"


class CookiesPage(OpenPage):
    """By the names that this installation gives them."""

    template = "teams/about/cookies.html"

    def facts(self) -> dict[str, Any]:
        return {
            "session": settings.SESSION_COOKIE_NAME,
            "csrf": settings.CSRF_COOKIE_NAME,
            "device": settings.DEVICE_COOKIE_NAME,
            "draft_done": DONE_COOKIE,
        }


class HelpPage(Page):
    """By the hats that somebody wears: what is on the first page, and how the usual things are done."""

    template = "teams/help.html"
    by_policy = True

    def facts(self) -> dict[str, Any]:
        return {"roles": self.principal.roles, "is_council": self.principal.has(*COUNCIL_ROLES)}


class WhatsNewPage(Page):
    """What has changed, newest first."""

    template = "teams/whats_new.html"
    by_policy = True
