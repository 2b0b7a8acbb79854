"""What comes in from outside the magnetosphere, and what of a preparation depends on it: the production in the air."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from kernelcache.prepared import part
from mcbelt.cascade import production, traced_parents
from mcbelt.cascade.collisions import Emission
from mcbelt.cascade.production import MapAxes, Place
from mcbelt.cascade.production_map import ProductionMap
from mcbelt.cascade.traced_parents import Correction
from mcbelt.spectra import cosmic_rays
from mcbelt.spectra.second_spectrum import SecondSpectrum

Incoming = tuple[list[production.Parents], Callable[[np.ndarray], np.ndarray] | None]  # as of `parents_of`


class Rays(NamedTuple):
    """The keys of [source] that say what comes in."""

    interstellar: str
    phi_MV: float | None
    species: str
    second_spectrum: bool
    attenuation_g_cm2: float


def rays_of(source: Any) -> Rays:
    """What comes in, of a [source] section."""
    return Rays(*(getattr(source, name) for name in Rays._fields))


def parents_of(source: Any) -> Incoming:
    """Primaries, and the flux under the cutoff or None."""
    phi = None if source.phi_MV is None else source.phi_MV * 1e-3
    if source.interstellar == "gusev2003":
        primaries = [cosmic_rays.gusev2003()]
    else:
        primaries = [cosmic_rays.modulated("proton", source.interstellar, phi)]
    if source.species == "proton+helium":
        primaries.append(cosmic_rays.modulated("helium", None, phi))
    second = SecondSpectrum().flux if source.second_spectrum else None
    return [production.Parents(rays, source.attenuation_g_cm2) for rays in primaries], second


def production_map(
    rays: Rays, parents: Incoming | None, place: Place, axes: MapAxes, emission: Emission
) -> ProductionMap:
    """Map of the production around a place.

    Parameters
    ----------
    rays : Rays
    parents : Incoming or None
        In place of the rays.
    place : mcbelt.cascade.production.Place
    axes : mcbelt.cascade.production.MapAxes
    emission : mcbelt.cascade.collisions.Emission

    Returns
    -------
    ProductionMap
    """
    if parents is not None:
        return production.production_map(*parents, place, axes, emission)
    return _production_map(rays, place, axes, emission)


@part("the production in the air", of=ProductionMap)
def _production_map(rays: Rays, place: Place, axes: MapAxes, emission: Emission) -> ProductionMap:
    return production.production_map(*parents_of(rays), place, axes, emission)


def correction(
    rays: Rays, parents: Incoming | None, field: Any, air: Any, dipole: Any, place: Place, radius: float
) -> Correction:
    """Correction of the map by parents that are traced; parameters as of `mcbelt.cascade.traced_parents.correction`.

    Parameters
    ----------
    rays : Rays
    parents : Incoming or None
        In place of the rays.
    field, air, dipole, place, radius
        As there.

    Returns
    -------
    Correction
    """
    if parents is not None:
        return traced_parents.correction(field, air, dipole, place, parents[0][0], radius)
    return _correction(rays, field, air, dipole, place, radius)


@part("parents traced through field and air", of=Correction)
def _correction(rays: Rays, field: Any, air: Any, dipole: Any, place: Place, radius: float) -> Correction:
    return traced_parents.correction(field, air, dipole, place, parents_of(rays)[0][0], radius)
