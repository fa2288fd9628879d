"""One file per family of endpoints; each knows paths and paging, nothing else."""
