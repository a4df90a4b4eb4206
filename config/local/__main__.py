"""`python -m config.local run`."""

import sys

from config.local.errors import CannotStart
from config.local.product import run


def main(arguments: list[str]) -> int:
    if arguments != ["run"]:
        print("Use: python -m config.local run", file=sys.stderr)
        return 2
    try:
        return run()
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
