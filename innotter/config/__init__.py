"""The top floor: how the product is wired, and nothing else."""
