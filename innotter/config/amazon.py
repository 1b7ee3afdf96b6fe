"""How Amazon's services, and what speaks as they do, are asked."""

from importlib import import_module
from typing import Any

#: For how long one is waited for, in seconds, and how often it is asked. By itself boto3 waits for five minutes for one
#: that takes connections and says nothing, and a request or a worker's hand with it.
PATIENCE = {
    "connect_timeout": 3,
    "read_timeout": 10,
    "retries": {"mode": "standard", "total_max_attempts": 2},
}


def bucket(name: str, *, endpoint: str, region: str) -> dict[str, Any]:
    """The storage that a bucket is."""
    # Only who has a bucket loads boto3.
    config = import_module("botocore.config").Config(
        **PATIENCE, s3={"addressing_style": "path" if endpoint else "virtual"}, signature_version="s3v4"
    )
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": name,
            "endpoint_url": endpoint or None,
            "region_name": region,
            "client_config": config,
            "querystring_expire": 60,  # Our own doors make a new address for each look.
        },
    }
