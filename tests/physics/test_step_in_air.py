"""The step in dense air: grammage, floor, ceiling, limit of path, and a step that stays once it is fine.

The whole table of orbits, with the default beside a step 100 times finer, is made by `tools/step_convergence.py`; here
are those that the step of the gyration alone got wrong by factors.
"""

import math

import numpy as np
import pytest

from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from tools import step_convergence as table

FINER = 20.0


def _followed(particle, starts, times=1.0, **limits):
    """Orbits of one species; columns as given. Protons lose nothing, as those of the table beyond its losses."""
    model = table.model_of(particle, table.finer(lanes.Stepping(), times), losses=particle != "p")
    return lanes.advance(model._replace(limits=model.limits._replace(**limits)), table.charges_of(particle, starts))


def _down(energy, particle="e+", altitude=400.0):
    return table.Start(particle, energy, altitude, 0.0)


def test_positrons_straight_down_pass_what_stops_them():
    """85.1 g/cm2 at 0.7 GeV and 134.9 at 3 GeV, where the step of the gyration gave 137 and 1033; the fates are the
    same."""
    starts = [_down(0.7), _down(3.0)]
    found, fine = _followed("e+", starts), _followed("e+", starts, FINER)
    np.testing.assert_allclose(0.1 * found[row.GRAMMAGE], (85.1, 134.9), rtol=0.002)
    for quantity in table.QUANTITIES.values():
        np.testing.assert_allclose(found[quantity], fine[quantity], rtol=table.AGREES)
    assert (found[row.FATE] == row.COOLED).all()
    assert (fine[row.FATE] == row.COOLED).all()


@pytest.mark.parametrize("energy", [10.0, 1.0e3, 1.0e4])
def test_stiff_protons_end_on_the_floor(energy):
    """To 10 m, from 400 and 200 km: their gyration is up to 1e6 km, a step of it 3e5 km."""
    starts = [_down(energy, "p"), _down(energy, "p", 200.0), _down(energy, "p")._replace(zenith=60.0)]
    found = _followed("p", starts[: 3 if energy > 100.0 else 2], momentum_max=1.0e6)
    assert (found[row.FATE] == row.ABSORBED).all()
    np.testing.assert_allclose(found[row.LOWEST], table.FLOOR, atol=10.0)
    np.testing.assert_allclose(found[row.PATH, :2], (380e3, 180e3), rtol=0.02)


def test_no_energy_is_gained_on_the_way_down():
    """Every step loses less than there is: also where a step of the gyration would pass many radiation lengths."""
    starts = [_down(energy) for energy in (0.01, 0.1, 1.0, 10.0, 90.0)]
    table_before = table.charges_of("e+", starts)
    found = _followed("e+", starts)
    assert np.isfinite(found[: row.SHARED]).sum() >= found[: row.SHARED].size - 5 * 4  # stops and jumps are infinite
    assert (found[row.MOMENTUM] < table_before[row.MOMENTUM]).all()
    assert (found[row.MOMENTUM] > 0.0).all()
    assert (found[row.FATE] != row.LOST).all()


def test_lowest_altitude_of_an_orbit_that_only_climbs_is_that_of_its_start():
    """Where the first step ends is higher, and hangs on the step."""
    start = table.Start("p", 100.0, 400.0, 180.0)
    found = _followed("p", [start])
    assert found[row.FATE, 0] == row.ESCAPED
    assert found[row.LOWEST, 0] == pytest.approx(400.0e3, abs=1e-3)


def test_ceiling_and_limit_of_path_are_met():
    """No step passes far beyond them: 0.4 % of the ceiling, 10 m of path a check."""
    out = _followed("p", [table.Start("p", 1000.0, 400.0, 180.0)], momentum_max=1e6)
    ceiling = lanes.Limits().ceiling
    reached = math.sqrt(float((out[: row.Z + 1, 0] ** 2).sum()))
    assert ceiling <= reached <= 1.004 * ceiling
    along = _followed("e-", [table.Start("e-", 0.2, 400.0, 90.0)], path=1.0e6)
    assert along[row.FATE, 0] == row.STEP_LIMIT
    assert along[row.PATH, 0] == pytest.approx(1.0e6, abs=320.0)


def test_a_step_that_became_fine_stays_fine():
    """0.2 GeV, 400 km, no losses: the step of dense air acts within the first bounces and is then kept, so the number
    of steps is path over step; a change of step at every visit to the air would kick the magnetic moment each time."""
    start = table.Start("e-", 0.2, 400.0, 60.0)
    shorter, longer = (_followed("e-", [start], path=path)[:, 0] for path in (2.0e7, 4.0e7))
    assert longer[row.FINE_STEPS] - shorter[row.FINE_STEPS] == longer[row.STEPS] - shorter[row.STEPS] > 0
