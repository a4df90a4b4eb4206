#!/usr/bin/env python
"""Django's command line. `manage.py local COMMAND` runs a command against the servers of this machine."""

import os
import sys


def main() -> None:
    if sys.argv[1:2] == ["local"]:
        from config.local.command import main as run_against_local_servers  # noqa: PLC0415 Django must not load

        sys.exit(run_against_local_servers(sys.argv[2:]))

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415
    except ImportError as missing:
        raise SystemExit(f"A package is missing ({missing.name}): run `make setup` first.") from missing
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
