"""The first half of `make run`: what is done once, and what is said where it cannot be done."""

import re

import pytest

from config.local import install
from config.local.folder import CHECKOUT
from config.local.stamps import once


def test_a_step_is_done_once_for_the_same_things(tmp_path):
    done = []
    for state in ("lock 1", "lock 1", "lock 2"):
        once(tmp_path / "stamp", state, lambda state=state: done.append(state))
    assert done == ["lock 1", "lock 2"]


def test_a_step_that_failed_is_done_again(tmp_path):
    def fail():
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        once(tmp_path / "stamp", "lock 1", fail)
    once(tmp_path / "stamp", "lock 1", lambda: False)
    assert not (tmp_path / "stamp").exists()


def test_without_root_the_missing_packages_are_named_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(install.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(install, "can_open", lambda library: "harfbuzz" not in library)
    monkeypatch.setattr(install, "FONT_FOLDERS", ())
    monkeypatch.setattr(install.sys, "platform", "linux")
    install.require_system_packages("Documents cannot be made well", install.missing_libraries())
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "libharfbuzz-subset0 fonts-liberation" in said


def test_the_front_end_is_built_again_when_any_source_or_the_lock_has_changed(tmp_path, monkeypatch):
    static = tmp_path / "static"
    for name in ("scss", "js", "build", "node_modules"):
        (static / name).mkdir(parents=True)
    monkeypatch.setattr(install, "STATIC", static)
    monkeypatch.setattr("config.local.stamps.CHECKOUT", tmp_path)
    seen = [install.front_end_digest()]
    for name in ("scss/app.scss", "js/app.js", "package-lock.json"):
        (static / name).write_text(name)
        seen.append(install.front_end_digest())
    assert len(set(seen)) == 4
    (static / "build" / "app.css").write_text("made")
    (static / "node_modules" / "sass").write_text("fetched")
    assert install.front_end_digest() == seen[-1]


def test_the_commands_of_the_house_are_there():
    targets = set(re.findall(r"^([\w-]+):", (CHECKOUT / "Makefile").read_text(), re.M))
    assert {"setup", "run", "test", "test-heavy", "check", "lock"} <= targets
    ci = (CHECKOUT / ".ci" / "run").read_text()
    assert re.findall(r"^make ([\w-]+)$", ci, re.M) == ["check", "test", "test-heavy"]


def test_no_file_of_the_set_up_names_a_registry():
    for name in ("Makefile", ".ci/run", "docker-compose.yml", "config/docker/Dockerfile", "config/local/install.py"):
        assert not re.search(r"https?://(?!127\.0\.0\.1)\S+", (CHECKOUT / name).read_text()), name
