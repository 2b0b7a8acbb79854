"""How tests are handed out to workers: what shares stays together, the dearest begin, and names are those of tests."""

from pathlib import Path

import suite_units

TESTS = Path(__file__).parents[1]


def test_tests_of_a_campaign_are_one_unit():
    names = [f"tests/regression/{path}::test_a[galaxy]" for path in ("test_pins.py", "test_end_to_end.py")]
    assert {suite_units.unit(name) for name in names} == {"regression/[galaxy]"}
    assert suite_units.unit("tests/regression/test_pins.py::test_a[table]") == "regression/[table]"
    assert suite_units.unit("tests/regression/test_pins.py::test_a") == "regression/test_pins.py"


def test_tests_of_a_file_are_one_unit_unless_they_share_nothing():
    assert suite_units.unit("tests/unit/test_a.py::test_b[1-2]") == "unit/test_a.py"
    case = "system/test_paper_figures.py::test_figure_as_a_user_draws_it[ms98-1]"
    assert suite_units.unit(f"tests/{case}") == case


def test_the_dearest_unit_begins():
    """One that is known to be dear, then one of two tests, then one of one; a slow test before them all."""
    dear = next(name for name in suite_units.COSTS if name.endswith(".py"))
    names = ["unit/a.py::x", "unit/b.py::x", "unit/c.py::x", "unit/b.py::y"]
    quick = dict.fromkeys([*names, f"{dear}::x"], False)
    assert suite_units.ordered(quick) == [f"{dear}::x", names[1], names[3], names[0], names[2]]
    slow = {**quick, "unit/c.py::z": True, "unit/c.py::w": True}
    assert suite_units.ordered(slow)[:3] == [names[2], "unit/c.py::z", "unit/c.py::w"]


def test_names_are_those_of_tests():
    for name in suite_units.COSTS:
        campaign = name.removeprefix("regression/[").removesuffix("]")
        small = name.startswith("regression/[")
        path = f"regression/campaigns/{campaign}.toml" if small else name.partition("::")[0]
        assert (TESTS / path).is_file(), name
        assert "::" not in name or name.startswith(suite_units.APART), name
    for name in suite_units.APART:
        path, function = name.split("::")
        assert f"def {function}" in (TESTS / path).read_text(), name
