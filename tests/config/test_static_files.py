"""Static files under names that carry their digest, the imports between scripts too."""

import re

import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage

from config.static_files import HashedCompressedFiles, HashedFiles

SCRIPTS = {
    "app.js": 'import { one } from "./one.js";\nimport * as two from "./two.js";\none(two);\n',
    "one.js": 'export async function one() {\n  return await import("./two.js");\n}\n',
    "two.js": "export const number = 2;\n" * 40,
}


def collected(storage: StaticFilesStorage) -> dict[str, str]:
    """Plain name to the name with a digest, of what was collected."""
    paths = {name: (storage, name) for name in SCRIPTS}
    return {name: hashed for name, hashed, processed in storage.post_process(paths) if processed and name in SCRIPTS}


@pytest.fixture(params=[HashedFiles, HashedCompressedFiles])
def storage(request, tmp_path):
    for name, text in SCRIPTS.items():
        (tmp_path / name).write_text(text)
    return request.param(location=tmp_path, base_url="/static/")


def test_a_script_imports_exactly_the_scripts_it_was_collected_with(storage, tmp_path):
    """By their plain names a browser would take an old one from its cache, and ask again after a minute."""
    collected(storage)
    for name in SCRIPTS:
        text = (tmp_path / storage.stored_name(name)).read_text()
        for imported in re.findall(r'"\./([^"]+)"', text):
            assert re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", imported), f"{name} imports {imported}."
            assert (tmp_path / imported).exists()


def test_a_change_in_what_is_imported_changes_the_importers_name(storage, tmp_path):
    collected(storage)
    before = storage.stored_name("app.js")
    (tmp_path / "two.js").write_text("export const number = 3;\n")
    storage.hashed_files.clear()
    collected(storage)
    assert storage.stored_name("app.js") != before


def test_in_production_each_is_there_compressed(tmp_path):
    for name, text in SCRIPTS.items():
        (tmp_path / name).write_text(text)
    storage = HashedCompressedFiles(location=tmp_path, base_url="/static/")
    collected(storage)
    assert (tmp_path / f"{storage.stored_name('two.js')}.br").exists()
    assert (tmp_path / f"{storage.stored_name('two.js')}.gz").exists()
