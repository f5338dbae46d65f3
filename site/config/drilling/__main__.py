"""A drill in the database of this environment, which must be an empty one: `python -m config.drilling`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import django


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def main() -> int:
    """Play; print the account as JSON; return 0 where all is well, 1 where it is not, 2 where nothing was played."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("campaigns", "faults", "seed", "workers", "nodes", "recipients"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = vars(parser.parse_args())
    folder = options.pop("folder")
    django.setup()
    from config.drilling.people import PeopleThere
    from config.drilling.playing import Drill, Play

    play = Play(Drill(**options), folder, _tell)
    try:
        account = play.run()
    except PeopleThere:
        sys.stderr.write("This database has people in it; a drill touches only an empty one.\n")
        return 2
    sys.stdout.write(
        json.dumps(account.as_line() | {"happened": dict(play.happened), "changed": dict(play.changed_people)}) + "\n"
    )
    return 0 if account.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
