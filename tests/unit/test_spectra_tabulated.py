"""A user's own spectrum: units, interpolation, and one clear sentence for each fault."""

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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no header line"),
        ("T_GeV,flux_m2_s_GeV\n1,2\n2,1\n", "Expected columns: T_MeV"),
        ("T_MeV,flux\n1,2\n2,1\n", "Expected columns: T_MeV"),
        ("T_MeV,flux_m2_s_GeV\n1,2\n", "at least 2"),
        ("T_MeV,flux_m2_s_GeV\n1,2\n3,1\n2,1\n", "line 4: T_MeV = 2 does not exceed"),
        ("T_MeV,flux_m2_s_GeV\n1,2\n1,1\n", "does not exceed"),
        ("T_MeV,flux_m2_s_GeV\n0,2\n1,1\n", "above 0"),
        ("T_MeV,flux_m2_s_GeV\n1,-2\n2,1\n", "not negative"),
        ("T_MeV,flux_m2_s_GeV\n1,nan\n2,1\n", "finite"),
        ("T_MeV,flux_m2_s_GeV\n1,x\n2,1\n", 'line 2: flux_m2_s_GeV = "x" is not a number'),
        ("T_MeV,flux_m2_s_GeV\n1\n2,1\n", "line 2: 1 cells"),
        ("T_MeV,flux_m2_s_GeV\n1,0\n2,0\n", "all fluxes are zero"),
    ],
)
def test_faults_are_named(tmp_path, text, message):
    with pytest.raises(PhysicsError, match=message):
        read_spectrum_csv(written(tmp_path, text))


def test_missing_file_is_named(tmp_path):
    with pytest.raises(PhysicsError, match=r"nowhere\.csv"):
        read_spectrum_csv(tmp_path / "nowhere.csv")
