"""What the Sun and the field of their past make of the flux of trapped e+-: the ratio of two solutions along
characteristics.

Both are of `characteristics`, with the same steps: one in the air, field and protons as they were month by month
(`past_air`, `past_shell`), one in those of the day for ever. Their ratio goes on the flux of the day's air, which so
stays what it is where nothing changes in time. Without scattering the product is the solution itself; with it the
ratio is taken to be that of the unscattered flux, and the scattering of the histories that of the air as lived
(`lived_scattering`).

Electrons that the trapped e+- knock on are born by the flux of their parents as lived now, at all times: that flux is
a mean over years and changes little.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from geomag.drift_shell import DriftShell
from mcbelt.constants import SPEED_OF_LIGHT
from mcbelt.errors import PhysicsError
from mcbelt.physics import electromagnetic
from mcbelt.sources.trapped import drift_averaged, past_air, past_shell
from mcbelt.sources.trapped.characteristics import ELECTRONS, Arrived, Periods, Rates, arrived
from mcbelt.sources.trapped.lived_scattering import lived_scattering
from mcbelt.sources.trapped.losses import losses
from mcbelt.sources.trapped.model import CHANNELS, ELECTRON, POSITRON, Memory, ShellModel
from mcbelt.sources.trapped.nominal import Nominal
from mcbelt.sources.trapped.shell_source import LEAST_FRACTION, production
from mcbelt.spectra import solar_activity

STRIDE = 6  # the factor is smooth: every sixth node of energy, linear in ln E of the logarithm between
GENERATIONS = 3  # of knock-ons, as `knock_ons.with_knock_ons`
_KNOCK_ON = CHANNELS.index("knock_on")
_DAY = 86400.0 * SPEED_OF_LIGHT  # [m]


class Past(NamedTuple):
    """What is known of other times on the mirror shells of a campaign."""

    shells: past_shell.PastShell
    air: past_air.Response


def past_of(nominal: Nominal, protons_on: Callable[[DriftShell], np.ndarray] | None) -> Past:
    """What a memory is made of.

    Parameters
    ----------
    nominal : Nominal
    protons_on : callable or None
        As of `past_shell.past_shell`.

    Returns
    -------
    Past
    """
    shells = past_shell.past_shell(
        nominal.given.config, nominal.given.shells[-1], nominal.target, nominal.given.emission, protons_on
    )
    return Past(shells, past_air.response(nominal.given.config, nominal.given.shells, nominal.target.path))


def memory(
    nominal: Nominal, shell: ShellModel, kernels: list[np.ndarray] | None, past: Past
) -> tuple[Memory, dict[str, tuple]]:
    """Memory of the model of a campaign with `[air] sun = "lived"`.

    Parameters
    ----------
    nominal : Nominal
    shell : ShellModel
        Of the day, with the knock-ons.
    kernels : list of ndarray, or None
        Of the knock-ons, as `knock_ons.knock_on_kernels`; None: there are none.
    past : Past

    Returns
    -------
    Memory
        Of both charges.
    dict
        What a reader of the result wants to know: name -> (value, unit, description).
    """
    lived, of_day = lived_periods(nominal, past), day_periods(nominal)
    rates = rates_of(nominal, lived.met)
    nodes = np.append(np.arange(0, len(shell.energy) - 2, STRIDE), len(shell.energy) - 2)
    found, before = arrived(rates, lived, nodes), arrived(rates, of_day, nodes)
    if not np.isfinite(found.flux).all():
        B0_nT = nominal.given.shells[-1].B0_nT
        raise PhysicsError(
            f"on the shell with B0 = {B0_nT:.0f} nT e+- lose less than they gain from the growing "
            "field, so nothing is known of where they come from; give [air] sun = 'day'."
        )
    factor = np.ones((2, len(CHANNELS), *shell.density.shape))
    factor[:, :_KNOCK_ON] = _on_all(_quotient(found.flux, before.flux), shell.energy, nodes)
    if kernels is not None:
        made = _knocked_on(nominal, shell, kernels, rates)
        knocked_before = arrived(made(np.ones_like(factor)), _of_electrons(of_day), nodes)
        for _ in range(GENERATIONS):
            knocked = arrived(made(factor), _of_electrons(lived), nodes)
            factor[ELECTRON, _KNOCK_ON] = _on_all(
                _quotient(knocked.flux[0, 0], knocked_before.flux[0, 0]), shell.energy, nodes
            )
        found, before = _with(found, knocked), _with(before, knocked_before)
    ages = [_on_all(_mean(each.path, each) / SPEED_OF_LIGHT, shell.energy, nodes) for each in (found, before)]
    early = np.maximum(_on_all(_mean(found.early, found), shell.energy, nodes, 1e-12), 0.0)
    turned = lived_scattering(nominal, lived, of_day, rates, ages[0].mean(axis=0))
    about = "how far back the field, and the protons that go with it, are followed; before, they are held"
    summary = {"field_followed_years": (past.shells.years, "year", about)}
    return Memory(factor, *ages, early, turned), summary


def day_periods(nominal: Nominal) -> Periods:
    """One period without end, in what is met on the day."""
    air, fractions = nominal.shell, nominal.target.fractions
    met = np.concatenate([fractions, _number(nominal)[:, None]], axis=-1)[None]
    protons = np.ones((1, *air.source[:, :_KNOCK_ON, 0].shape))
    return Periods(np.array([0.0, np.inf]), np.ascontiguousarray(met), np.ones(1), np.zeros(1), protons)


def _number(nominal):
    none = np.zeros(len(nominal.target.fractions))
    return none if nominal.electrons is None else nominal.electrons.number


def lived_periods(nominal: Nominal, past: Past) -> Periods:
    """The months before the date of a campaign, from its own back.

    Parameters
    ----------
    nominal : Nominal
    past : Past

    Returns
    -------
    Periods
        The month of the date has the campaign's own activity.
    """
    config, fractions = nominal.given.config, nominal.target.fractions
    months = solar_activity.past(config.shell.date)
    elements = past_air.elements_at(past.air, months.activity)
    electrons = past_air.electrons_at(past.air, months.activity)
    elements[0], electrons[0] = 1.0, 1.0
    finite = months.ages[:-1]
    middle = np.append(0.5 * (finite[1:] + finite[:-1]), finite[-1])
    field, of_shell, of_electrons, protons = past_shell.at(past.shells, middle * 86400.0)
    met = np.empty((len(middle), len(fractions), ELECTRONS + 1))
    met[..., :ELECTRONS] = fractions * elements * of_shell[:, None]
    met[..., ELECTRONS] = _number(nominal) * electrons * of_electrons[:, None]
    at_ends = np.log(past_shell.at(past.shells, finite * 86400.0)[0])
    width = np.diff(finite) * _DAY
    gain = np.append(0.5 * np.diff(at_ends) / np.where(width > 0.0, width, 1.0), 0.0)
    return Periods(months.ages * _DAY, met, field, gain, np.ascontiguousarray(protons[:, :, :_KNOCK_ON]))


def rates_of(nominal: Nominal, met: np.ndarray) -> Rates:
    """What each element, and a free electron, does to e+- and makes of the protons on the day.

    Parameters
    ----------
    nominal : Nominal
    met : ndarray, shape (n, na, 6)
        Of `Periods`; elements that never are `LEAST_FRACTION` of the mass make nothing, as on the day.

    Returns
    -------
    Rates
    """
    air, target = nominal.shell, nominal.target
    na, ne = air.density.shape
    loss, annihilation = np.zeros((2, 2, ELECTRONS + 1, na, ne))
    source = np.zeros((2, _KNOCK_ON, ELECTRONS + 1, na, ne))
    by_element = losses(nominal.given.config.physics, np.eye(ELECTRONS), air.energy)
    loss[:, :ELECTRONS], annihilation[:, :ELECTRONS] = (each[:, :, None] for each in by_element)
    share = met[..., :ELECTRONS] / met[..., :ELECTRONS].sum(axis=-1, keepdims=True)
    for index, largest in enumerate(share.max(axis=(0, 1))):
        if largest >= LEAST_FRACTION:
            alone = np.zeros_like(target.fractions)
            alone[:, index] = 1.0
            source[:, :, index] = production(target._replace(fractions=alone), nominal.given.made)[:, :_KNOCK_ON]
    if nominal.electrons is not None:
        without, per_electron = nominal.electrons.air_alone, air.density / _number(nominal)[:, None]
        loss[:, ELECTRONS] = (air.loss - without.loss) * per_electron
        annihilation[:, ELECTRONS] = (air.annihilation - without.annihilation) * per_electron
    one_density = np.ones_like(air.density)  # times which the loss per grammage is that per path
    radiation = drift_averaged.synchrotron_per_grammage(air.energy, air.field_squared[:, None], one_density)
    return Rates(air.energy, air.density, loss, annihilation, source, radiation)


def _knocked_on(nominal, shell, kernels, rates):
    """The rates of electrons, as a function of the factor on the flux of their parents, whose births are knock-ons."""
    of_day = drift_averaged.flux(shell)
    per_kg = np.array([electromagnetic.electrons_per_kg(tuple(row)) for row in np.eye(ELECTRONS)])
    on_equator = electromagnetic.electrons_per_kg(tuple(nominal.target.fractions[-1]))
    electrons = np.append(per_kg, 1.0 if nominal.electrons is not None else 0.0) / on_equator
    of_electrons = rates._replace(
        loss=np.ascontiguousarray(rates.loss[ELECTRON:]),
        annihilation=np.ascontiguousarray(rates.annihilation[ELECTRON:]),
    )

    def made(factor: np.ndarray) -> Rates:
        parents = (of_day * factor).sum(axis=1)
        born = drift_averaged.knock_on_source(shell.energy, parents[POSITRON], parents[ELECTRON], *kernels)
        return of_electrons._replace(source=np.ascontiguousarray((electrons[:, None, None] * born)[None, None]))

    return made


def _of_electrons(periods):
    """The same for one charge and one channel, that does not go with the protons."""
    return periods._replace(protons=np.ones((len(periods.field), 1, 1, periods.protons.shape[-1])))


def _with(found: Arrived, knocked: Arrived) -> Arrived:
    """All channels: the knock-ons are the last, of electrons alone."""
    both = (np.concatenate([np.zeros_like(each), each]) for each in (knocked.flux, knocked.path, knocked.early))
    flux, path, early = both
    return Arrived(np.concatenate([found.flux, flux], axis=1), found.path + path, found.early + early)


def _mean(weighted, found):
    """Mean over what arrives; 0 where nothing does."""
    flux = found.flux.sum(axis=1)
    return np.divide(weighted, flux, out=np.zeros_like(flux), where=flux > 0.0)


def _quotient(above, below):
    """1 where nothing arrives."""
    some = (above > 0.0) & (below > 0.0)
    return np.divide(above, below, out=np.ones_like(below), where=some)


def _on_all(values: np.ndarray, energy: np.ndarray, nodes: np.ndarray, least: float = 1e-30) -> np.ndarray:
    """From some nodes of energy, the last axis, to all of them: ln of the values linear in ln E."""
    weight = np.stack([np.interp(np.log(energy), np.log(energy[nodes]), row) for row in np.eye(len(nodes))], axis=-1)
    return np.exp(np.log(np.maximum(values, least)) @ weight.T)


def between(found: Memory, nodes: np.ndarray, fine: np.ndarray) -> Memory:
    """On other pitch angles, linearly between those of the shells that were traced.

    Parameters
    ----------
    found : Memory
    nodes, fine : ndarray, shapes (na,) and (n,)
        Pitch angles of it and those wanted [rad].

    Returns
    -------
    Memory
    """
    weights = np.stack([np.interp(fine, nodes, row) for row in np.eye(len(nodes))], axis=-1)
    return Memory(*(weights @ each for each in found))


def restricted(found: Memory | None, chosen: list[int]) -> Memory | None:
    """Of some of the species, by their places in it."""
    return None if found is None else Memory(*(each[chosen] for each in found[:-1]), found.scattering)
