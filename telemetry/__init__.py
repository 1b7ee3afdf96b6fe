"""What an operator sees of a process: its log, its numbers, its failures. Core and services share it."""
