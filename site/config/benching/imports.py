"""How fast files of new patients and of visits come in, and whether memory stays flat meanwhile."""

from __future__ import annotations

import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from config.benching.measures import Measure
from config.running.supervising import environment

ROWS, RUNS = 20_000, 3
APART = 100_000_000  # between the numbers of two runs
GOAL = "at least 5,000 rows/s on PostgreSQL"
HEADER = (
    "Patient ID,First Name,Last Name,Birthdate,Email,Mobile Phone,Address,City,State,Zip,Language,Status,E-mail consent"
)
VISITS = "Patient ID,Appointment ID,Appointment Date,Appointment Time,Appointment Status"
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


def write_visits(path: Path, *, rows: int, first: int) -> None:
    """Write a file of visits of the people in a file with the same numbers.

    Args:
        path: where.
        rows: how many.
        first: the number of the first.
    """
    dice = random.Random(first)  # noqa: S311  nothing secret
    with path.open("w", encoding="utf-8") as out:
        out.write(f"{VISITS}\n")
        for number in range(first, first + rows):
            whose = first + (number - first) // 2
            day = f"{dice.randint(1, 12)}/{dice.randint(1, 28)}/{dice.randint(2019, 2025)}"
            out.write(f"{whose},V{number},{day},{dice.randint(8, 16)}:{dice.choice(('00', '20', '40'))},Complete\n")


class NotTaken(RuntimeError):
    """Some rows were refused: their speed would tell nothing."""


class PeopleThere(RuntimeError):
    """The database holds patients who may be real: people who do not exist are not put among them."""


def measured(rows: int = ROWS) -> list[Measure]:
    """Return rows a second and the memory that ten times as many rows cost; the database's patients grow.

    Args:
        rows: of one run.

    Raises:
        PeopleThere: where this is no demo, and somebody is there already.
        NotTaken: where rows are refused, as visits are before a location is set up.
    """
    from patients.models import Patient  # each import runs this module before Django is set up

    if not settings.DEMO and Patient.objects.exists():
        raise PeopleThere("Invented patients are imported only into an empty database or a demo (DEMO=1).")
    there = Patient.objects.count()
    with tempfile.TemporaryDirectory(prefix="goodword-bench-") as folder:
        path = Path(folder) / "file.csv"
        begin = _first()

        def cost(made: Callable[..., None], run: int, count: int) -> tuple[float, float]:
            made(path, rows=count, first=begin + run * APART)
            return _import(path)

        people = [cost(write, run, rows) for run in range(RUNS)]
        visits = [cost(write_visits, run, rows) for run in range(RUNS)]
        few, many = (cost(write, RUNS + times, rows // 4 * times)[1] for times in (1, 10))
    here = f"{GOAL}; here {connection.vendor}, {rows:,} rows a run beside {there:,} patients"
    return [
        Measure(name="import.rows", unit="rows/s", values=[rows / seconds for seconds, _size in people], goal=here),
        Measure(name="import.visits", unit="rows/s", values=[rows / seconds for seconds, _size in visits], goal=here),
        Measure(
            name="import.memory",
            unit="MB",
            values=[many],
            base=[few],
            ratio_to="the most memory of a file with a tenth of the rows",
            goal="ratio at most 1.2",
        ),
    ]


def _first() -> int:
    """Return a number whose followers nobody has: that of this second."""
    return int(time.time()) * 100 * APART


def _import(path: Path) -> tuple[float, float]:
    """Return seconds and megabytes of one import, in a process of its own that tells both."""
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "config.benching.imports", str(path)],
        env=environment(),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotTaken(f"An import failed:\n{done.stderr[-2000:]}")
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if told["rejected"]:
        raise NotTaken(f"{told['rejected']:,} rows were refused; is the practice set up, with a location?")
    return float(told["seconds"]), float(told["megabytes"])


def _main(path: Path) -> None:
    """Import a file and print what it cost; starting Django is not counted."""
    import django

    django.setup()
    from django.core.management import call_command

    begun = time.perf_counter()
    said = io.StringIO()
    call_command("import_patients", str(path), "--json", stdout=said)
    seconds = time.perf_counter() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rejected = json.loads(said.getvalue())["rejected"]
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": megabytes, "rejected": rejected}) + "\n")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
