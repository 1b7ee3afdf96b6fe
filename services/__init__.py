"""What stands alone beside the core: each has a README, requirements and a container of its own."""
