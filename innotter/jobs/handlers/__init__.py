"""What the platform can do on time for anybody: a job each."""

from innotter.jobs.handlers import csv_clean, http_request

__all__ = ["csv_clean", "http_request"]
