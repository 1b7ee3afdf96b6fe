"""What each kind of work does, as its owner gets it."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from innotter.blog.handlers import page_export
from innotter.blog.manuscripts import manuscripts_in
from innotter.blog.models import Post
from innotter.blog.services import Upload, delete_post, hide_comment, like_post, publish_post, store_pictures
from innotter.errors import Invalid
from innotter.jobs.engine.queueing import enqueue
from innotter.jobs.handlers import http_request as module
from innotter.jobs.models import Job, LogLine
from innotter.outbound import asking
from innotter.outbound.asking import Answer, Refused, Unreachable
from innotter.pages.services import block_page
from tests.factories.blog import ArticleFactory, CommentFactory, PostFactory
from tests.factories.jobs import JobFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.jobs.work import done, work
from tests.pictures import picture
from tests.together import just_before


def files_of(job):
    found = {}
    for file in job.results.get(outcome="completed").files.all():
        with default_storage.open(file.file.name) as content:
            found[file.name] = content.read()
    return found


class TestCleaningATable:
    def clean(self, alice, content, **parameters):
        file = SimpleUploadedFile("table.csv", content)
        return done(JobFactory(owner=alice, handler="csv_clean", parameters=parameters, file=file))

    def test_rows_with_nulls_are_left_out_and_told_of(self, alice):
        table = b"name,age\nAda,36\nBob,\n,7\nEve,NULL\nMia,n/a\nZoe,0\n\nToo,many,fields\n"
        job = self.clean(alice, table)
        files = files_of(job)
        assert files["cleaned.csv"] == b"name,age\r\nAda,36\r\nZoe,0\r\n"
        report = json.loads(files["report.json"])
        assert report == job.results.get().data
        assert (report["rows"], report["kept"], report["dropped"]) == (7, 2, 5)
        assert (report["nulls_by_column"], report["rows_of_another_length"]) == ({"name": 1, "age": 3}, 1)

    def test_long_names_of_columns_are_whole_in_the_file_alone(self, alice):
        longs = ["n" * 120_000 + end for end in "ab"]
        job = self.clean(alice, f"age,{longs[0]},{longs[1]}\n1,2,3\n4,,\n5,,6\n".encode())
        report = json.loads(files_of(job)["report.json"])
        assert (report["columns"], report["nulls_by_column"]) == (["age", *longs], {longs[0]: 2, longs[1]: 1})
        data = job.results.get().data
        short = [f"{'n' * 100}… ({number})" for number in (2, 3)]
        assert (data["columns"], data["nulls_by_column"]) == (["age", *short], {short[0]: 2, short[1]: 1})

    def test_one_quotation_mark_in_a_large_file_costs_little_memory(self):
        code = """
import io, resource
from csvcleaning import BadTable, Records
resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))
try:
    list(Records(io.BytesIO(b'title,"' + b"x" * 10_000_000)))
except BadTable as error:
    print(error)
"""
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert "Line 1 cannot be read" in said.stdout

    def test_a_line_of_blanks_in_a_table_of_one_column_is_a_null_that_is_counted(self, alice):
        files = files_of(self.clean(alice, b"a\n1\n  \n2\n"))
        report = json.loads(files["report.json"])
        assert files["cleaned.csv"] == b"a\r\n1\r\n2\r\n"
        assert (report["rows"], report["kept"], report["nulls_by_column"]) == (3, 2, {"a": 1})

    @pytest.mark.parametrize(
        "content",
        [
            b"name;age\nAda;36\n",
            b"name\tage\r\nAda\t36\r\n",
            "\ufeffname,age\nAda,36".encode(),
            "name,age\nAda,36".encode("utf-16"),
        ],
    )
    def test_it_reads_what_programs_write(self, alice, content):
        assert files_of(self.clean(alice, content))["cleaned.csv"] == b"name,age\r\nAda,36\r\n"

    def test_only_the_columns_that_matter_must_be_filled(self, alice):
        job = self.clean(alice, b"name,age\nAda,\n,36\n", required="name")
        assert files_of(job)["cleaned.csv"] == b"name,age\r\nAda,\r\n"

    def test_quotes_commas_and_line_ends_in_a_field_survive(self, alice):
        table = b'name,says\nAda,"one, two\nthree ""four"""\n'
        assert files_of(self.clean(alice, table))["cleaned.csv"] == table.replace(b"\nAda", b"\r\nAda").replace(
            b'"""\n', b'"""\r\n'
        )

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "empty"),
            (b" \n ", "empty"),
            (b"\x89PNG\x00\xff", "UTF-8"),
            (b"a\x00b,c\n1,2", "no text has"),
            (b"name,\nAda,36", "name every column"),
            (b"name,name\n1,2", "same name"),
            (b'name,age\n"Ada,36', "Line 2"),
            (b"a,b\n1,2", "no column age"),
        ],
    )
    def test_what_is_no_table_is_told_kindly_and_not_tried_again(self, alice, content, said):
        job = self.clean(alice, content, required="age" if said.endswith("age") else "")
        assert (job.status, job.attempt) == ("failed", 1)
        assert said in job.error


