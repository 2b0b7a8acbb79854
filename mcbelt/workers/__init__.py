"""Computing blocks: in this process, in local processes, on a Dask cluster."""
