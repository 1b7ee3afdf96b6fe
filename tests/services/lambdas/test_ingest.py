"""csv_ingest: a file on S3 becomes rows in DynamoDB, once; what is no table is put aside (B-25)."""

import csv
import io
import json
from decimal import Decimal
from unittest.mock import Mock

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lambdas.ingest.handler import ingest
from services.lambdas.local import Folder, SqliteRows
from services.lambdas.storage import Bucket, Table

TABLE = b"""name,kg,sown,good,code
kale,12,2026-03-01,yes,007
leek,7.5,2026-04-11,no,1
beans,,2026-05-01,yes,2
peas,3,N/A,yes,3
too,few
"""


@pytest.fixture
def keep(send):
    """A file that was taken in; gives its key."""
    return lambda content, name="harvest.csv": json.loads(send(content, name)["body"])["key"]


@pytest.fixture
def put(places):
    """A file that somebody has put into the bucket by themselves."""
    return lambda key, content: boto3.client("s3").put_object(Bucket="csv", Key=key, Body=content)


def test_complete_rows_are_written_with_values_of_their_columns_type(keep, arrive, rows):
    key = keep(TABLE)
    (summary,) = arrive(key)["files"]

    assert (summary["status"], summary["rows"], summary["kept"], summary["dropped"]) == ("done", 5, 2, 3)
    assert summary["nulls_by_column"] == {"kg": 1, "sown": 1}
    assert summary["rows_of_another_length"] == 1
    assert summary["types"] == {"name": "text", "kg": "number", "sown": "date", "good": "boolean", "code": "text"}
    first, second, kept = rows()
    assert first["pk"] == second["pk"] == kept["pk"] == f"FILE#{key.removeprefix('uploads/')}"
    assert (first["sk"], second["sk"], kept["sk"]) == ("ROW#000000001", "ROW#000000002", "SUMMARY")
    values = {"name": "kale", "kg": Decimal(12), "sown": "2026-03-01", "good": True, "code": "007"}
    assert first["values"] == values
    assert second["values"]["kg"] == Decimal("7.5")
    assert kept["written"] == 2


@pytest.mark.parametrize(
    "table",
    [
        "a,b,c,d\nx,y,z,w\n" + ",".join(["ä" * 60_000] * 4) + "\n",
        ",".join(f"{number:03}{'n' * 1000}" for number in range(300)) + "\n",
    ],
    ids=["of long cells", "of long names"],
)
def test_a_row_that_is_larger_than_dynamodb_keeps_is_refused_or_puts_its_file_aside(send, put, arrive, rows, table):
    answer = send(table.encode())
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (422, "row_too_large")
    put("uploads/x/large.csv", table.encode())
    put("uploads/x/small.csv", TABLE)
    large, small = arrive("uploads/x/large.csv", "uploads/x/small.csv")["files"]
    assert (large["status"], small["status"]) == ("rejected", "done")
    assert large["reason"] == "A row with the names of its columns is too large: at most 390 kB."
    assert [row["sk"] for row in rows() if row["pk"] == "FILE#x/large.csv"] == ["SUMMARY"]


def test_a_row_that_dynamodb_just_keeps_is_kept(keep, arrive, rows):
    names = ",".join(f"{number:03}{'n' * 120}" for number in range(1000))
    key = keep(f"{names}\n{','.join(['1'] * 1000)}\n".encode())
    assert arrive(key)["files"][0]["status"] == "done"
    assert len(rows()) == 2


def test_the_same_file_twice_changes_nothing(keep, arrive, rows):
    key = keep(TABLE)
    first = arrive(key)
    before = rows()
    assert keep(TABLE) == key
    assert arrive(key, key) == {"files": first["files"] * 2}
    assert rows() == before