class TestPublishing:
    def test_a_post_is_published_at_its_time(self, alice):
        page = PageFactory(owner=alice)
        note = {"page": page.handle, "content": "Spring may begin"}
        job = done(JobFactory(owner=alice, handler="publish_post", parameters=note))
        post = Post.objects.get()
        assert (post.page, post.content, job.results.get().data["post"]) == (page, "Spring may begin", post.pk)

    def test_a_job_that_is_interrupted_after_publishing_publishes_once(self, alice):
        page = PageFactory(owner=alice)
        note = {"page": page.handle, "content": "Once"}
        job = JobFactory(owner=alice, handler="publish_post", parameters=note)
        work()
        job.results.all().delete()
        Job.objects.filter(pk=job.pk).update(status="pending", attempt=0)
        enqueue([Job.objects.get(pk=job.pk)])
        assert done(job).status == "completed"
        assert Post.objects.count() == 1

    @pytest.mark.parametrize("content", ["x" * 181, "", "x" * 3000])
    def test_a_post_that_could_not_be_published_is_not_accepted(self, alice, content):
        with pytest.raises(Invalid) as refusal:
            JobFactory(owner=alice, handler="publish_post", parameters={"page": "p", "content": content})
        assert list(refusal.value.errors) == ["content"]

    def test_a_page_of_somebody_else_or_a_blocked_one_is_not_posted_to(self, alice, bob, mia):
        mine, other = PageFactory(owner=alice), PageFactory(owner=bob)
        block_page(moderator=mia, page=mine, until=timezone.now() + timedelta(days=1))
        for page in (mine, other):
            note = {"page": page.handle, "content": "Hello"}
            job = done(JobFactory(owner=alice, handler="publish_post", parameters=note))
            assert (job.status, job.attempt) == ("failed", 1)
        assert not Post.objects.exists()


