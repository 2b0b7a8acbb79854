"""What to cite for a result: the works behind exactly the models that its configuration switched on."""

import datetime
from typing import Any

from mcbelt.figures import works
from mcbelt.spectra import solar_modulation

_INTERSTELLAR = {"vos2015": works.VOS, "corti2016": works.CORTI, "burger2000": works.BURGER}

_MSIS = {0.0: works.MSIS00, 2.0: works.MSIS20, 2.1: works.MSIS21}


def used(physics: dict[str, Any]) -> list[tuple[works.Reference, str]]:
    """References of the models that a configuration uses, each with what it stands for.

    Parameters
    ----------
    physics : dict
        The physics of a result, its attribute `physics_json`.

    Returns
    -------
    list of (works.Reference, str)
        Each work once for each purpose.
    """
    if any(isinstance(each, dict) for each in physics.get("sources", ())):  # several: each work once for each purpose
        shared = {key: value for key, value in physics.items() if key != "sources"}
        return list(dict.fromkeys(work for each in physics["sources"] for work in used(shared | each)))
    found = [(works.MCBELT, "program")]
    shell, air = physics.get("shell", {}), physics.get("air", {})
    if shell:
        found += [(works.IGRF14, "field model, coefficients"), (works.IGRF, "field model")]
    if air and not (air.get("composition") == "helium" and "density_g_cm3" in air):
        found.append((_MSIS[float(air["msis_version"])], "air"))
    if physics.get("source", {}).get("kind") == "trapped_protons":
        found.append((works.AP8, "trapped protons"))
    if physics.get("source", {}).get("kind") == "cosmic_rays":
        found += _cosmic_rays(physics["source"], str(shell.get("date", "")))
    if "physics" in physics:
        found += _microphysics(physics["physics"], air)
    if _is_of_the_paper(physics):
        found.append((works.GUSEV2003, "assumptions of the paper"))
    return found


def _cosmic_rays(source: dict[str, Any], date: str) -> list[tuple[works.Reference, str]]:
    found = [(works.STORMER, "geomagnetic cutoff")]
    if source.get("interstellar") in _INTERSTELLAR:
        found += [(_INTERSTELLAR[source["interstellar"]], "interstellar protons"), (works.GLEESON, "solar modulation")]
    phi, day = source.get("phi_MV"), datetime.date.fromisoformat(date) if date else None
    if day and solar_modulation.is_of_table(day, str(source.get("interstellar")), phi):
        found.append((works.USOSKIN, "modulation potential by month"))
    if source.get("species") == "proton+helium":
        found.append((works.BOSCHINI, "interstellar helium"))
    if source.get("second_spectrum"):
        found.append((works.AMS_PROTONS, "protons under the cutoff"))
    if source.get("neutral_pions") or source.get("radiated_photons"):
        found.append((works.TSAI, "pair production"))
    if source.get("interstellar") == "gusev2003":
        found.append((works.GUSEV2003, "cosmic-ray protons"))
    return found


def _microphysics(switches: dict[str, Any], air: dict[str, Any]) -> list[tuple[works.Reference, str]]:
    found = [(works.GEANT4, "pion and kaon production"), (works.BERTINI, "cascade on H and He")]
    if air.get("composition") != "helium":
        found.append((works.INCL, "cascade on N, O and Ar"))
    if switches.get("decay") == "ms98":
        found.append((works.MS98, "decay spectra"))
    if switches.get("losses") == "full":
        found += [(works.COLLISIONS, "collision losses"), (works.TSAI, "bremsstrahlung")]
    for switch, reference, what in (
        ("knock_on", works.ROSSI, "knock-on electrons"),
        ("annihilation", works.HEITLER, "annihilation in flight"),
        ("scattering", works.SCATTERING, "multiple scattering"),
        ("free_electrons", works.PYIRI, "free electrons of the ionosphere"),
        ("free_electrons", works.OZHOGIN, "free electrons of the plasmasphere"),
    ):
        if switches.get(switch):
            found.append((reference, what))
    return found


def _is_of_the_paper(physics: dict[str, Any]) -> bool:
    switches = physics.get("physics", {})
    return "paper" in (switches.get("losses"), switches.get("decay"), physics.get("shell", {}).get("convention"))