def test_a_first_try_that_was_cut_off_is_finished_by_the_second(keep, arrive, rows, monkeypatch):
    content = b"n\n" + b"".join(b"%d\n" % number for number in range(100))
    key, write, portions = keep(content), Table._ask, []

    def die_in_the_middle(self, portion):
        portions.append(portion)
        if len(portions) == 3:
            raise TimeoutError("the function is out of time")
        return write(self, portion)

    monkeypatch.setattr(Table, "_ask", die_in_the_middle)
    with pytest.raises(TimeoutError):
        arrive(key)
    assert len(rows()) == 50
    arrive(key)
    assert len(rows()) == 101
    assert [row["values"]["n"] for row in rows()[:100]] == list(range(100))


def test_what_dynamodb_does_not_take_is_sent_again(keep, arrive, rows, monkeypatch):
    monkeypatch.setattr("services.lambdas.storage.FIRST_PAUSE", 0)
    key = keep(b"n\n" + b"".join(b"%d\n" % number for number in range(60)))
    make_api_call, refused = Table.__init__, []

    def refuse_half(self, name):
        make_api_call(self, name)
        take = self._client.batch_write_item

        def batch_write_item(RequestItems):  # noqa: N803 - boto3's name
            (table, requests), *_others = RequestItems.items()
            taken, left = requests[: len(requests) // 2 + 1], requests[len(requests) // 2 + 1 :]
            take(RequestItems={table: taken})
            refused.extend(left)
            return {"UnprocessedItems": {table: left} if left else {}}

        self._client.batch_write_item = batch_write_item

    monkeypatch.setattr(Table, "__init__", refuse_half)
    arrive(key)
    assert len(rows()) == 61
    assert refused


def test_when_dynamodb_takes_nothing_at_all_the_function_fails_and_writes_no_summary(keep, arrive, rows, monkeypatch):
    monkeypatch.setattr("services.lambdas.storage.FIRST_PAUSE", 0)
    key, init = keep(TABLE), Table.__init__

    def refuse_all(self, name):
        init(self, name)
        self._client.batch_write_item = lambda **request: {"UnprocessedItems": request["RequestItems"]}

    monkeypatch.setattr(Table, "__init__", refuse_all)
    with pytest.raises(TimeoutError, match="did not take 2 rows"):
        arrive(key)
    assert rows() == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"\xff\xff\xff", "This is not a text in UTF-8"),
        (b"a,a\n1,2", "Two columns have the same name: a."),
        (b'a,b\n1,2\n"3,4', "Line 3 cannot be read"),
        (b"a,b\n1,\xff", "This is not a text in UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_put_aside_with_the_reason(put, arrive, keys, rows, content, reason):
    put("uploads/x/bad file.csv", content)
    (summary,) = arrive("uploads/x/bad file.csv")["files"]

    assert summary["status"] == "rejected"
    assert summary["reason"].startswith(reason)
    assert keys() == ["rejected/x/bad file.csv", "rejected/x/bad file.csv.reason.json"]
    kept = boto3.client("s3").get_object(Bucket="csv", Key="rejected/x/bad file.csv.reason.json")["Body"].read()
    assert json.loads(kept)["reason"] == summary["reason"]
    (row,) = rows()
    assert row["sk"] == "SUMMARY"
    assert arrive("uploads/x/bad file.csv")["files"][0]["status"] == "rejected", "told of again, it stays so"


def test_a_file_that_could_not_be_put_aside_or_is_put_again_is_put_aside_later(put, arrive, keys, monkeypatch):
    put("uploads/x/bad.csv", b"a,a\n1,2")
    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "move", Mock(side_effect=ConnectionError))
        with pytest.raises(ConnectionError):
            arrive("uploads/x/bad.csv")
    for _time in range(2):
        assert arrive("uploads/x/bad.csv")["files"][0]["status"] == "rejected"
        assert keys() == ["rejected/x/bad.csv", "rejected/x/bad.csv.reason.json"]
        put("uploads/x/bad.csv", b"a,a\n1,2")


