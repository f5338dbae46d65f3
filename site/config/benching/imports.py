"""How fast a file of new patients comes in, and whether memory stays flat meanwhile."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings

from config.benching.measures import Measure

ROWS, RUNS = 20_000, 3
HEADER = (
    "Patient ID,First Name,Last Name,Birthdate,Email,Mobile Phone,Address,City,State,Zip,Language,Status,E-mail consent"
)
GIVEN = ["Margaret", "Ann", "Walter", "Teo", "Ruth", "Ivo", "Peter", "Maria", "Jose", "Helen", "Priya", "Jun"]
FAMILY = [
    *("Ellison", "Stavros", "Brandvold", "Marsh", "Castellano", "Whitlock"),
    *("Delgado", "Okafor", "Raman", "Abara", "Takeda", "Price"),
]


def write(path: Path, *, rows: int, first: int) -> None:
    """Write a file of people who do not exist.

    Args:
        path: where.
        rows: how many.
        first: the number of the first; the same numbers are the same people.
    """
    dice = random.Random(first)  # noqa: S311  nothing secret
    with path.open("w", encoding="utf-8") as out:
        out.write(f"{HEADER}\n")
        for number in range(first, first + rows):
            born = f"{dice.randint(1, 12)}/{dice.randint(1, 28)}/{dice.randint(1935, 2018)}"
            phone = f"(360) {200 + number % 700}-{number % 10_000:04d}"
            name = f"{dice.choice(GIVEN)},{dice.choice(FAMILY)}{number % 997}"
            home = f"{number % 240} Main St,Port Ellery,WA,98299"
            consent = "No" if number % 3 == 0 else "Yes"
            out.write(f"{number},{name},{born},p{number}@mail.example,{phone},{home},English,Active,{consent}\n")


def measured(env: dict[str, str], *, rows: int = ROWS) -> list[Measure]:
    """Return rows a second and the memory that ten times as many rows cost, on the database of `env`.

    Args:
        env: the environment of a migrated installation; its patients grow.
        rows: of one run.
    """
    with tempfile.TemporaryDirectory(prefix="goodword-bench-") as folder:
        path = Path(folder) / "patients.csv"
        speeds, sizes = [], []
        for run in range(RUNS):
            write(path, rows=rows, first=(run + 1) * 10_000_000)
            taken, _size = _import(path, env)
            speeds.append(rows / taken)
        for times in (1, 10):
            write(path, rows=rows // 4 * times, first=(RUNS + times) * 10_000_000)
            sizes.append(_import(path, env)[1])
    return [
        Measure(name="import.rows", unit="rows/s", values=speeds, goal="at least 5,000 rows/s on PostgreSQL"),
        Measure(
            name="import.memory",
            unit="MB",
            values=[sizes[1]],
            base=[sizes[0]],
            ratio_to="the most memory of a file with a tenth of the rows",
            goal="ratio at most 1.2",
        ),
    ]


def _import(path: Path, env: dict[str, str]) -> tuple[float, float]:
    """Return seconds and megabytes of one import, in a process of its own that tells both."""
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "config.benching.imports", str(path)],
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return float(told["seconds"]), float(told["megabytes"])


def _main(path: Path) -> None:
    """Import a file and print what it cost; starting Django is not counted."""
    import django

    django.setup()
    from django.core.management import call_command

    begun = time.perf_counter()
    with tempfile.TemporaryFile("w") as out:
        call_command("import_patients", str(path), "--json", stdout=out)
    seconds = time.perf_counter() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": megabytes}) + "\n")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
