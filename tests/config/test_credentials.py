"""No process that serves people starts while it holds a credential that passes the wall."""

import pytest

from tests.config.running import run_once, temporary_folder

ENTRY_POINTS = {
    "web": ("-c", "import config.wsgi"),
    "web over ASGI": ("-c", "import config.asgi"),
    "worker": ("-m", "celery", "-A", "config", "worker", "--pool", "solo"),
    "beat": ("-m", "celery", "-A", "config", "beat"),
}


@pytest.fixture
def folder():
    with temporary_folder() as folder:
        folder.make()
        yield folder


@pytest.mark.parametrize("entry_point", ENTRY_POINTS)
@pytest.mark.parametrize("name", ["OWNER_DATABASE_URL", "REPORT_DATABASE_URL"])
def test_an_entry_point_refuses_a_bypassing_credential_in_one_sentence(folder, entry_point, name):
    if name == "REPORT_DATABASE_URL" and entry_point != "web":
        pytest.skip("the same function; one entry point is enough for the second name")
    ended = run_once(
        folder,
        *ENTRY_POINTS[entry_point],
        DJANGO_SETTINGS_MODULE="config.settings.local",
        REDIS_URL="redis+socket:///nowhere",
        **{name: "postgresql://alongside_owner:secret@nowhere/alongside"},
    )
    assert ended.returncode != 0
    assert f"ImproperlyConfigured: {name} is in the environment of a process that serves people" in ended.stderr
    assert "secret" not in ended.stderr


def test_a_second_alias_in_the_settings_is_refused_too(folder):
    program = (
        "from django.conf import settings; "
        "settings.configure(DATABASES={'default': {}, 'owner': {}}); "
        "from config.credentials import refuse_bypassing_credentials as refuse; refuse()"
    )
    ended = run_once(folder, "-c", program)
    assert "name the database alias “owner”" in ended.stderr
