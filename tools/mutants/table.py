"""What became of the mutants: the file of outcomes, and the table of docs/testing.md."""

import json
import re
from pathlib import Path
from typing import Any

from tools.mutants import rooms
from tools.mutants.listing import Mutant

OUTCOMES = Path(__file__).with_name("outcomes.jsonl")
PAGE = rooms.ROOT / "docs" / "testing.md"
_BEGIN, _END = "<!-- begin: mutants -->\n", "<!-- end -->"


def outcomes(path: Path = OUTCOMES) -> dict[str, dict[str, Any]]:
    """The last outcome of each mutant, by its name."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {entry["id"]: entry for entry in map(json.loads, lines)}


def survived_room(outcome: dict[str, Any]) -> bool:
    """Whether the tests of its room let a mutant through, and the whole suite was not tried."""
    return outcome.get("outcome") == "survived" and outcome["tests"] == "room"


def caught(outcome: dict[str, Any] | None) -> bool:
    """Whether a test failed or did not end."""
    return outcome is not None and outcome["outcome"] in ("caught", "hung")


def summary(mutants: list[Mutant]) -> str:
    """One line: how many were run, caught, survived, stale."""
    known = [one for one in map(outcomes().get, [mutant.id for mutant in mutants]) if one]
    counts = {what: sum(one["outcome"] == what for one in known) for what in ("caught", "hung", "survived", "stale")}
    return f"{len(known)} of {len(mutants)} run: " + ", ".join(f"{n} {what}" for what, n in counts.items())


def by_room(mutants: list[Mutant], found: dict[str, dict[str, Any]]) -> str:
    """Table in Markdown: for each room caught / run, of all; then the survivors.

    Parameters
    ----------
    mutants : list of Mutant
        All.
    found : dict
        Outcomes by name.

    Returns
    -------
    str
    """
    lines = ["| room | caught / run | equivalent of these | in the list | compiled |", "|---|---|---|---|---|"]
    names = [*sorted({one.room for one in mutants}), ""]
    for room in names:
        here = [one for one in mutants if room in ("", one.room)]
        run = [one for one in here if one.id in found and found[one.id]["outcome"] != "stale"]
        good, alike = sum(caught(found[one.id]) for one in run), sum(one.equivalent != "" for one in run)
        compiled = sum(one.compiled for one in here)
        lines.append(f"| {room or 'all'} | {good} / {len(run)} | {alike} | {len(here)} | {compiled} |")
    lines += [
        "",
        "| survivor | file | line, and what stood in its place | tests tried | why |",
        "|---|---|---|---|---|",
    ]
    for one in mutants:
        outcome = found.get(one.id)
        if outcome and not caught(outcome):
            line, instead = (text.replace("|", "\\|") for text in (one.line, one.instead))
            tests = {"room": "of the room", "suite": "all"}[outcome["tests"]]
            tests = "none: stale" if outcome["outcome"] == "stale" else tests
            lines.append(f"| {one.id} | `{one.file}` | `{line}` → `{instead}` | {tests} | {_reason(one)} |")
    return "\n".join(lines) + "\n"


def _reason(mutant):
    return f"equivalent: {mutant.equivalent}" if mutant.equivalent else mutant.why or "not looked into yet"


def with_table(page: str, text: str) -> str:
    """The page with its table replaced."""
    return re.sub(f"(?<={re.escape(_BEGIN)}).*?(?={re.escape(_END)})", lambda _: f"\n{text}\n", page, flags=re.DOTALL)


def write(mutants: list[Mutant]) -> None:
    """Write the table of the page anew."""
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), by_room(mutants, outcomes())), encoding="utf-8")