class TestExporting:
    def test_a_page_is_packed_with_its_posts_articles_and_pictures(self, alice, tmp_path):
        page = PageFactory(owner=alice, description="What grows")
        image = picture(size=(64, 64))
        images = store_pictures(author=alice, page=page, uploads=[Upload(image, "A hill")])
        publish_post(author=alice, page=page, content="A note", images=images)
        ArticleFactory(page=page, title="Long winter", content="Snow.\n\n## Then\n\nSun.")
        job = done(JobFactory(owner=alice, handler="page_export", parameters={"page": page.handle}))
        assert job.results.get().data == {"posts": 1, "articles": 1, "pictures": 1}
        archive = zipfile.ZipFile(io.BytesIO(files_of(job)[f"{page.handle}.zip"]))
        assert archive.testzip() is None
        assert json.loads(archive.read("page.json"))["description"] == "What grows"
        (note,) = json.loads(archive.read("posts.json"))
        assert (note["content"], note["pictures"][0]["alt"]) == ("A note", "A hill")
        assert archive.read(note["pictures"][0]["file"])[:4] == b"RIFF"
        archive.extractall(tmp_path / "out")
        (again,) = manuscripts_in(tmp_path / "out")
        assert (again.title, again.content) == ("Long winter", "Snow.\n\n## Then\n\nSun.")

    def test_articles_that_are_called_like_drafts_come_back_as_articles(self, alice, tmp_path):
        page = PageFactory(owner=alice)
        titles = ["Draft law", "wip", "My draft", "Draft: a law", "Entwurf", "Protected: the birds", "[WIP] (draft)"]
        for title in titles:
            ArticleFactory(page=page, title=title)
        job = done(JobFactory(owner=alice, handler="page_export", parameters={"page": page.handle}))
        with zipfile.ZipFile(io.BytesIO(files_of(job)[f"{page.handle}.zip"])) as archive:
            archive.extractall(tmp_path / "out")
        call_command("importarticles", tmp_path / "out", page=PageFactory(owner=alice, handle="again").handle)
        assert set(Post.objects.filter(page__handle="again").values_list("title", flat=True)) == set(titles)

    def test_a_page_whose_first_post_comes_while_it_is_packed_is_packed_with_it(self, alice, monkeypatch):
        page = PageFactory(owner=alice)
        just_before(monkeypatch, page_export, "_facts", lambda: PostFactory(page=page))
        job = done(JobFactory(owner=alice, handler="page_export", parameters={"page": page.handle}))
        assert (job.error, job.results.get().data["posts"]) == ("", 1)

    def test_an_empty_page_is_packed_too_and_anothers_is_not(self, alice, bob):
        mine, other = PageFactory(owner=alice), PageFactory(owner=bob)
        job = done(JobFactory(owner=alice, handler="page_export", parameters={"page": mine.handle}))
        assert job.status == "completed"
        job = done(JobFactory(owner=alice, handler="page_export", parameters={"page": other.handle}))
        assert (job.status, job.error) == ("failed", f"You have no page @{other.handle}.")


class TestReporting:
    def test_a_month_is_counted_day_by_day(self, alice, bob):
        page = PageFactory(owner=alice, name="The <b>garden")
        post = publish_post(author=alice, page=page, content="Hello")
        like_post(person=bob, post=post)
        FollowFactory(page=page, follower=bob)
        CommentFactory(post=ArticleFactory(page=page), author=bob)
        today = timezone.localdate()
        month = f"{today:%Y-%m}"
        job = done(JobFactory(owner=alice, handler="page_report", parameters={"page": page.handle, "month": month}))
        totals = job.results.get().data["totals"]
        assert totals == {"posts": 1, "articles": 1, "replies": 0, "comments": 1, "likes": 1, "followers": 1}
        files = files_of(job)
        table = files[f"{page.handle}-{month}.csv"].decode("utf-8-sig")
        assert f"{today},1,1,0,1,1,1" in table
        assert b"The &lt;b&gt;garden" in files[f"{page.handle}-{month}.html"]

    def test_it_counts_as_the_statistics_do(self, alice, bob, ada):
        """Neither comments that are hidden, nor replies that have moved up from what is deleted."""
        page, other = PageFactory(owner=alice), PageFactory(owner=bob)
        comment = CommentFactory(post=ArticleFactory(page=page), author=bob)
        hide_comment(person=alice, comment=comment)
        first = publish_post(author=alice, page=page, content="Hello")
        second = publish_post(author=bob, page=other, content="And you?", reply_to=first)
        publish_post(author=ada, page=PageFactory(owner=ada), content="Well.", reply_to=second)
        delete_post(person=bob, post=second)
        month = {"page": page.handle, "month": f"{timezone.localdate():%Y-%m}"}
        totals = done(JobFactory(owner=alice, handler="page_report", parameters=month)).results.get().data["totals"]
        assert (totals["comments"], totals["replies"]) == (0, 0)

    @pytest.mark.parametrize("month", ["2026-13", "9999-01", "now", "0000-01", "2026-1"])
    def test_a_month_that_is_none_or_has_not_begun_is_refused(self, alice, month):
        with pytest.raises(Invalid) as refusal:
            JobFactory(owner=alice, handler="page_report", parameters={"page": "p", "month": month})
        assert list(refusal.value.errors) == ["month"]


