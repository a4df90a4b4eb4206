"""Rules of the house that are read from the source (architecture 1, 2, 3). Each says what to do instead."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import APPS, ROOT, files, lines, modules, name_of, templates

MOST_LINES = 400
MOST_LINES_OF_A_TEST = 600  # a file of stories may be longer than a module that somebody has to hold in the head
NO_ROOM = {"services", "selectors", "utils", "helpers", "common"}

# What opens a door past the wall occurs in one file each.
ONCE = {
    "set_config": "teams/foundation/tenancy.py",
    "connections[": "teams/foundation/grants.py",
    ".using(": None,
}
# Where a scope is opened: the three doors (architecture 3), and what they hand on to, each with its reason.
DOORS = {
    "teams/foundation/": "the doors themselves",
    "teams/actions/authorities.py": "makes the authority that it then goes into",
    "teams/council_accounts.py": "signing in stands outside of all; the provider says which one it is about",
    "schools/actions/imports/": "reads long files in short transactions, for the task and the command alike",
}
# Where markup is made from Python.
SAFE = {
    "teams/foundation/forms.py": "escapes first",
    "teams/foundation/panels.py": "what Jinja2 has escaped",
    "reports/documents/qr.py": "segno's drawing of a QR code",
    "performance/views/asking.py": "segno's drawing of a QR code",
    "reports/web_papers.py": "our own style sheet, and a colour put together from three numbers",
}
# Where the time of day may be asked for; everywhere below, it is passed in as `at` or `today`.
EDGES = (
    "/views",
    "/api/",
    "/tasks.py",
    "/management/",
    "/demo/",
    "teams/accounts.py",
    "teams/codes.py",
    "teams/council_accounts.py",
)
EDGES_OF_FOUNDATION = {
    f"teams/foundation/{name}.py" for name in ("commands", "lookup", "middleware", "sessions", "views")
}


def places(what: str) -> list[str]:
    return [place for place, line in lines() if what in line]


def test_what_passes_the_wall_stands_in_one_file_each():
    for what, home in ONCE.items():
        strangers = [place for place in places(what) if place.rpartition(":")[0] != home]
        assert not strangers, f"{strangers} say {what}: only {home or 'nobody'} may (docs/decisions/0002)."


def test_a_scope_is_opened_at_a_door():
    for place in places("authority_scope("):
        name = place.rpartition(":")[0]
        at_a_door = (
            name.startswith(tuple(DOORS)) or name.endswith("/tasks.py") or "/management/" in name or "/demo/" in name
        )
        assert at_a_door, f"{place} opens an authority: only the middleware, tasks and commands do. Pass it in."


def test_no_room_without_a_name():
    for path in files():
        name = name_of(path)
        if name.startswith(APPS):
            parts = {part.removesuffix(".py") for part in name.split("/")}
            assert not parts & NO_ROOM, f"{name}: name it after what it holds, and put it in its room (architecture 2)."


def test_a_file_that_outgrows_its_room_becomes_a_package():
    for path in files():
        name = name_of(path)
        if path.suffix not in {".py", ".html", ".js"} or "/migrations/" in name:
            continue
        count, most = len(path.read_text(encoding="utf-8").splitlines()), MOST_LINES
        if name.startswith("tests/"):
            most = MOST_LINES_OF_A_TEST
        assert count <= most, f"{name} has {count} lines: make it a package of the same name, or two files."


def test_news_goes_by_record_moved_alone():
    assert not places("post_save"), "Receivers listen to record_moved; what must always be true is a constraint."
    assert not places("pre_save"), "Rules stand in verbs and constraints, not in save()."


def test_no_rules_in_save():
    for name, _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == "save" and "/models" in name:
                raise AssertionError(f"{name}:{node.lineno} overrides save(): a verb or a constraint holds the rule.")


def test_an_import_inside_a_function_says_why():
    for name, text, tree in modules():
        written = text.splitlines()
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            reasons = [
                re.search(r"PLC0415\W*(.*)", written[node.lineno - 1])
                for node in ast.walk(function)
                if isinstance(node, ast.Import | ast.ImportFrom)
            ]
            # One reason serves a block of imports that stand together.
            assert not reasons or any(reason and reason[1].strip(" )") for reason in reasons), (
                f"{name}:{function.lineno} imports inside {function.name}: move it up, or write the reason behind it."
            )


def test_nothing_is_left_for_later():
    words = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
    for path in files():
        name = name_of(path)
        if path.suffix in {".py", ".html", ".txt", ".js", ".scss", ".md", ".toml", ".yml"}:
            found = words.search(path.read_text(encoding="utf-8"))
            assert not found, f"{name} says {found and found[0]}: do it, or file it."


def test_how_a_page_looks_stands_in_templates():
    for what in ("govuk-", "moj-"):
        assert not places(what), f"{places(what)} name a class of GOV.UK: a macro of templates/macros draws it."


def test_nothing_is_called_safe_that_was_not_escaped():
    strangers = [place for place in places("mark_safe(") + places("Markup(") if place.rpartition(":")[0] not in SAFE]
    assert not strangers, f"{strangers}: let Jinja2 escape it."


def test_nothing_stands_inline_in_a_page():
    """The content security policy would stop it. A paper or a mail is no page: its looks may stand in its own markup."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=[\"']|javascript:|\sstyle=[\"']")
    for name, text in templates():
        if name.startswith(("templates/documents/", "templates/mail/")):
            continue
        found = inline.search(re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL))
        assert not found, f"{name} has {found and found[0]!r}: styles go to static/scss, scripts to static/js."


