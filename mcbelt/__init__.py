"""Electrons and positrons that protons make in the thin upper air, followed around the Earth."""

import kernelcache

kernelcache.use_hashed_directory()

__version__ = "0.1.0"
