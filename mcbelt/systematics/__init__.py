"""Systematic uncertainties: named members, and the algebra that makes bands of what they do.

A member is one thing that could be otherwise: a `shift` by one standard deviation, or an `alternative` that nobody can
give a probability. A model made with it is a variant. Results hold each variant's flux over the nominal one; the same
variant moves all species and energies at once, so correlations are kept, and a reader can draw a sum of his own.
See docs/methods/systematics.md.
"""
