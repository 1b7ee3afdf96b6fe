"""Tables from anybody: one function takes a CSV file in, another makes rows of it."""