def test_no_template_reaches_another_site():
    for name, text in templates():
        outside = re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//[^\"']+", text)
        assert not [each for each in outside if " href=" in each or each.startswith(("src", "action"))], (
            f"{name} loads {outside}: everything is served by ourselves."
        )


def test_nothing_names_a_machine_or_a_registry():
    """Where packages come from is the machine's own matter, and a path of one machine is wrong on every other."""
    registries = "|".join(
        re.escape(first + second)
        for first, second in (("py", "pi.org"), ("pypi.", "python.org"), ("files.python", "hosted.org"))
        + (("registry.npm", "js.org"), ("registry.", "yarnpkg.com"), ("proxy.go", "lang.org"))
    )
    paths = "|".join(re.escape(first + second) for first, second in (("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/")))
    wrong = re.compile(f"{registries}|(?<![\\w/.])(?:{paths})")
    for path in files():
        if path.suffix in {".png", ".svg", ".pdf", ".woff2", ".ico"}:
            continue
        found = wrong.search(path.read_text(encoding="utf-8", errors="replace"))
        assert not found, f"{name_of(path)} names {found and found[0]!r}: leave it to the environment."


def test_no_response_streams_rows():
    assert not places("StreamingHttpResponse"), "A stream is read after the scope has closed: make a file in a run."
    assert not places("streaming_content"), "A stream is read after the scope has closed: make a file in a run."


def test_nothing_runs_eagerly():
    assert not places("ALWAYS_EAGER"), "A task in the request holds the request's transaction (docs/decisions/0006)."
    assert not places("always_eager"), "A task in the request holds the request's transaction (docs/decisions/0006)."


def test_time_is_passed_in():
    for what in ("timezone.now()", "localdate()", "date.today()", "datetime.now("):
        for place in places(what):
            name = place.rpartition(":")[0]
            if name.startswith("config/") or name in EDGES_OF_FOUNDATION:
                continue
            assert any(edge in name or name.endswith(edge) for edge in EDGES), (
                f"{place} asks for {what}: below the edges the moment is passed in as `at`, the day as `today`."
            )


def test_rules_know_of_django_only_what_an_address_looks_like():
    plain = ("django.core.exceptions", "django.core.validators")
    for name, _, tree in modules():
        if "/rules" in name:
            for node in ast.walk(tree):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                wrong = [each for each in names if each.startswith("django") and each not in plain]
                assert not wrong, f"{name} imports {wrong}: rules are values in and values out."


def test_a_status_changes_through_the_guard_alone():
    """`status` is set inside a verb's `with self.moving(...)`, or by the guard itself."""
    # The government's file says whether a school is open; that is a figure, and no verb of ours.
    # Rows for measuring are made in the state that they are left in, in bulk.
    figures = ("schools/files/", "schools/actions/imports/", "reports/benchmark/")
    for name, _, tree in modules():
        if name == "teams/foundation/transitions.py" or name.startswith(figures):
            continue
        guarded = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.With) and "moving(" in ast.unparse(node.items[0].context_expr)
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if node not in guarded and _sets_status(node):
                raise AssertionError(f"{name}:{node.lineno} sets a status past the guard: write a verb with a MOVE.")


def _sets_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        targets = [each for target in node.targets for each in ast.walk(target)]
        return any(isinstance(each, ast.Attribute) and each.attr == "status" for each in targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
        return any(keyword.arg == "status" for keyword in node.keywords)
    return False


def test_the_tree_at_the_top_is_the_one_that_was_agreed():
    """manage.py, the six apps, config, templates, static, tests, docs; beside them only what tools look for there."""
    agreed = {*APPS, "config", "templates", "static", "tests", "docs", ".ci"}
    agreed |= {"manage.py", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile", "docker-compose.yml"}
    agreed |= {"requirements.lock", "requirements-production.lock"}
    found = {path.relative_to(ROOT).parts[0] for path in files()}
    strangers = {name for name in found - agreed if not name.startswith(".")}
    assert not strangers, f"{sorted(strangers)} stand at the top: every line has its room (architecture 2)."
