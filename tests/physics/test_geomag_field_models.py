"""What every field model must hold. A new model enters `MODELS` and inherits all of it."""

import json
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from numba import njit

import geomag
from geomag.constants import REFERENCE_RADIUS
from geomag.field import field_and_gradient, magnetic_field, strength_and_gradient

DATE = "1998-06-05"
MODELS = {
    "igrf": lambda: geomag.Igrf(DATE),
    "centred": lambda: geomag.CentredDipole(DATE),
    "eccentric": lambda: geomag.EccentricDipole(DATE),
    "jensen_cain": lambda: geomag.HistoricalField("jensen_cain_1960"),
    "gsfc": lambda: geomag.HistoricalField("gsfc_1266_1970"),
}
# every model in a process without a compiler, at the points below
PURE_PYTHON = """
import json, sys
sys.path.insert(0, sys.argv[1])
from test_geomag_field_models import MODELS, points
from geomag.field import field_and_gradient, magnetic_field
from geomag.bounce_line import bounce_line
out = {}
for name, make in MODELS.items():
    field = make()
    out[name] = [[*magnetic_field(field.model, *p), *field_and_gradient(field.model, *p)] for p in points(5).tolist()]
line = bounce_line(MODELS["eccentric"](), [7.6e6, 0.0, 0.0], 25000.0, nodes=8)
out["bounce"] = [line.I_m, line.half_bounce_m]
print(json.dumps(out))
"""


def points(count, low=1.0, high=2.5, seed=3):
    """Random positions [m], shape (count, 3), between two distances in Earth radii; the poles come first."""
    rng = np.random.default_rng(seed)
    directions = rng.standard_normal((count, 3))
    directions[:2] = [[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]]
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    return directions * rng.uniform(low, high, count)[:, None] * REFERENCE_RADIUS


@pytest.fixture(scope="module", params=MODELS)
def field(request):
    return MODELS[request.param]()


def jacobian(model, point, step=500.0):
    """dB_i/dx_j [T/m] by fourth-order differences of the field alone."""
    rows = []
    for axis in np.eye(3):
        one, two = (
            np.array(magnetic_field(model, *(point + h * axis))) - np.array(magnetic_field(model, *(point - h * axis)))
            for h in (step, 2.0 * step)
        )
        rows.append((8.0 * one - two) / (12.0 * step))
    return np.array(rows).T


def test_finite_everywhere_outside_the_core(field):
    x, y, z = points(500, 0.55, 20.0).T
    assert np.isfinite(field.cartesian(x, y, z)).all()


def test_no_divergence_and_no_curl(field):
    """1e-9 of the largest element: rounding 1e-16 over 1 km / 7000 km, and the fourth-order remainder."""
    for point in points(30):
        matrix = jacobian(field.model, point)
        scale = np.abs(matrix).max()
        assert abs(np.trace(matrix)) < 1e-9 * scale
        assert np.abs(matrix - matrix.T).max() < 1e-9 * scale


def test_gradient_is_that_of_the_field(field):
    for point in points(30):
        bx, by, bz, xx, xy, xz, yy, yz = field_and_gradient(field.model, *point)
        # two sums of other length: equal to rounding
        assert np.allclose([bx, by, bz], magnetic_field(field.model, *point), rtol=1e-12, atol=1e-18)
        matrix = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, -xx - yy]])
        assert np.abs(matrix - jacobian(field.model, point)).max() < 1e-9 * np.abs(matrix).max()


def test_gradient_of_strength(field):
    for point in points(10):
        strength, bx, by, bz, *gradient = strength_and_gradient(field.model, *point)
        flux = np.array(magnetic_field(field.model, *point))
        assert strength == pytest.approx(np.linalg.norm(flux), rel=1e-12)
        assert np.allclose([bx, by, bz], flux / strength, atol=1e-12)
        assert np.allclose(gradient, flux / strength @ jacobian(field.model, point), atol=1e-9 * strength / 1e6)


