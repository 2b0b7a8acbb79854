"""Write the table of docs/gallery/gusev2003_numbers.md: each number that the paper states, beside ours.

    python tools/paper_numbers.py            # all: half a minute, with compiled kernels
    python tools/paper_numbers.py --check    # writes nothing, names the rows that would change, status 1 if any does

What the paper says stands in docs/gallery/gusev2003_numbers.toml, in our words; the values are those of
tools/paper_values.py, computed here or read from the tables beside the committed figures.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import paper_values
from write_campaign_reference import with_table

GALLERY = Path(__file__).parents[1] / "docs" / "gallery"
PAGE, STATEMENTS = GALLERY / "gusev2003_numbers.md", GALLERY / "gusev2003_numbers.toml"
MARKS = "made by tools/paper_numbers.py"
VERDICTS = ("agrees", "in part", "differs", "a choice", "not computed")
_HEAD = "| where | numbers | the paper | ours | verdict | command |\n|---|---|---|---|---|---|\n"
_VALUE = re.compile(r"\{([^{}:]+):([^{}:]+)\}")  # not str.format: names hold points


def statements(path: Path = STATEMENTS) -> list[dict]:
    """The statements of the paper, in their order.

    Raises
    ------
    ValueError
        One has neither bounds nor a verdict, or both, or a verdict that is none.
    """
    found = tomllib.loads(path.read_text(encoding="utf-8"))["statement"]
    for each in found:
        if ("within" in each) == ("verdict" in each):
            raise ValueError(f"{each['says']!r}: give bounds (within) or a verdict, one of them")
        if each.get("verdict", VERDICTS[0]) not in VERDICTS:
            raise ValueError(f"{each['says']!r}: verdict {each['verdict']!r} is not one of {', '.join(VERDICTS)}")
    return found


def names(statement: dict) -> set[str]:
    """Names of the values that a statement needs."""
    return {name for name, _ in _VALUE.findall(statement["ours"])} | set(statement.get("within", {}))


def verdict(statement: dict, values: Mapping[str, float]) -> str:
    """Whether ours holds: in all bounds, in some, or in none."""
    if "verdict" in statement:
        return statement["verdict"]
    holds = [low <= values[name] <= high for name, (low, high) in statement["within"].items()]
    return "agrees" if all(holds) else "in part" if any(holds) else "differs"


def row(statement: dict, values: Mapping[str, float]) -> str:
    """The line of the table.

    Raises
    ------
    KeyError
        A value is not there.
    """
    ours = _VALUE.sub(lambda found: format(values[found[1]], found[2]), statement["ours"])
    command = f"`{statement['command']}`" if "command" in statement else "`tools/paper_numbers.py`"
    cells = (statement["where"], ", ".join(statement["numbers"]), statement["says"], ours, verdict(statement, values))
    return f"| {' | '.join((*cells, command))} |\n"


def table(values: Mapping[str, float]) -> str:
    """The whole table, and how many statements have each verdict."""
    found = statements()
    counts = {each: sum(verdict(one, values) == each for one in found) for each in VERDICTS}
    summary = ", ".join(f"{count} {each}" for each, count in counts.items())
    return f"{len(found)} statements: {summary}.\n\n{_HEAD}{''.join(row(each, values) for each in found)}"


def main() -> None:
    """Write the page, or say what would change."""
    parser = argparse.ArgumentParser(description="Write the table of what the paper states, beside ours.")
    parser.add_argument("--check", action="store_true", help="write nothing; status 1 if a row would change")
    check = parser.parse_args().check
    page = PAGE.read_text(encoding="utf-8")
    made = table(paper_values.values((*paper_values.QUICK, *paper_values.SLOW, *paper_values.STORED)))
    if check:
        changed = [line for line in made.splitlines() if line not in page]
        print("\n".join(changed) or "nothing would change")
        sys.exit(bool(changed))
    PAGE.write_text(with_table(page, MARKS, made), encoding="utf-8")


if __name__ == "__main__":
    main()
