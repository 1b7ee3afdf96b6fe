"""The bucket that pictures lie in, where one is set. Loaded by nobody else: boto3 takes 20 MB."""

import logging
from typing import Any, cast

from botocore.exceptions import BotoCoreError
from django.core.files.storage import default_storage

logger = logging.getLogger(__name__)


def make_bucket() -> None:
    """Make the bucket that is set, where it is not there. One that cannot be seen is left alone, and told of."""
    bucket = cast("Any", default_storage).bucket
    client = bucket.meta.client
    try:
        client.head_bucket(Bucket=bucket.name)
    except BotoCoreError as error:
        logger.warning("Nobody knows whether the bucket is there: %s", error)
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "404":
            logger.warning("Nobody knows whether the bucket is there: %s", error)
            return
        region = client.meta.region_name
        # The first region is the one that must not be named.
        where = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != "us-east-1" else {}
        client.create_bucket(Bucket=bucket.name, **where)