def test_a_file_that_is_replaced_leaves_no_row_of_the_one_before(put, arrive, rows):
    put("uploads/x/beds.csv", b"a,b\n" + b"1,2\n" * 60)
    arrive("uploads/x/beds.csv")
    put("uploads/x/beds.csv", b"a,b\n9,9\n")
    arrive("uploads/x/beds.csv")
    assert [row["sk"] for row in rows()] == ["ROW#000000001", "SUMMARY"]
    put("uploads/x/beds.csv", b"")
    arrive("uploads/x/beds.csv")
    assert [(row["sk"], row["status"]) for row in rows()] == [("SUMMARY", "rejected")]


def test_a_cell_may_be_as_long_as_a_row(put, arrive, rows):
    put("uploads/x/long.csv", b"name,text\nx," + b"a" * 200_000)
    assert arrive("uploads/x/long.csv")["files"][0]["status"] == "done"
    assert len(rows()[0]["values"]["text"]) == 200_000


def test_a_table_without_rows_has_a_summary_alone(put, arrive, rows):
    put("uploads/x/empty.csv", b"a,b\n")
    assert arrive("uploads/x/empty.csv")["files"][0]["status"] == "done"
    assert [row["sk"] for row in rows()] == ["SUMMARY"]


def test_files_elsewhere_are_left_alone(put, arrive, rows):
    put("rejected/x/bad.csv", b"a\n1\n")
    assert arrive("rejected/x/bad.csv") == {"files": []}
    assert rows() == []


def test_a_file_that_is_gone_is_no_failure(places, arrive):
    assert arrive("uploads/x/gone.csv")["files"][0]["status"] == "gone"


def test_new_content_under_an_old_key_is_looked_at(put, arrive, rows):
    put("uploads/x/t.csv", b"n\n1\n")
    arrive("uploads/x/t.csv")
    put("uploads/x/t.csv", b"n\n2\n")
    arrive("uploads/x/t.csv")
    assert rows()[0]["values"] == {"n": 2}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-2", "0"], "integer"),
        (["1", "2.5", "1e3"], "number"),
        (["1", "x"], "text"),
        (["007", "1"], "text"),
        (["9" * 40], "text"),
        (["2026-02-28", "2026-03-01"], "date"),
        (["2026-02-30"], "text"),
        (["True", "no"], "boolean"),
        (["yes", "1"], "text"),
        ([" 1 ", "2"], "integer"),
        (["+493012345", "1"], "text"),
        (["+1.5"], "text"),
        (["0049"], "text"),
        (["-0"], "text"),
        (["-0.0"], "text"),
        (["-0.5"], "number"),
        (["-7"], "integer"),
        (["1_000"], "text"),
        (["1,5"], "text"),
        (["9223372036854775808"], "text"),
        (["9" * 18], "integer"),
        (["inf"], "text"),
        (["Infinity", "1"], "text"),
        (["1e999"], "text"),
        (["٣"], "text"),
        (["2026-3-1"], "text"),
        (["٢٠٢٦-٠٣-٠١"], "text"),
        (["", "null"], "text"),
        ([], "text"),
    ],
)
def test_a_column_gets_the_narrowest_type_that_all_its_values_have(tmp_path, cells, kind):
    files, rows = Folder(tmp_path), SqliteRows(tmp_path / "rows.sqlite")
    content = "column\n" + "".join(f'"{cell}"\n' for cell in cells)
    files.put("uploads/x/t.csv", content.encode(), media_type="text/csv")
    assert ingest(files, rows, "uploads/x/t.csv")["types"] == {"column": kind}


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"[+-]?[0-9]{1,20}(\.[0-9]{1,5})?", fullmatch=True) | st.text("0123456789+-.,eE_ ", min_size=1))
def test_what_looks_like_a_number_is_that_number_or_stays_as_it_is_written(tmp_path_factory, cell):
    folder = tmp_path_factory.mktemp("csv")
    files, rows = Folder(folder), SqliteRows(folder / "rows.sqlite")
    files.put("uploads/x/t.csv", f'column\n"{cell}"\n'.encode(), media_type="text/csv")
    summary = ingest(files, rows, "uploads/x/t.csv")
    if not cell.strip():
        assert summary["kept"] == 0
        return
    kept = rows.get(summary["pk"], "ROW#000000001")["values"]["column"]
    if summary["types"]["column"] == "text":
        assert kept == cell
    else:
        assert "+" not in cell.lower().partition("e")[0]
        assert Decimal(str(kept)) == Decimal(cell.strip())
        assert str(kept) == cell.strip() or summary["types"]["column"] == "number"