def test_dipole_far_away(field):
    """At r = 100 R_E the field is r^-3 times that at 50 R_E; the quadrupole, 0.1 of the dipole at R_E, leaves 0.4 %."""
    for point in points(20, 1.0, 1.0):
        near = np.array(magnetic_field(field.model, *(50.0 * point)))
        far = np.array(magnetic_field(field.model, *(100.0 * point)))
        assert np.linalg.norm(8.0 * far - near) < 5e-3 * np.linalg.norm(near)
        moment = field.dipole_moment
        unit = point / np.linalg.norm(point)
        dipole = (3.0 * (moment @ unit) * unit - moment) / (100.0 * np.linalg.norm(point)) ** 3
        assert np.linalg.norm(far - dipole) < 5e-3 * np.linalg.norm(dipole)


def test_pickles(field):
    again = pickle.loads(pickle.dumps(field))
    model = pickle.loads(pickle.dumps(field.model))
    for point in points(3):
        assert magnetic_field(again.model, *point) == magnetic_field(field.model, *point)
        assert magnetic_field(model, *point) == magnetic_field(field.model, *point)


@njit
def _inside_a_kernel(model, x, y, z):
    return magnetic_field(model, x, y, z), field_and_gradient(model, x, y, z)


def test_seam_inside_a_kernel(field):
    for point in points(3):
        inside, gradient = _inside_a_kernel(field.model, *point)
        assert inside == magnetic_field(field.model, *point)
        assert gradient == field_and_gradient(field.model, *point)


def test_seam_has_no_code_for_other_types():
    with pytest.raises(KeyError):
        magnetic_field((1.0, 2.0), 7e6, 0.0, 0.0)


def test_compiled_equals_pure_python():
    """Contraction to fused multiply-add changes the last digits only: 1e-12 of the largest component."""
    from geomag.bounce_line import bounce_line

    environment = dict(os.environ, NUMBA_DISABLE_JIT="1")
    done = subprocess.run(
        [sys.executable, "-c", PURE_PYTHON, os.path.dirname(__file__)],
        env=environment, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    pure = json.loads(done.stdout.splitlines()[-1])
    for name, make in MODELS.items():
        model = make().model
        for point, expected in zip(points(5), pure[name], strict=True):
            compiled = np.array([*magnetic_field(model, *point), *field_and_gradient(model, *point)])
            for part in (slice(0, 6), slice(6, 11)):
                scale = np.abs(expected[part]).max()
                assert np.abs(compiled[part] - expected[part]).max() < 1e-12 * scale
    line = bounce_line(MODELS["eccentric"](), [7.6e6, 0.0, 0.0], 25000.0, nodes=8)
    assert [line.I_m, line.half_bounce_m] == pytest.approx(pure["bounce"], rel=1e-11)


def test_position_in_the_core_is_refused(field):
    with pytest.raises(geomag.OutOfRange, match="outside the core"):
        field.cartesian(3.0e6, 0.0, 0.0)
    with pytest.raises(geomag.OutOfRange, match="outside the core"):
        field.geodetic(0.0, 0.0, -3000.0)
    assert np.isnan(field.geodetic(0.0, 0.0, np.nan)).all()


def test_latitude_out_of_range(field):
    for door in (field.geodetic, field.geocentric):
        with pytest.raises(geomag.OutOfRange, match="latitude 91"):
            door([0.0, 91.0], 0.0, 7000.0)


def test_geodetic_components_are_those_of_the_local_axes():
    """Along the geodetic, not the geocentric vertical: the two differ by 0.19 deg at 45 deg, 150 nT."""
    from geomag.coordinates import east_north_up, geodetic_to_cartesian

    field = MODELS["igrf"]()
    latitude, longitude, altitude = (
        np.array([45.0, -90.0, 12.0]),
        np.array([10.0, 30.0, -170.0]),
        np.array([0.0, 100.0, 900.0]),
    )
    components = np.array(field.geodetic(latitude, longitude, altitude))
    flux = np.array(field.cartesian(*geodetic_to_cartesian(latitude, longitude, altitude)))
    for i in range(3):
        axes = np.array(east_north_up(np.radians(latitude[i]), np.radians(longitude[i]))).reshape(3, 3)
        assert np.allclose(axes @ flux[:, i], components[:, i], atol=1e-8)
    geocentric = np.array(field.geocentric(45.0, 10.0, 6371.2))
    assert not np.allclose(components[:, 0], geocentric, atol=50.0)
