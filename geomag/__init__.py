"""The magnetic field of the Earth and a charge moving in it. No matter, no Monte Carlo."""

import kernelcache

kernelcache.use_hashed_directory()
