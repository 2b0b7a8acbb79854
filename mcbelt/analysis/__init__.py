"""From tallies to fluxes, reference data, comparisons and figures."""
