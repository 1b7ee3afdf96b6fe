"""csv_ingest: when a file has come to S3."""
