"""Which tests stay together on one worker, and which begin.

A unit is a file, whose tests share what its fixtures prepare; a campaign of tests/regression, which is run once for all
tests that read it; or a case by itself, where cases share nothing.
"""

# Functions whose cases are units of their own, by how their names begin.
APART = (
    "physics/test_galaxy_models.py::test_",
    "system/test_named_commands.py::test_question_of_runs",
    "system/test_paper_figures.py::test_figure_as_a_user_draws_it",
)
SLOW = 100.0  # [s] that a test marked slow is taken for
OTHERS = 0.1  # [s] a test
# [s] of one core of a whole unit, with the kernels compiled, where that is more than ten; for the order alone.
COSTS = {
    "physics/test_cosmic_flux.py": 110.0,
    "physics/test_trapped_belt.py": 80.0,
    "system/test_paper_figures.py": 60.0,
    "regression/[cosmic-orbit]": 50.0,
    "system/test_additions.py": 50.0,
    "physics/test_drift_average.py": 40.0,
    "regression/[cosmic-eccentric]": 30.0,
    "regression/[table]": 20.0,
    "regression/[trapped-paper]": 20.0,
    "physics/test_cosmic_parents_traced.py": 25.0,
}


def unit(nodeid):
    """Unit of a test, by its name without `tests/`."""
    path, _, name = nodeid.removeprefix("tests/").partition("::")
    if path.startswith("regression/") and name.endswith("]"):
        return "regression/" + name[name.rindex("[") :]
    return f"{path}::{name}" if f"{path}::{name}".startswith(APART) else path


def ordered(tests):
    """Names of tests, a unit after the other, the dearest first, those of a unit as they came.

    Parameters
    ----------
    tests : dict of str to bool
        Name -> whether it is marked slow.

    Returns
    -------
    list of str
    """
    cost: dict[str, float] = {}
    for name, slow in tests.items():
        whole = unit(name)
        cost[whole] = cost.get(whole, COSTS.get(whole, 0.0)) + (SLOW if slow else OTHERS)
    return sorted(tests, key=lambda name: (-cost[unit(name)], unit(name)))
