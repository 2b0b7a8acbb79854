"""Density and composition of air. No particles, no field."""

import kernelcache

kernelcache.use_hashed_directory()
