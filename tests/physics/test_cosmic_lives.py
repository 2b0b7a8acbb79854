"""Lives of e+- from birth to absorption: forward ends, the split of the tallies, and the maps drawn from them."""

import math

import numpy as np
import pytest
import xarray

from atmosphere.isothermal import ExponentialAir
from geomag.coordinates import east_north_up, position_of_geodetic
from geomag.dipole import DipoleModel
from mcbelt import constants
from mcbelt.figures import origin_maps
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.matter import MixtureLosses
from mcbelt.physics.loss_table import element_losses
from mcbelt.sources.cosmic import absorption, origins

AIR = ExponentialAir(density=1.2, scale_height=7.0e3, reference=0.0, top=4.0e6, fractions=(0.0, 0.0, 0.77, 0.22, 0.01))
NO_FIELD = DipoleModel(0.0, 0.0, 1e-30, 0.0, 0.0, 0.0)


def fall(energy, direction=-1.0, **changes):
    """Absorption of a charge that goes down (-1) or up (1) at 100 km above 17 N, 29 E; backward model, no field."""
    up = np.array(east_north_up(0.3, 0.5)[6:])
    momentum = math.sqrt(energy * (energy + 2.0 * constants.ELECTRON_MASS))
    table = lanes.charge_table(
        position_of_geodetic(0.3, 0.5, 100e3), direction * up, momentum, constants.ELECTRON_MASS, 1.0
    )
    stepping = lanes.Stepping(direction=-1.0, fixed_step=500.0, air_fraction=0.0)
    model = lanes.LaneModel(NO_FIELD, AIR, MixtureLosses(element_losses(), 0.0), stepping=stepping)
    model = model._replace(limits=lanes.Limits(**({"floor": 15e3} | changes)))
    return absorption.absorbed(model, table, np.zeros(1, np.uint64), 1, energy)


def test_a_fast_charge_reaches_the_floor_under_its_start():
    """85 km at the speed of light; within a step."""
    end = fall(100.0)
    assert end.time[0] == pytest.approx(85e3 / constants.SPEED_OF_LIGHT, rel=0.02)
    assert end.place[0] == origins.place_bin(0.5, 0.3)


def test_a_slow_charge_is_absorbed_above_the_floor():
    """0.5 GeV is down to a tenth after some 600 kg m-2: at 20-30 km."""
    end = fall(0.5)
    assert 70e3 < end.time[0] * constants.SPEED_OF_LIGHT < 82e3
    assert end.place[0] == origins.place_bin(0.5, 0.3)


def test_what_escapes_or_goes_on_is_not_absorbed():
    assert fall(0.5, 1.0).place[0] == -1
    assert fall(0.5, 1.0, time=1e-4).place[0] == -1


def test_lives_are_split_at_the_sum_of_both_times():
    """A birth 0.7 s before an absorption 0.2 s ahead is short-lived, one 0.4 s ahead long-lived; their ages agree."""
    lane = np.zeros((row.LANE_ROWS, 2))
    lane[row.PRODUCED], lane[row.STEP_NOW], lane[row.TIME], lane[row.ALTITUDE] = 2.0, -3.0, 0.7, 57e3
    lane[row.AHEAD] = 0.2, 0.4
    tally = np.zeros((2, origins.BINS))
    for k in range(2):
        origins._score(origins.origins(), tally[k], lane, k)
    _, time, life, place = origins.split(tally)
    assert np.array_equal(time[0], time[1])
    assert not np.array_equal(life[0], life[1])
    assert place.sum(axis=(2, 3)) == pytest.approx(np.array([[6.0, 0.0], [0.0, 6.0]]))
    for tallied in (time, life):
        assert tallied.sum(axis=1) == pytest.approx([6.0, 6.0])


def test_maps_show_shares_from_180_west():
    """Longitudes ascend from 180 W and keep their values; the shares of one class sum to 1."""
    values = np.zeros((2, 36, 18))
    values[1, 35, 9], values[1, 0, 9], values[0, 18, 9] = 0.2, 0.3, 0.5
    edges = {"birth_longitude_deg": 5.0 + 10.0 * np.arange(36), "birth_latitude_deg": -85.0 + 10.0 * np.arange(18)}
    names = ("life", "birth_longitude_deg", "birth_latitude_deg")
    map_ = xarray.DataArray(values, {"life": list(origins.LIVES)} | edges, names)
    shares = origin_maps._shares(map_, "long-lived")
    assert (np.diff(shares["birth_longitude_deg"]) > 0.0).all()
    assert float(shares.sel(birth_longitude_deg=-5.0, birth_latitude_deg=5.0)) == pytest.approx(0.4)
    assert float(shares.sum()) == pytest.approx(1.0)
    result = xarray.Dataset(
        {f"{kind}_map_{name}": map_ for kind in ("birth", "absorption") for name in ("positron", "electron")},
        attrs={"name": "test", "case": ""},
    )
    assert origin_maps.available(result)
    assert len(origin_maps.origins_and_absorption(result).axes) == 8
