"""Microphysics without geometry: each formula beside its sampler."""