def test_a_text_keeps_its_blanks(tmp_path):
    files, rows = Folder(tmp_path), SqliteRows(tmp_path / "rows.sqlite")
    files.put("uploads/x/t.csv", b"a\n  two words \n", media_type="text/csv")
    summary = ingest(files, rows, "uploads/x/t.csv")
    assert rows.get(summary["pk"], "ROW#000000001")["values"] == {"a": "  two words "}


@pytest.mark.parametrize(
    "content",
    [
        "bed;kg\nnorth;12\n".encode("utf-16"),
        "bed;kg\nnorth;12\n".encode("utf-16-le"),
        "bed;kg\nnorth;12\n".encode("utf-16-be"),
        b"bed,kg\rnorth,12\r",
        b"\n \nbed,kg\nnorth,12\n",
        b",,\nbed,kg\nnorth,12\n",
        b"sep=|\r\nbed|kg\r\nnorth|12\r\n",
        b"\nsep=\r\nbed|kg\r\nnorth|12\r\n",
        b'\xef\xbb\xbf"sep=;"\n"bed";"kg"\nnorth;12\n',
        b'"bed";kg\n"north";12\n',
    ],
)
def test_a_table_is_read_however_it_was_saved(tmp_path, content):
    files, rows = Folder(tmp_path), SqliteRows(tmp_path / "rows.sqlite")
    files.put("uploads/x/t.csv", content, media_type="text/csv")
    summary = ingest(files, rows, "uploads/x/t.csv")
    assert summary["status"] == "done", summary
    assert rows.get(summary["pk"], "ROW#000000001")["values"] == {"bed": "north", "kg": 12}


def test_a_comma_within_quotes_separates_nothing(tmp_path):
    files, rows = Folder(tmp_path), SqliteRows(tmp_path / "rows.sqlite")
    files.put("uploads/x/t.csv", b'"a, b, c";d\n1;2\n', media_type="text/csv")
    assert ingest(files, rows, "uploads/x/t.csv")["types"] == {"a, b, c": "integer", "d": "integer"}


def test_a_type_that_changes_after_many_rows_is_the_same_for_all(tmp_path):
    files, rows = Folder(tmp_path), SqliteRows(tmp_path / "rows.sqlite")
    content = "n\n" + "".join(f"{number}\n" for number in range(4500)) + "many\n"
    files.put("uploads/x/t.csv", content.encode(), media_type="text/csv")
    summary = ingest(files, rows, "uploads/x/t.csv")
    assert (summary["types"], summary["written"]) == ({"n": "text"}, 4501)
    assert rows.get(summary["pk"], "ROW#000000001")["values"] == {"n": "0"}


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(texts, min_size=1, max_size=4), max_size=12), st.integers(1, 3))
def test_whatever_is_in_a_table_each_row_is_kept_or_counted(tmp_path_factory, table, width):
    out = io.StringIO()
    rows_of = csv.writer(out)
    rows_of.writerow([f"c{number}" for number in range(width)])
    rows_of.writerows(table)
    folder = tmp_path_factory.mktemp("csv")
    files, rows = Folder(folder), SqliteRows(folder / "rows.sqlite")
    files.put("uploads/x/t.csv", out.getvalue().encode(), media_type="text/csv")
    summary = ingest(files, rows, "uploads/x/t.csv")
    assert summary["status"] == "done"
    assert summary["written"] == summary["kept"]
    assert summary["rows"] == summary["kept"] + summary["dropped"] == len(table)
