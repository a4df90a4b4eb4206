"""One flat list of addresses. The middleware takes `/<authority>` off and `reverse` puts it back."""

from django.conf import settings
from django.urls import include, path

from config import metrics, views
from teams.views import code_again, council_accounts, mail, statements, time_out

urlpatterns = [
    # Outside every authority.
    path("", views.front_door, name="front_door"),
    path("health", views.health, name="health"),
    path("ready", views.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("mail/status/", mail.mail_status, name="mail_status"),
    path("accounts/about/privacy/", statements.PrivacyPage.as_view(), name="privacy_outside"),
    path("accounts/about/accessibility/", statements.AccessibilityPage.as_view(), name="accessibility_outside"),
    path("accounts/about/cookies/", statements.CookiesPage.as_view(), name="cookies_outside"),
    path("accounts/session/", time_out.SessionTime.as_view(), name="session_time"),
    path("accounts/code/", code_again.CodeAgainPage.as_view(), name="code_again"),
    path("accounts/council/", council_accounts.choose, name="council_accounts"),
    path("accounts/council/<slug:provider_id>/", council_accounts.go, name="council_account"),
    path("accounts/council/<slug:provider_id>/back/", council_accounts.back, name="council_account_back"),
    # Not all of allauth's: accounts from outside and the list of sessions have pages of our own, with our checks.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    # Inside one.
    path("", include("teams.urls")),
    path("", include("schools.urls")),
    path("", include("casework.urls")),
    path("", include("supervision.urls")),
    path("", include("performance.urls")),
    path("", include("reports.urls")),
    path("api/", include("config.api")),
]

if getattr(settings, "LOCAL", False):
    urlpatterns += [path("dev/mail", views.kept_mail, name="kept_mail")]

handler400 = "config.views.unreadable"
handler500 = "config.views.failed"
