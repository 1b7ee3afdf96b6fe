"""csv_upload: behind API Gateway."""
