"""A bucket and a table, as moto's server stands in for them; and events as API Gateway and S3 send them."""

import base64
from collections.abc import Callable
from urllib.parse import quote_plus

import boto3
import pytest

from services.lambdas.ingest import handler as ingesting
from services.lambdas.intake import handler as taking_in

BUCKET, TABLE = "csv", "rows"


@pytest.fixture
def places(aws, monkeypatch):
    """An empty bucket and an empty table."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("CSV_BUCKET", BUCKET)
    monkeypatch.setenv("CSV_TABLE", TABLE)
    monkeypatch.delenv("JWKS_URL", raising=False)
    for cached in (taking_in._bucket, taking_in._tokens, ingesting._places):
        cached.cache_clear()
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    boto3.client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    )


@pytest.fixture
def keys(places) -> Callable[[], list[str]]:
    """The keys of all files in the bucket."""
    client = boto3.client("s3")
    return lambda: [found["Key"] for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


@pytest.fixture
def rows(places) -> Callable[[], list[dict[str, object]]]:
    """All rows of the table, in their order."""
    table = boto3.resource("dynamodb").Table(TABLE)
    return lambda: sorted(table.scan(ConsistentRead=True)["Items"], key=lambda item: (item["pk"], item["sk"]))


@pytest.fixture
def send(places, core, monkeypatch) -> Callable[..., dict[str, object]]:
    """An upload through API Gateway, by somebody who is signed in; `headers` are somebody else's."""
    monkeypatch.setenv("JWKS_URL", core.jwks_url)

    def send(content: bytes, name: str = "harvest.csv", media_type: str = "text/csv", **more: object):
        event = {
            "headers": {"Content-Type": media_type} | more.pop("headers", core.headers()),
            "queryStringParameters": {"filename": name} if name else None,
            "body": base64.b64encode(content).decode(),
            "isBase64Encoded": True,
        }
        return taking_in.handler(event | more, None)

    return send


@pytest.fixture
def arrive(places) -> Callable[..., dict[str, object]]:
    """S3 tells of files."""

    def arrive(*keys: str):
        records = [{"s3": {"bucket": {"name": BUCKET}, "object": {"key": quote_plus(key)}}} for key in keys]
        return ingesting.handler({"Records": records}, None)

    return arrive
