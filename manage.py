"""Every command of Goodword starts here."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Put the ground floor on the path and hand the command line to Django."""
    sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
