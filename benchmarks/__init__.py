"""Speed, measured as ratios within one run, because machines differ. `make bench` prints a table and writes JSON."""
