"""A campaign from its file to its results: cases, blocks, resumption, status."""
