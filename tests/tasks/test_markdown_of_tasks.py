"""A task's page shows the Markdown of many people: each text keeps to itself, and none takes the page away."""

import re

from innotter.tasks import services

NOTED = "Loud[^1] [up](#top) <a id='top'></a>\n\n[^1]: Very."


def test_the_texts_of_a_page_share_no_id_and_their_links_stay_inside(alice, browser_of):
    task = services.create_task(creator=alice, team=services.space_of(person=alice), title="Saw", description=NOTED)
    comment = services.comment_on_task(author=alice, task=task, text=NOTED)
    html = browser_of(alice).get(task.get_absolute_url()).content.decode()

    ids = re.findall(r' id="([^"]+)"', html)
    assert {"fn1", "user-content-top", f"comment-{comment.pk}-fn1", f"comment-{comment.pk}-user-content-top"} <= set(
        ids
    )
    assert len([each for each in ids if each.endswith(("fn1", "fnref1", "-top"))]) == 6
    assert f'href="#comment-{comment.pk}-fn1"' in html


def test_what_takes_too_long_is_shown_as_it_is_written(alice, browser_of, monkeypatch):
    task = services.create_task(creator=alice, team=services.space_of(person=alice), title="Saw", description="*loud*")
    monkeypatch.setattr("innotter.tasks.views.prose.TEXT_SECONDS", -1)
    answer = browser_of(alice).get(task.get_absolute_url())
    assert answer.status_code == 200
    assert "<pre>*loud*</pre>" in answer.content.decode()