class TestAsking:
    def ask(self, alice, monkeypatch, answer, **parameters):
        def reply(method, address, **options):
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(module, "ask", reply)
        parameters = {"url": "https://example.org/hook"} | parameters
        job = JobFactory(owner=alice, handler="http_request", parameters=parameters)
        work()
        job.refresh_from_db()
        return job

    def test_the_answer_is_kept(self, alice, monkeypatch):
        answer = Answer(200, {"x-a": "b\0"}, b"Hi \xff\0", False, "https://example.org/\0")
        job = self.ask(alice, monkeypatch, answer)
        result = job.results.get()
        assert (job.status, result.output) == ("completed", "Hi \ufffd\ufffd")
        assert (result.data["status"], result.data["headers"]) == (200, {"x-a": "b\ufffd"})
        assert result.data["url"] == "https://example.org/\ufffd"

    @pytest.mark.parametrize(("length", "is_told"), [(100_000, False), (100_001, True)])
    def test_that_no_more_of_it_is_kept_is_told(self, alice, monkeypatch, length, is_told):
        job = self.ask(alice, monkeypatch, Answer(200, {}, b"x" * length, False, "https://example.org/"))
        assert len(job.results.get().output) == 100_000
        lines = LogLine.objects.filter(job=job).values_list("text", flat=True)
        assert any("longer than is kept" in line for line in lines) == is_told

    def test_of_an_answer_whose_headers_are_as_long_as_a_book_the_beginnings_are_kept(self, alice, monkeypatch):
        headers = {f"{number:x>65500}"[::-1]: "y" * 65_000 for number in range(100)}
        job = self.ask(alice, monkeypatch, Answer(200, headers, b"", False, "https://example.org/" + "z" * 65_000))
        data = job.results.get().data
        assert {(len(name), len(value)) for name, value in data["headers"].items()} == {(4000, 4000)}
        assert (len(data["headers"]), len(data["url"])) == (5, 2000)

    @pytest.mark.parametrize(
        ("status", "expected", "becomes"), [(404, 404, "completed"), (200, 204, "pending"), (500, None, "pending")]
    )
    def test_another_status_than_expected_is_a_failure_that_is_tried_again(
        self, alice, monkeypatch, status, expected, becomes
    ):
        answer = Answer(status, {}, b"", False, "https://example.org/hook")
        assert self.ask(alice, monkeypatch, answer, expected_status=expected).status == becomes

    def test_whatever_is_said_of_a_failure_can_be_kept(self, alice, monkeypatch, caplog):
        # What is logged travels between the processes of the tests, which no half of a character can.
        with caplog.at_level("CRITICAL", logger="innotter.jobs.engine.running"):
            job = self.ask(alice, monkeypatch, Unreachable("Half a character: \ud800"))
        assert (job.status, job.error) == ("pending", "Unreachable: Half a character: \ufffd")

    def test_nobody_there_is_tried_again_and_a_private_address_is_not(self, alice, monkeypatch):
        assert self.ask(alice, monkeypatch, Unreachable("Nobody")).status == "pending"
        assert self.ask(alice, monkeypatch, Refused("Private")).status == "failed"

    def test_the_real_thing_refuses_this_machine(self, alice):
        job = JobFactory(owner=alice, handler="http_request", parameters={"url": "http://localhost:8000/"})
        assert done(job).error == "localhost is not on the public internet."
        assert asking.MOST_REDIRECTS

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"url": "example.org"}, "url"),
            ({"url": "ftp://example.org/"}, "url"),
            ({"url": "http://exa mple.org/"}, "url"),
            ({"url": "http://[::1"}, "url"),
            ({"url": "http://a/\r\nX: y"}, "url"),
            ({"method": "TRACE"}, "method"),
            ({"headers": {"Host": "other"}}, "headers"),
            ({"headers": {"X": "a\r\nY: b"}}, "headers"),
            ({"headers": {"Bad name": "a"}}, "headers"),
            ({"headers": {"Proxy-Authorization": "a"}}, "headers"),
            ({"expected_status": 99}, "expected_status"),
            ({"body": "x" * 100_001}, "body"),
        ],
    )
    def test_what_could_smuggle_something_is_refused(self, alice, wrong, field):
        with pytest.raises(Invalid) as refusal:
            JobFactory(owner=alice, handler="http_request", parameters={"url": "https://example.org/"} | wrong)
        assert list(refusal.value.errors) == [field]
