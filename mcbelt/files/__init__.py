"""What is written to disk and read again: sealed files, blocks, results, provenance."""
