"""Density and composition of the air from the ground to 4000 km: no particles, no magnetic field.

Particles lose energy in proportion to the mass of air they cross, and the elements of that air (nitrogen and oxygen
below 600 km, helium and hydrogen above) decide what a collision makes. `Msis` is NRLMSIS 2.1, 2.0 or NRLMSISE-00 at
stated times and solar activity; `Exponential` is the isothermal atmosphere of textbooks, for analytic tests. Both
answer at the door with units in the names and checked ranges, and both carry a NamedTuple (`.table`) that compiled
kernels read through `atmosphere.density`.
"""

import kernelcache

PART_OF_MCBELT = True  # looked for by `mcbelt.files.neighbours`

kernelcache.use_hashed_directory()

from atmosphere.errors import OutOfRange  # noqa: E402  numba reads the cache directory when a kernel is defined
from atmosphere.exponential import Exponential  # noqa: E402
from atmosphere.msis import Msis  # noqa: E402

__all__ = ["Exponential", "Msis", "OutOfRange"]
