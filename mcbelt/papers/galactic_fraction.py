"""The bridge: positron fraction of the radiation belt and of the Galaxy over the measured one.

The same chain p -> pi -> mu -> e makes both. In the Galaxy nearly all electrons are primary and the fraction is a few
per cent; in the belt there are none from outside, and positrons outnumber electrons because a proton has charge to give
away.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mcbelt.errors import ConfigError
from mcbelt.figures.galactic_data import measurement
from mcbelt.figures.galactic_figure import Drawing, Sheet
from mcbelt.files import result as result_files
from mcbelt.interstellar.models import fraction_at_earth, solved

_ENERGY = np.geomspace(0.05, 500.0, 160)


def drawing(paths: Sequence[Path], models: Sequence[str]) -> Drawing:
    """Figure of results and published models with the measurements.

    Parameters
    ----------
    paths : list of Path
        Result files or directories of campaigns, of any kind with flux_positron and flux_electron.
    models : list of str
        Names of published Galactic models, at the Earth with their own modulation.

    Returns
    -------
    Drawing

    Raises
    ------
    ConfigError, ResultsError
        Nothing to draw; a path holds no result.
    """
    if not paths and not models:
        raise ConfigError("mcbelt fraction: give results of campaigns or --model, for example --model ms98-08-005.")
    sheet = Sheet(("positron fraction",), "energy [GeV]", "e+ / (e+ + e-)")
    said = []
    for k, path in enumerate(paths):
        dataset = result_files.open_result(path)
        positrons, electrons = dataset["flux_positron"].values, dataset["flux_electron"].values
        some = (positrons > 0.0) | (electrons > 0.0)
        energy = 1.0e-3 * dataset["energy_MeV"].values[some]
        values = (positrons / np.where(some, positrons + electrons, 1.0))[some]
        label = f"{dataset.attrs['name']} {dataset.attrs['case']}".strip()
        sheet.line(energy, values, label, ls="-", marker="." if len(energy) < 60 else "", color=f"C{k}")
        said.append(f"{label}: {values.min():.2g} to {values.max():.2g}")
    for k, name in enumerate(models):
        from mcbelt.interstellar import presets

        modulation = presets.preset(name).sun.modulation_MV
        values = fraction_at_earth(solved(name), _ENERGY, modulation)
        sheet.line(_ENERGY, values, f"Galaxy, {name}, {modulation:g} MV", ls=("--", "-.", ":")[k % 3], color="black")
        said.append(f"Galaxy, {name}: {np.interp(10.0, _ENERGY, values):.2g} at 10 GeV")
    for name in ("ams02_posfraction", "pamela_posfraction", "fermi_posfraction"):
        sheet.points(measurement(name))
    sheet.limits((0.005, 600.0), (0.005, 1.2))
    return sheet.finished("positron-fraction", "Positron fraction. " + "; ".join(said) + ".", "lower left")
