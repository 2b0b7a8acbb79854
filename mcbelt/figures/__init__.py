"""What a result shows: figures, tables, report, references, comparisons."""
