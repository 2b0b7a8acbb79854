"""Figure 4: spectra of trapped e+ and e- on L = 1.2 from trapped protons."""

from pathlib import Path
from typing import Any

import numpy as np

from mcbelt.papers.gusev2003.production_on_helium import L_PAPER
from mcbelt.papers.plate import STATED, at_least, blank, legend_below, saved, write_csv
from mcbelt.settings import reading
from mcbelt.sources.trapped import prepare, primaries, scattered

PRESETS = ("paper", "full")
_WORDS = {"paper": "the paper's case", "full": "our own physics"}


def belt_case(preset: str, **changes: Any) -> Any:
    """Campaign on L = 1.2 with one of the presets and dotted changes, for figures and the waterfall."""
    table = {
        "kind": "belt",
        "name": f"gusev2003-{preset}",
        "preset": preset,
        "shell": {"L": L_PAPER, "date": "1998-06-05"},
        "air": {"f107": 112.0, "f107a": 108.0, "ap": 10.0, "sun": "day"},
    }
    for dotted, value in changes.items():
        section, name = dotted.split(".")
        table.setdefault(section, {})[name] = value
    return reading.validate(table, f"gusev2003 {preset}")


def spectra_at_equator(case: Any) -> tuple[np.ndarray, np.ndarray]:
    """Directional flux at 90 degrees, averaged over the drift, with the scattering of the case.

    Returns
    -------
    energy : ndarray, shape (ne,)
        [GeV].
    flux : ndarray, shape (2, ne)
        e+ and e- [m-2 s-1 sr-1 MeV-1].
    """
    shell = prepare.model_of(case, primaries.protons, ()).shell  # the spectra of the variants are not shown
    return shell.energy, scattered.flux(shell)[:, :, -1].sum(axis=1) * 1e-3


def figure_4(directory: Path, presets: tuple[str, ...] = PRESETS) -> Path:
    """Spectra of trapped positrons and electrons from the trapped protons, and their ratio, for one or two presets."""
    columns = {}
    figure, (left, right) = blank((10.0, 5.2), columns=2)
    for preset, style in zip(presets, ("-", "--")[: len(presets)], strict=True):
        energy, flux = spectra_at_equator(belt_case(preset))
        columns |= {"energy_MeV": energy * 1e3, f"positron_{preset}": flux[0], f"electron_{preset}": flux[1]}
        left.loglog(energy * 1e3, flux[0], style, color="C3", label=f"e$^+$, {_WORDS[preset]}")
        left.loglog(energy * 1e3, flux[1], style, color="C0", label=f"e$^-$, {_WORDS[preset]}")
        some = flux[1] > 0.0
        right.semilogx(energy[some] * 1e3, flux[0][some] / flux[1][some], style, color="0.2", label=_WORDS[preset])
    write_csv(
        directory / "gusev2003_figure4.csv",
        f"Directional flux at 90 degrees on L = 1.2 from AP8-min [m-2 s-1 sr-1 MeV-1], presets {' and '.join(presets)}",
        columns,
    )
    left.set(
        xlim=(10.0, 600.0),
        ylim=(1e-5, 1e3),
        xlabel="energy [MeV]",
        ylabel="flux [m$^{-2}$ s$^{-1}$ sr$^{-1}$ MeV$^{-1}$]",
    )
    left.set_title("Trapped e$^{\\pm}$ on L = 1.2, trapped-proton source")
    left.axvline(300.0, color=STATED, linestyle="--", label="paper: steep end near 300 MeV")
    right.fill_between((10.0, 500.0), 7.0, 8.0, color=STATED, alpha=0.2, lw=0.0, label="paper: 7-8, 10-500 MeV")
    at_least(right, np.sqrt(3000.0), (7.0, 7.9), "paper: at least 7, 10-300 MeV")
    right.set(xlim=(10.0, 600.0), ylim=(0.0, 14.0), xlabel="energy [MeV]", ylabel="e$^+$/e$^-$", title="ratio")
    legend_below(left, 2)
    legend_below(right, 2)
    return saved(figure, directory / "gusev2003_figure4.png")


FIGURES = {"4": figure_4}
