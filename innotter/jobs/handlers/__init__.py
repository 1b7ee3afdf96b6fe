"""The kinds of work, one file each: found by themselves, named after their function."""
