"""Which tests stay together on one worker, and which begin.

A unit is a file, whose tests share what its fixtures prepare; a campaign of tests/regression, which is run once for all
tests that read it; or a case by itself, where cases share nothing.
"""

# Functions whose cases are units of their own, by how their names begin.
APART = (
    "physics/test_galaxy_models.py::test_",
    "physics/test_shells_reach.py::test_every_shell_that_passes_runs",
    "system/test_named_commands.py::test_question_of_runs",
    "system/test_paper_figures.py::test_figure_as_a_user_draws_it",
)
SLOW = 100.0  # [s] that a test marked slow is taken for
OTHERS = 0.1  # [s] a test
# [s] of one core of a whole unit that takes more than ten, from an empty cache of kernels; for the order alone.
# Kernels that two units share are counted where they are compiled first.
COSTS = {
    "system/test_paper_figures.py::test_figure_as_a_user_draws_it[gusev2003-cosmic-waterfall]": 900.0,
    "system/test_named_commands.py::test_question_of_runs[belt-over-L]": 600.0,
    "physics/test_cosmic_flux.py": 75.0,
    "physics/test_trapped_belt.py": 70.0,
    "regression/[cosmic-eccentric]": 54.0,
    "system/test_paper_figures.py": 50.0,
    "regression/[cosmic-orbit]": 45.0,
    "physics/test_cosmic_parents_traced.py": 40.0,
    "system/test_named_commands.py": 40.0,
    "physics/test_atmosphere_msis.py": 36.0,
    "physics/test_switches_cosmic.py": 33.0,
    "physics/test_drift_average.py": 33.0,
    "physics/test_ladder_matter.py": 27.0,
    "physics/test_step_in_air.py": 27.0,
    "regression/[table]": 25.0,
    "physics/test_switches_trapped.py": 25.0,
    "system/test_campaign_interrupted.py": 24.0,
    "physics/test_tracer_lanes.py": 20.0,
    "regression/[trapped-paper]": 20.0,
    "system/test_several_sources.py": 18.0,
    "system/test_paths.py": 17.0,
    "physics/test_shell_average.py": 15.0,
    "physics/test_tracer_orbits.py": 15.0,
    "system/test_cli.py": 15.0,
    "system/test_in_the_dark.py": 15.0,
    "system/test_scan_results.py": 14.0,
    "regression/test_json_keys.py": 13.0,
    "system/test_dask.py": 13.0,
    "system/test_faults_around.py": 13.0,
    "physics/test_ladder_sum.py": 12.0,
    "physics/test_galaxy_diffusion.py": 12.0,
    "unit/test_kernel_cache.py": 11.0,
    "physics/test_orbit_laws.py": 11.0,
    "physics/test_galaxy_production.py": 11.0,
    "system/test_failed_cases.py": 10.5,
    "unit/test_code_hash.py": 10.5,
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
