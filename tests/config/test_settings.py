"""What production starts with: settings from the environment, each written down, and nothing secret in the image."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
import yaml

from config.local.folder import CHECKOUT
from teams.foundation.mail import LEASE

OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
COMPOSE = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
MAIL = {
    "MAIL_WAY": "notify",
    "MAIL_COMES_BACK_TO": "bounces@fenshire.example",
    "NOTIFY_API_KEY": "fenshire-key",
    "NOTIFY_TEMPLATE_ID": "a template",
    "NOTIFY_REPLY_TO_ID": "an address",
    "NOTIFY_CALLBACK_TOKEN": "a token",
    "NOTIFY_PROXY": "http://proxy.example:3128",
    "EMAIL_HOST": "mail.example",
    "EMAIL_PORT": "587",
    "EMAIL_HOST_USER": "alongside",
    "EMAIL_HOST_PASSWORD": "a password",
    "EMAIL_USE_TLS": "1",
    "EMAIL_TIMEOUT": "11",
    "DEFAULT_FROM_EMAIL": "Alongside <mail@fenshire.example>",
}


def in_production(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command with the settings of production and nothing of this test run's own."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "".join(chr(33 + number) for number in range(60)),
        "ALLOWED_HOSTS": "alongside.example",
        **more,
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)


def settings_of(*names: str, **environment: str) -> dict[str, object]:
    code = f"import json; from django.conf import settings; print(json.dumps({{n: getattr(settings, n) for n in {names!r}}}))"
    run = in_production("-c", code, **environment)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", [".dockerignore", ".gitignore"])
def test_passwords_beside_the_compose_file_get_into_neither_image_nor_repository(name):
    assert {".env", ".env.*"} <= set((CHECKOUT / name).read_text(encoding="utf-8").splitlines())


def test_what_mail_needs_comes_from_the_environment():
    expected = MAIL | {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True, "EMAIL_TIMEOUT": 11.0}
    assert settings_of(*MAIL, **MAIL) == expected


@pytest.mark.parametrize(("way", "backend"), [("smtp", "EmailBackend"), ("notify", "NotifyBackend")])
def test_one_setting_chooses_how_all_mail_leaves(way, backend):
    assert settings_of("EMAIL_BACKEND", MAIL_WAY=way)["EMAIL_BACKEND"].endswith(backend)


def test_no_process_serves_without_what_its_way_for_mail_needs():
    """`migrate` and `check` look; both stand before the services start."""
    run = in_production("manage.py", "check", MAIL_WAY="notify")
    assert run.returncode == 1
    assert "NOTIFY_API_KEY is empty" in run.stderr


def test_no_talk_with_a_mail_server_outlasts_a_workers_hold_on_the_mail():
    """Connect, EHLO, STARTTLS, EHLO, two lines of sign-in, sender, reader, text and goodbye: each may wait so long."""
    assert 10 * settings_of("EMAIL_TIMEOUT")["EMAIL_TIMEOUT"] < LEASE.total_seconds()


def test_the_containers_are_handed_everything_about_mail():
    services = yaml.safe_load(COMPOSE)["services"]
    for service in ("web", "worker"):
        assert set(MAIL) <= set(services[service]["environment"])


def asked_of_the_environment() -> set[str]:
    """Every name that config/ looks up, and every one that somebody may write into `.env`."""
    asked = set(re.findall(r"\$\{(\w+):", COMPOSE))
    for path in (CHECKOUT / "config").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r"environ(?:ment)?(?:\.get|\.setdefault)?[\[(]\s*\"([A-Z][A-Z_]+)\"", text))
        for tuple_of_names in re.findall(r"BYPASSING = \((.+?)\)", text):
            asked |= set(re.findall(r"[A-Z_]+", tuple_of_names))
    return asked


def test_every_name_asked_of_the_environment_is_in_the_operators_book():
    asked = asked_of_the_environment()
    assert {"SECRET_KEY", "STATIC_ROOT", "DATABASE_URL", "APP_PASSWORD", "REPORT_DATABASE_URL"} <= asked
    missing = {name for name in asked if f"`{name}`" not in OPERATIONS} - {
        "DEBIAN_FRONTEND",
        "PYTHONUNBUFFERED",
        "PATH",
    }
    assert not missing, "docs/operations.md lists every setting that is read from the environment."


def test_djangos_own_look_at_production_finds_nothing():
    run = in_production("manage.py", "check", "--deploy")
    assert run.returncode == 0, run.stderr
    assert "no issues" in run.stdout + run.stderr, run.stderr


def test_other_names_of_a_councils_domain_are_promised_only_when_it_says_so():
    names = ("SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    assert settings_of(*names) == dict.fromkeys(names, False)
    assert settings_of(*names, HSTS_SUBDOMAINS="1", HSTS_PRELOAD="1") == dict.fromkeys(names, True)


def test_a_connection_that_was_cut_is_not_used_again():
    databases = settings_of("DATABASES")["DATABASES"]
    assert databases["default"]["CONN_MAX_AGE"] > 0
    assert databases["default"]["CONN_HEALTH_CHECKS"] is True


def test_a_command_says_nothing_about_the_packages_that_it_loads():
    run = in_production("-c", "import django; django.setup(); import pikepdf")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.django_db
def test_no_page_may_stand_in_a_frame(client):
    assert client.get("/accounts/login/")["X-Frame-Options"] == "DENY"
