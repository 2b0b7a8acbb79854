"""Near-Earth transport of e+ and e-: Monte Carlo kernels and flux estimators."""
