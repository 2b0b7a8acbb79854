"""Fields written out as code: equal to the general kernels, picklable, and the same module for all who ask."""

import pickle
import sys

import numpy as np
import pytest
from numba import njit

import geomag
from geomag import unrolled
from geomag.field import magnetic_field

RADII_KM = (6400.0, 7000.0, 12000.0, 100000.0)


def _positions():
    rng = np.random.default_rng(7)
    u = rng.normal(size=(40, 3))
    u = np.concatenate([u / np.linalg.norm(u, axis=1, keepdims=True), [[0, 0, 1], [0, 0, -1], [1, 0, 0]]])
    return np.concatenate([radius * 1e3 * u for radius in RADII_KM])


def coefficients(degree):
    rng = np.random.default_rng(degree)
    return rng.normal(size=(2, degree + 1, degree + 1)) * 1e3


@njit
def _through_the_seam(model, x, y, z):
    return magnetic_field(model, x, y, z)


@pytest.mark.parametrize(
    "field",
    [
        geomag.Igrf("1998-06-05"),
        geomag.Igrf("1900-01-01"),
        geomag.CentredDipole("2020-01-01"),
        geomag.EccentricDipole("1998-06-05"),
    ],
    ids=str,
)
def test_equals_the_general_kernel(field):
    """1e-6 nT asked; both are exact to rounding, 1e-14 of the field, poles included."""
    model = unrolled.unrolled(field)
    for x, y, z in _positions():
        found, expected = _through_the_seam(model, x, y, z), magnetic_field(field.model, x, y, z)
        np.testing.assert_allclose(found, expected, rtol=0, atol=3e-14 * np.linalg.norm(expected) + 1e-24)


def test_a_column_without_cosine_or_sine_terms():
    """A coefficient that happens to be zero must not drop its partner (g13,12 = 0 occurs in IGRF)."""
    g, h = np.zeros((4, 4)), np.zeros((4, 4))
    h[3, 2], h[2, 1], g[3, 3] = 100.0, -50.0, 20.0
    field = geomag.SphericalHarmonic(g, h)
    model = unrolled.unrolled(field)
    for x, y, z in _positions()[:20]:
        expected = magnetic_field(field.model, x, y, z)
        np.testing.assert_allclose(_through_the_seam(model, x, y, z), expected, rtol=1e-12, atol=1e-24)


def test_uncompiled_seam_and_pickle():
    model = unrolled.unrolled(geomag.Igrf("1998-06-05"))
    again = pickle.loads(pickle.dumps(model))
    assert again == model
    assert hash(again) == hash(model)
    assert magnetic_field(again, 7e6, 1e6, 2e6) == _through_the_seam(model, 7e6, 1e6, 2e6)
    assert unrolled.module_path(model.key).read_text().count("\n") > 300


def test_two_dates_are_two_types():
    one, two = (unrolled.unrolled(geomag.Igrf(date)) for date in ("1998-06-05", "1998-06-06"))
    assert one.key != two.key
    assert _through_the_seam(one, 7e6, 0.0, 0.0) != _through_the_seam(two, 7e6, 0.0, 0.0)


@pytest.mark.parametrize(
    ("g", "h"), [(np.zeros((3, 3)), np.zeros((2, 2))), (np.full((2, 2), np.nan), np.zeros((2, 2)))]
)
def test_refuses_what_is_no_expansion(g, h):
    with pytest.raises(ValueError, match="UnrolledField"):
        unrolled.UnrolledField(g, h)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", None], ids=["empty", "no text", "cut"])
def test_a_generated_file_that_is_not_whole_is_written_anew(content):
    """The kernel never comes from the file, so a file that was cut cannot change a field."""
    model = unrolled.UnrolledField(*coefficients(3))
    path = unrolled.module_path(model.key)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    del sys.modules[f"geomag_unrolled_{model.key}"]
    expected = unrolled.unrolled_magnetic_field(unrolled.UnrolledField(model.g, model.h), 7e6, 1e6, 2e6)
    assert path.read_bytes() == whole
    assert np.all(np.isfinite(expected))
    assert np.any(np.asarray(expected) != 0.0)


def test_where_no_file_can_be_written_the_field_is_there(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(unrolled.kernelcache, "cache_root", lambda: tmp_path / "file")
    model = unrolled.UnrolledField(*coefficients(2))
    assert np.all(np.isfinite(unrolled.unrolled_magnetic_field(model, 7e6, 1e6, 2e6)))
