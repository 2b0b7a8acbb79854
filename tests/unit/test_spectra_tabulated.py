"""A user's own spectrum: units and interpolation; faults are in tests/system/test_spectrum_shapes.py."""

import numpy as np
import pytest

from mcbelt.errors import PhysicsError
from mcbelt.spectra.tabulated import FLUX_COLUMNS, read_spectrum_csv


def written(tmp_path, text):
    path = tmp_path / "protons.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_power_law_is_interpolated_exactly(tmp_path):
    T = np.array([100.0, 300.0, 1000.0, 2000.0])
    lines = "\n".join(f"{t},{t**-2.7}" for t in T)
    spectrum = read_spectrum_csv(written(tmp_path, f"# my belt\nT_MeV,flux_cm2_s_MeV\n{lines}\n"))
    assert not spectrum.directional
    energies = np.array([0.1, 0.17, 0.5, 2.0])
    np.testing.assert_allclose(spectrum(energies), 1e7 * (energies * 1e3) ** -2.7, rtol=1e-12)


@pytest.mark.parametrize(("column", "factor"), [(name, value[0]) for name, value in FLUX_COLUMNS.items()])
def test_units_of_the_header(tmp_path, column, factor):
    spectrum = read_spectrum_csv(written(tmp_path, f"note,T_MeV,{column}\na,100,2\nb,200,1\n"))
    assert spectrum(0.1) == pytest.approx(2.0 * factor)
    assert spectrum.directional == ("_sr_" in column)


def test_zero_flux_is_allowed_at_the_end(tmp_path):
    spectrum = read_spectrum_csv(written(tmp_path, "T_MeV,flux_m2_s_GeV\n100,2\n200,1\n300,0\n"))
    np.testing.assert_allclose(spectrum([0.25, 0.3]), [0.5, 0.0], atol=1e-12)


def test_outside_the_table_is_an_error(tmp_path):
    spectrum = read_spectrum_csv(written(tmp_path, "T_MeV,flux_m2_s_GeV\n100,2\n200,1\n"))
    for T in (0.0999, 0.2001, float("nan")):
        with pytest.raises(PhysicsError, match=r"0\.1-0\.2 GeV"):
            spectrum(T)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(PhysicsError, match=r"nowhere\.csv"):
        read_spectrum_csv(tmp_path / "nowhere.csv")
