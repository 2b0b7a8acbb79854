"""Figures 1-4 of Gusev & Pugacheva 2003 (the trapped-proton source), computed anew: a PNG and a CSV each.

What agrees with the paper and what does not is said, figure by figure, in docs/gallery/gusev2003.md.
"""

import csv
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from mcbelt.constants import MB_TO_M2
from mcbelt.physics import angular_leptons, lepton_flux, lepton_production
from mcbelt.settings import reading
from mcbelt.sources.trapped import drift_averaged, prepare
from mcbelt.spectra.trapped_protons import TrappedProtons

PROTON_ENERGIES = (0.3, 0.35, 0.4, 0.5, 0.65, 0.8, 1.0, 1.5, 2.0, 3.0, 10.0)  # [GeV], figure 1
L_PAPER = 1.2
HELIUM = {"He": 1.0}


def write_csv(path: Path, comment: str, columns: dict) -> None:
    """Columns of equal length with a comment line that says what they are; names carry the units."""
    with path.open("w", newline="") as file:
        file.write(f"# {comment}\n")
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(
            [value if isinstance(value, str) else f"{value:.6g}" for value in row]
            for row in zip(*columns.values(), strict=True)
        )


def integral_ratio(T, energy):
    """N(e+, > E) / N(e-, > E) of one proton of kinetic energy T on helium.

    Parameters
    ----------
    T : float
        Proton kinetic energy [GeV].
    energy : ndarray, shape (n,)
        Lower limits of the lepton energy [GeV].

    Returns
    -------
    ndarray, shape (n,)
        NaN where fewer than 1e-5 of the e- are left (the tables end).
    """
    above = []
    for charge in (1, -1):
        table = lepton_production.lepton_table("He", charge)
        spectrum = lepton_production.rows_at(table, np.array([T]))[0]
        step = 0.5 * (spectrum[1:] + spectrum[:-1]) * np.diff(table.E_GeV)
        cumulative = np.concatenate([np.cumsum(step[::-1])[::-1], [0.0]])
        above.append(np.interp(energy, table.E_GeV, cumulative))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(above[1] > 1e-5 * above[1][0], above[0] / above[1], np.nan)


def figure_1(directory: Path):
    """Excess of positrons in production on helium, against the lepton's energy, for several proton energies."""
    energy = np.geomspace(1e-3, 2.0, 100)
    curves = {T: integral_ratio(T, energy) for T in PROTON_ENERGIES}
    write_csv(
        directory / "gusev2003_figure1.csv",
        "N(e+,>E)/N(e-,>E) per proton on helium; columns: proton kinetic energy in GeV",
        {"energy_MeV": energy * 1e3} | {f"ratio_{T:g}_GeV": ratio for T, ratio in curves.items()},
    )
    figure = Figure(figsize=(7.4, 4.8), layout="constrained")
    axes = figure.subplots()
    colours = matplotlib.colormaps["viridis"](np.linspace(0.0, 0.92, len(curves)))
    for colour, (T, ratio) in zip(colours, curves.items(), strict=True):
        axes.plot(energy * 1e3, ratio, color=colour, label=f"{T:g} GeV")
    axes.set(xscale="log", xlim=(1.0, 2000.0), ylim=(0.0, 16.0))
    axes.set_xlabel("electron energy E [MeV]")
    axes.set_ylabel("N(e$^+$, >E) / N(e$^-$, >E)")
    axes.set_title("Positron excess in p + He, after Gusev & Pugacheva 2003, fig. 1")
    figure.legend(title="proton energy", fontsize="small", loc="outside right center")
    return saved(figure, directory / "gusev2003_figure1.png")


