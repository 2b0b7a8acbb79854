"""The life of a small campaign through the command line: init, check, run, show, plot, export, and over measurements.

`run` is a process of its own, as the pins are made; the other commands are answered in this process.
"""

import csv
import functools
import io
import json
import tomllib
from pathlib import Path
from typing import NamedTuple

import drive_cli
import pins

import mcbelt

AS_AMS01 = ("cosmic-ams01", "cosmic-orbit")  # campaigns of what AMS-01 saw; `compare` refuses the others


@functools.cache
def opened(results):
    """Results below a directory by case, `.` where there is one; opened once, as each takes a second."""
    found = sorted(results.rglob("result.nc"))
    return {path.parent.relative_to(results).as_posix(): mcbelt.open_result(path) for path in found}


class Life(NamedTuple):
    """What a campaign left behind."""

    name: str
    campaign: Path
    results: Path
    told: dict[str, str]  # standard output by command

    def cases(self):
        """Results by case; `.` where there is one."""
        return opened(self.results)

    @property
    def result(self):
        """The result of a campaign of one case."""
        (only,) = self.cases().values()
        return only

    def exported(self):
        """Lines of the exported table, as numbers by the plain names of their columns; texts stay texts."""
        texts = {"case", "estimator"} | {name for name, values in self.scanned().items() if isinstance(values[0], str)}
        lines = csv.DictReader(io.StringIO(self.told["export"]))
        return [
            {head.split(" [")[0]: value if head in texts else float(value or "nan") for head, value in line.items()}
            for line in lines
        ]

    def scanned(self):
        """Last words of the scanned keys, as columns are named, and their values."""
        scan = settings(self.name).get("scan", {})
        return {key.rpartition(".")[2]: values for key, values in scan.items() if isinstance(values, list)}


def settings(name):
    """The campaign file of a campaign, parsed."""
    return tomllib.loads(pins.CAMPAIGNS[name].read_text())


def is_galaxy(name):
    """Whether a campaign is of the Galaxy."""
    return settings(name)["kind"] == "galaxy"


def answer(*arguments):
    """Standard output of a command that succeeds."""
    status, out, errors = drive_cli.answer([str(argument) for argument in arguments])
    assert status == 0, f"{arguments}: status {status}\n{errors}"
    return out


def begun(name, home):
    """Write a campaign file as a user begins one, and what it says; then the small campaign takes its place."""
    path, preset = home / "campaign.toml", settings(name).get("preset", "full")
    if is_galaxy(name):
        path.write_text(answer("galaxy", "models", "--show", preset))
        told = answer("check", path)
    else:
        told = answer("init", home, "--name", name, "--preset", preset) + answer("check", path)
    path.write_text(pins.CAMPAIGNS[name].read_text())
    for table in pins.CAMPAIGNS[name].parent.glob("*.csv"):
        (home / table.name).write_bytes(table.read_bytes())
    return path, told


def lived(name, home):
    """Run a campaign of `pins.CAMPAIGNS` in an empty directory, and look at it by every command."""
    path, told = begun(name, home)
    results = home / "results"
    commands = {
        "check": ("check", path),
        "run": None,
        "status": ("status", path, "--output", results, "--json"),
        "plot": ("plot", results),
        "export": ("export", results, "--csv"),
    }
    if name in AS_AMS01:
        commands["compare"] = ("compare", results)
    elif is_galaxy(name) or name == "trapped-eccentric":
        commands["fraction"] = ("fraction", results, "--output", results)
    answers = {"init": told}
    for command, arguments in commands.items():
        answers[command] = answer(*arguments) if arguments else pins.run(name, results, path)
    for file in results.rglob("result.nc"):
        case = file.parent.relative_to(results).as_posix()
        answers[f"show {case}"] = answer("show", file, "--json")
        answers[f"table {case}"] = answer("show", file)
    return Life(name, path, results, answers)


def shown(life, case="."):
    """What `show --json` says of a case."""
    return json.loads(life.told[f"show {case}"])
