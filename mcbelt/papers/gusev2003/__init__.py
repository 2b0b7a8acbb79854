"""Gusev & Pugacheva 2003, figure by figure: trapped protons and cosmic rays as sources of trapped e+ and e-.

What agrees with the paper and what does not is said in docs/gallery/gusev2003.md (figures 1-4 and the waterfall) and
docs/gallery/gusev2003_cosmic.md (5-11 and its waterfall); every number of the paper is in gusev2003_numbers.md there.
"""