def figure_2(directory: Path):
    """Trapped protons at L = 1.2: integral and differential spectrum, and the equatorial pitch-angle distribution."""
    protons = TrappedProtons("min", L_PAPER)
    T = np.geomspace(0.01, 1.5, 200)
    integral, differential = protons.integral_flux(T) * 1e-4, protons.differential_flux(T) * 1e-7
    alpha = np.linspace(55.0, 90.0, 141)
    energies = (0.05, 0.1, 0.2, 0.3, 0.4, 0.6)
    shape = {
        E: protons.directional_flux(E, np.radians(alpha)) / protons.directional_flux(E, 0.5 * np.pi) for E in energies
    }
    write_csv(
        directory / "gusev2003_figure2_spectrum.csv",
        "AP8-min at L = 1.2, B/B0 = 1; above 400 MeV the map code's own e-fold",
        {"T_MeV": T * 1e3, "J_integral_cm-2_s-1": integral, "J_differential_cm-2_s-1_MeV-1": differential},
    )
    write_csv(
        directory / "gusev2003_figure2_pitch_angle.csv",
        "AP8-min at L = 1.2: directional flux against equatorial pitch angle over its value at 90 degrees",
        {"pitch_angle_deg": alpha} | {f"relative_{E * 1e3:g}_MeV": values for E, values in shape.items()},
    )
    figure = Figure(figsize=(10.0, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.loglog(T * 1e3, integral, label="J(>E) [cm$^{-2}$ s$^{-1}$]")
    left.loglog(T * 1e3, differential, label="dJ/dE [cm$^{-2}$ s$^{-1}$ MeV$^{-1}$]")
    left.axvspan(400.0, 1500.0, color="0.9", zorder=0)
    left.text(420.0, 2e3, "beyond\nthe map", fontsize="small")
    left.set(xlabel="proton energy [MeV]", ylim=(1e-4, 1e4), title="AP8-min, L = 1.2, equator")
    left.legend(fontsize="small", loc="lower left")
    for E, values in shape.items():
        right.plot(alpha, values, label=f"{E * 1e3:g} MeV")
    right.axvline(72.0, color="0.6", linestyle=":")
    right.set(
        xlabel="equatorial pitch angle [deg]",
        ylabel="flux / flux at 90°",
        title="18° around the equatorial plane (dotted)",
    )
    right.legend(fontsize="small")
    return saved(figure, directory / "gusev2003_figure2.png")


def angle_energy_distribution():
    """Positrons made in helium by a unidirectional flux equal to the omnidirectional AP8-min one at L = 1.2.

    Returns
    -------
    energy, cosine : ndarray, shape (ne,), (nc,)
        Positron energy [GeV] and bin centres of the cosine of its angle to the proton.
    production : ndarray, shape (ne, nc)
        [MeV-1 s-1 sr-1 g-1].
    """
    table = angular_leptons.angular_lepton_table("He", 1)
    flux = TrappedProtons("min", L_PAPER).differential_flux(table.T_GeV)
    nuclei = lepton_flux.targets_per_kg(HELIUM)["He"]
    per_kg = (
        np.trapezoid(flux[:, None, None] * table.differential, table.T_GeV, axis=0) * MB_TO_M2 * nuclei / (2.0 * np.pi)
    )
    # Bins of angle by pairs: in the first, 4 degrees wide, the quadrature over decays leaves too few.
    solid_angle = table.solid_angle_cosine.reshape(-1, 2)
    paired = (per_kg.reshape(len(per_kg), -1, 2) * solid_angle).sum(axis=-1) / solid_angle.sum(axis=-1)
    return table.E_GeV, 1.0 - 2.0 * table.v_edges[1::2] ** 2, paired * 1e-3 * 1e-3


def figure_3(directory: Path):
    """Energy and angle of the positrons at production by trapped protons."""
    energy, cosine, production = angle_energy_distribution()
    keep = energy < 1.0
    energy, production = energy[keep] * 1e3, production[keep]
    grid = np.meshgrid(energy, np.degrees(np.arccos(cosine)), indexing="ij")
    write_csv(
        directory / "gusev2003_figure3.csv",
        "Positrons made per second in one gram of helium by the AP8-min flux at L = 1.2, per angle to the proton",
        {
            "energy_MeV": grid[0].ravel(),
            "angle_deg": grid[1].ravel(),
            "production_MeV-1_s-1_sr-1_g-1": production.ravel(),
        },
    )
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    axes = figure.subplots()
    levels = 10.0 ** np.arange(-9.0, -3.4, 0.5)
    lines = axes.contour(
        np.degrees(np.arccos(cosine)), energy, np.maximum(production, 1e-30), levels=levels, cmap="viridis", norm="log"
    )
    axes.clabel(lines, fmt=lambda value: f"{value:.0e}", fontsize="x-small")
    axes.set(yscale="log", ylim=(3.0, 700.0), xlim=(0.0, 180.0))
    axes.set_xlabel("angle to the proton [deg]")
    axes.set_ylabel("positron energy [MeV]")
    axes.set_title(
        "Production by trapped protons [MeV$^{-1}$ s$^{-1}$ sr$^{-1}$ g$^{-1}$],\nafter Gusev & Pugacheva 2003, fig. 3",
        fontsize="medium",
    )
    return saved(figure, directory / "gusev2003_figure3.png")


def belt_case(preset: str, **changes):
    """Campaign on L = 1.2 with one of the presets and dotted changes, for figures and the waterfall."""
    table = {
        "kind": "belt",
        "name": f"gusev2003-{preset}",
        "preset": preset,
        "shell": {"L": L_PAPER, "date": "1998-06-05"},
        "air": {"f107": 112.0, "f107a": 108.0, "ap": 10.0},
    }
    for dotted, value in changes.items():
        section, name = dotted.split(".")
        table.setdefault(section, {})[name] = value
    return reading.validate(table, f"gusev2003 {preset}")


def spectra_at_equator(case):
    """Drift-averaged directional flux at 90 degrees.

    Returns
    -------
    energy : ndarray, shape (ne,)
        [GeV].
    flux : ndarray, shape (2, ne)
        e+ and e- [m-2 s-1 sr-1 MeV-1].
    """
    shell = prepare.prepare(case).shell
    return shell.energy, drift_averaged.flux(shell)[:, :, -1].sum(axis=1) * 1e-3


def figure_4(directory: Path):
    """Spectra of trapped positrons and electrons from the trapped protons, and their ratio."""
    columns = {}
    figure = Figure(figsize=(10.0, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for preset, style in (("paper", "-"), ("full", "--")):
        energy, flux = spectra_at_equator(belt_case(preset))
        columns |= {"energy_MeV": energy * 1e3, f"positron_{preset}": flux[0], f"electron_{preset}": flux[1]}
        left.loglog(energy * 1e3, flux[0], style, color="C3", label=f"e$^+$, {preset}")
        left.loglog(energy * 1e3, flux[1], style, color="C0", label=f"e$^-$, {preset}")
        some = flux[1] > 0.0
        right.semilogx(energy[some] * 1e3, flux[0][some] / flux[1][some], style, color="0.2", label=preset)
    write_csv(
        directory / "gusev2003_figure4.csv",
        "Directional flux at 90 degrees on L = 1.2 from AP8-min [m-2 s-1 sr-1 MeV-1], presets paper and full",
        columns,
    )
    left.set(
        xlim=(10.0, 600.0),
        ylim=(1e-5, 1e3),
        xlabel="energy [MeV]",
        ylabel="flux [m$^{-2}$ s$^{-1}$ sr$^{-1}$ MeV$^{-1}$]",
    )
    left.set_title("Trapped e$^{\\pm}$ on L = 1.2, trapped-proton source")
    right.axhspan(7.0, 8.0, color="0.9", label="the paper's 7-8")
    right.set(xlim=(10.0, 600.0), ylim=(0.0, 14.0), xlabel="energy [MeV]", ylabel="e$^+$/e$^-$", title="ratio")
    left.legend(fontsize="small")
    right.legend(fontsize="small")
    return saved(figure, directory / "gusev2003_figure4.png")


FIGURES = {"1": figure_1, "2": figure_2, "3": figure_3, "4": figure_4}


def saved(figure, path: Path) -> Path:
    """Write a figure and return its path."""
    figure.savefig(path, dpi=150)
    return path
