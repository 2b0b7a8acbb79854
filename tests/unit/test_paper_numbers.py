"""The table of what Gusev & Pugacheva 2003 state beside ours: nothing of the paper is missing, and our values are ours.

The numbers of the paper are listed apart, sentence by sentence (tests/data/gusev2003_numbers.csv).
"""

import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "gallery" / "gusev2003_numbers.md"


@pytest.fixture(scope="module")
def tools():
    """The two tools, as modules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        import paper_numbers
        import paper_values

        yield paper_numbers, paper_values


@pytest.fixture(scope="module")
def values(tools):
    """All but what traces shells and tabulates air."""
    return tools[1].values((*tools[1].QUICK, *tools[1].STORED))


def table_rows():
    return [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][1:]


def sentences():
    lines = (ROOT / "tests" / "data" / "gusev2003_numbers.csv").read_text().splitlines()
    rows = csv.DictReader([line for line in lines if not line.startswith("#")], delimiter=";")
    return [(row["section"], row["numbers"].split()) for row in rows]


def _missing(asked, held):
    held = list(held)
    for number in asked:
        if number not in held:
            return True
        held.remove(number)
    return False


def test_every_sentence_of_the_paper_is_in_the_table():
    """Its numbers, all of them, in the column of the paper's numbers of one row of its section."""
    cells = [row.split(" | ") for row in table_rows()]
    rows = [(where.removeprefix("| "), numbers.split(", ")) for where, numbers, *_ in cells]
    for section, asked in sentences():
        chapter = section.partition(",")[0]
        fitting = [numbers for where, numbers in rows if where.partition(",")[0] == chapter]
        assert any(not _missing(asked, numbers) for numbers in fitting), (section, asked)


def test_the_table_holds_no_number_that_the_paper_does_not_state(tools):
    stated = [(section.partition(",")[0], number) for section, numbers in sentences() for number in numbers]
    for statement in tools[0].statements():
        chapter = statement["where"].partition(",")[0]
        assert all((chapter, number) in stated for number in statement["numbers"]), statement["says"]


def test_values_that_are_quick_are_those_of_the_page(tools, values):
    rows = table_rows()
    statements = tools[0].statements()
    assert len(rows) == len(statements)
    held = [i for i, statement in enumerate(statements) if tools[0].names(statement) <= values.keys()]
    assert len(held) > 40
    for i in held:
        assert tools[0].row(statements[i], values).strip() == rows[i]


def test_what_is_not_computed_says_why_and_has_no_bounds(tools):
    for statement in tools[0].statements():
        if statement.get("verdict") == "not computed":
            assert len(statement["ours"]) > 30
        for low, high in statement.get("within", {}).values():
            assert low < high


@pytest.mark.parametrize(
    ("value", "verdict"), [((1.0, 1.0), "agrees"), ((1.0, 9.0), "in part"), ((9.0, 9.0), "differs")]
)
def test_verdict_by_the_bounds(tools, value, verdict):
    statement = {"says": "", "ours": "", "within": {"a": [0.0, 2.0], "b": [0.0, 2.0]}}
    assert tools[0].verdict(statement, dict(zip("ab", value, strict=True))) == verdict


def test_names_with_points_are_formatted(tools):
    statement = {"where": "1", "numbers": ["2"], "says": "x", "ours": "{a_1.09:.1f} and {b:.0f}", "verdict": "a choice"}
    assert "| 3.1 and 7 | a choice |" in tools[0].row(statement, {"a_1.09": 3.14159, "b": 7.2})


@pytest.mark.slow
def test_the_whole_table_is_that_of_the_page(tools):
    """With the shells of IGRF, the air and the angles: half a minute."""
    values = tools[1].values((*tools[1].QUICK, *tools[1].SLOW, *tools[1].STORED))
    made = tools[0].table(values)
    assert made == PAGE.read_text().split(f"<!-- begin: {tools[0].MARKS} -->\n")[1].split("<!-- end -->")[0]
