"""The words of pages, cut by the rule that questions are cut by; tags, spelled as they are compared."""

from django.db import migrations

from innotter.text.tags import LONGEST_TAG, tag_name

CUT_ANEW = """
UPDATE pages_pagewords AS words SET vector =
    setweight(to_tsvector('simple', innotter_words(page.uuid)), 'A')
    || setweight(to_tsvector('russian', innotter_words(page.uuid)), 'A')
    || setweight(to_tsvector('simple', innotter_words(page.name)), 'B')
    || setweight(to_tsvector('russian', innotter_words(page.name)), 'B')
    || CASE WHEN page.is_private THEN '' ELSE
        setweight(to_tsvector('simple', innotter_words(tags.names)), 'C')
        || setweight(to_tsvector('russian', innotter_words(tags.names)), 'C')
    END
FROM pages_page AS page
LEFT JOIN LATERAL (
    SELECT coalesce(string_agg(tag.name, ' '), '') AS names
    FROM pages_page_tags AS tagged JOIN pages_tag AS tag ON tag.id = tagged.tag_id
    WHERE tagged.page_id = page.id
) AS tags ON true
WHERE page.id = words.page_id
"""


def spell_tags(apps, schema_editor):
    """Give each tag the name that it is compared by; of two that are the same by it, the pages of both have one."""
    tags = apps.get_model("pages", "Tag").objects
    for tag in tags.all():
        name = tag_name(tag.name)
        if name == tag.name or len(name) > LONGEST_TAG:
            continue
        same, _is_new = tags.get_or_create(name=name)
        for page in tag.pages.all():
            page.tags.add(same)
        tag.pages.clear()


class Migration(migrations.Migration):
    dependencies = [("pages", "0005_revision"), ("accounts", "0006_words")]

    operations = [
        migrations.RunPython(spell_tags, migrations.RunPython.noop),
        migrations.RunSQL(CUT_ANEW, migrations.RunSQL.noop),
    ]
