"""csv_upload: a file comes through API Gateway, and lies on S3 if it is a table (B-24)."""

import base64
import json
from unittest.mock import Mock

import boto3
import pytest

from services.lambdas.intake import handler
from services.lambdas.intake.csv import MOST_BYTES, safe_name
from services.lambdas.intake.handler import LAMBDA_TAKES, MOST_ENCODED, MOST_SENT

HARVEST = b"bed,kg\nnorth,12\n"


def test_a_table_is_kept_under_a_key_that_says_what_is_in_it(send, keys):
    answer = send(HARVEST, "Harvest of \u2018Old\u2019 garden.CSV")
    taken = json.loads(answer["body"])
    assert answer["statusCode"] == 201
    assert (taken["size"], taken["columns"]) == (len(HARVEST), ["bed", "kg"])
    assert keys() == [taken["key"]] == [f"uploads/{taken['sha256'][:32]}/harvest-of-old-garden.csv"]
    found = boto3.client("s3").get_object(Bucket="csv", Key=taken["key"])
    assert (found["Body"].read(), found["ContentType"]) == (HARVEST, "text/csv")


def test_the_same_file_is_kept_once(send, keys):
    assert send(HARVEST)["body"] == send(HARVEST)["body"]
    assert len(keys()) == 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\x\\table.csv", "table.csv"),
        ("a b;rm -rf $(HOME).csv", "a-b-rm-rf-home.csv"),
        ("\u0442\u0430\u0431\u043b\u0438\u0446\u0430.csv", "table.csv"),
        ("x" * 500 + ".csv", "x" * 80 + ".csv"),
        (".csv", "table.csv"),
    ],
)
def test_a_name_becomes_a_safe_one(name, safe):
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("content", "name", "media_type", "status", "code"),
    [
        (HARVEST, "harvest.xlsx", "text/csv", 415, "not_csv"),
        (HARVEST, "harvest.csv.exe", "text/csv", 415, "not_csv"),
        (HARVEST, "harvest.csv", "application/json", 415, "not_csv"),
        (HARVEST, "harvest.csv", "", 415, "not_csv"),
        (HARVEST, "", "text/csv", 400, "no_name"),
        (b"", "harvest.csv", "text/csv", 422, "empty"),
        (b"\x89PNG\r\n\x1a\n\xff", "harvest.csv", "text/csv", 422, "not_text"),
        (b"bed,kg\nnorth,\xff\n", "harvest.csv", "text/csv", 422, "not_text"),
        (b"bed,bed\n1,2\n", "harvest.csv", "text/csv", 422, "column_twice"),
        (b"bed,\n1,2\n", "harvest.csv", "text/csv", 422, "unnamed_column"),
        (b'bed,kg\n"north,12\n', "harvest.csv", "text/csv", 422, "unreadable"),
        (b"a\x00b,c\n1,2", "harvest.csv", "text/csv", 422, "binary"),
        (b"a,b\n" + b"1,2\n" * (MOST_SENT // 4), "harvest.csv", "text/csv", 413, "too_large"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence_and_not_kept(send, keys, content, name, media_type, status, code):
    answer = send(content, name, media_type)
    problem = json.loads(answer["body"])
    assert (answer["statusCode"], problem["code"]) == (status, code)
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert problem["detail"].endswith((".", "csv", "end of data", "unexpected end of data"))
    assert keys() == []


def test_the_largest_file_that_is_taken_fits_into_what_lambda_takes(send, keys):
    largest = (b"a,b\n" + b"1,2\n" * MOST_SENT)[:MOST_SENT]
    assert len(base64.b64encode(largest)) <= MOST_ENCODED < LAMBDA_TAKES
    assert send(largest)["statusCode"] == 201
    refused = json.loads(send(largest + b"1,2\n")["body"])
    assert (refused["code"], refused["detail"]) == ("too_large", "This file is too large: at most 4.5 MB.")
    assert MOST_SENT < MOST_BYTES, "the command sends nothing through Lambda"


def test_what_is_far_too_large_is_not_even_decoded(send, keys):
    answer = send(b"", body="A" * (MOST_BYTES * 2))
    assert answer["statusCode"] == 413


def test_a_body_that_cannot_be_decoded_is_refused(send, keys):
    assert send(b"", body="not base64!")["statusCode"] == 400
    assert keys() == []


def test_a_text_may_come_as_it_is(send, keys):
    answer = send(b"", body=HARVEST.decode(), isBase64Encoded=False)
    assert answer["statusCode"] == 201


FORM = (
    b'--limit\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
    b'--limit\r\nContent-Disposition: form-data; name="%s"; filename="harvest.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\n" + HARVEST + b"\r\n--limit--\r\n"
)


def test_a_file_may_come_in_a_form(send, keys):
    answer = send(FORM % b"file", "", "multipart/form-data; boundary=limit")
    assert answer["statusCode"] == 201, answer["body"]
    assert json.loads(answer["body"])["columns"] == ["bed", "kg"]


@pytest.mark.parametrize("body", [FORM % b"other", b"", b"--limit", b"nonsense"])
def test_a_form_without_the_file_is_refused(send, keys, body):
    answer = send(body, "", "multipart/form-data; boundary=limit")
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "no_file")


def test_an_upload_needs_a_token(send, keys, core):
    refused = send(HARVEST, headers={})
    assert (refused["statusCode"], refused["headers"]["WWW-Authenticate"]) == (401, "Bearer")
    assert send(HARVEST, headers={"Authorization": "Bearer nonsense"})["statusCode"] == 401
    assert keys() == []
    assert send(HARVEST, headers=core.headers())["statusCode"] == 201


@pytest.mark.parametrize("address", [None, "", " "])
def test_where_no_keys_are_set_nothing_is_taken_in(send, keys, core, monkeypatch, address):
    monkeypatch.delenv("JWKS_URL") if address is None else monkeypatch.setenv("JWKS_URL", address)
    for headers in ({}, core.headers()):
        assert send(HARVEST, headers=headers)["statusCode"] == 503
    assert keys() == []


def test_while_keys_cannot_be_had_nothing_is_taken_in(send, keys, core):
    core.is_up = False
    assert send(HARVEST, headers=core.headers())["statusCode"] == 503
    assert keys() == []


def test_while_the_bucket_is_away_or_shut_the_answer_is_a_sentence(send, keys, monkeypatch):
    monkeypatch.setenv("CSV_BUCKET", "another")
    refused = send(HARVEST)
    assert (refused["statusCode"], json.loads(refused["body"])["code"]) == (503, "away")
    assert refused["headers"]["Retry-After"]

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CSV_BUCKET", "a-third")
    assert send(HARVEST)["statusCode"] == 503
    assert keys() == []


@pytest.mark.parametrize("head", [b"(" * 5000, b'form-data; name="file"; filename=' + b"(" * 5000])
def test_a_form_whose_headers_are_nested_without_end_is_refused(send, keys, head):
    body = b"--limit\r\nContent-Disposition: " + head + b"\r\n\r\n" + HARVEST + b"\r\n--limit--\r\n"
    for media_type in ("multipart/form-data; boundary=limit", "multipart/form-data; boundary=limit; " + "(" * 5000):
        answer = send(body, "", media_type)
        assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "no_file")
    assert keys() == []


def test_a_form_over_which_the_parser_stumbles_is_refused(send, keys, monkeypatch):
    monkeypatch.setattr(handler, "message_from_bytes", Mock(side_effect=IndexError))
    answer = send(FORM % b"file", "", "multipart/form-data; boundary=limit")
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (400, "no_file")
    assert keys() == []
