"""What a home feed may show anew: noted by the database itself, in the transaction that changes it.

`feed_change` says by transaction which pages, whose feeds (`r`, a reader), or all feeds may have changed. It is not
logged: a database that has crashed has closed the connections of those who ask, and then they forget what they know.
"""

from django.db import migrations

TABLE = """
    CREATE UNLOGGED TABLE feed_change (
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        kind "char" NOT NULL,  -- p: a page, r: a reader, a: all, h: the oldest transaction that ran at this time
        id bigint NOT NULL,
        noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (xid, kind, id)
    );
    CREATE FUNCTION feed_note(kind "char", id bigint) RETURNS void LANGUAGE sql AS
        'INSERT INTO feed_change (kind, id) SELECT $1, $2 WHERE $2 IS NOT NULL ON CONFLICT DO NOTHING';
"""

_FUNCTION = """
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {body}
        RETURN NULL;
    END $$;
"""
_OLD, _NEW = "IF TG_OP <> 'INSERT' THEN {} END IF;", "IF TG_OP <> 'DELETE' THEN {} END IF;"


def _both(statement: str) -> str:
    """For the row as it was, and as it is."""
    return "\n".join([_OLD.format(statement.replace("ROW", "OLD")), _NEW.format(statement.replace("ROW", "NEW"))])


#: By table: what is noted of a row.
NOTES = {
    # Also the page of the post that this one answers: it counts its replies.
    "blog_post": _both(
        "PERFORM feed_note('p', ROW.page_id);"
        " IF ROW.reply_to_id IS NOT NULL THEN"
        " PERFORM feed_note('p', (SELECT page_id FROM blog_post WHERE blog_post.id = ROW.reply_to_id)); END IF;"
    ),
    "blog_postimage": _both(
        "IF ROW.post_id IS NOT NULL THEN"
        " PERFORM feed_note('p', (SELECT page_id FROM blog_post WHERE blog_post.id = ROW.post_id)); END IF;"
    ),
    "blog_like": _both("PERFORM feed_note('r', ROW.user_id);"),
    "pages_follow": _both("PERFORM feed_note('r', ROW.follower_id);"),
    # Who may read a page decides in other people's feeds, too, which replies count.
    "pages_page": _both("PERFORM feed_note('p', ROW.id), feed_note('r', ROW.owner_id);")
    + """
        IF TG_OP = 'DELETE' THEN PERFORM feed_note('a', 0);
        ELSIF TG_OP = 'UPDATE' THEN
            IF (OLD.is_private, OLD.blocked_until, OLD.owner_id)
                IS DISTINCT FROM (NEW.is_private, NEW.blocked_until, NEW.owner_id)
            THEN PERFORM feed_note('a', 0); END IF;
        END IF;
    """,
    "accounts_user": _both("PERFORM feed_note('r', ROW.id);")
    + """
        IF TG_OP = 'UPDATE' THEN
            IF OLD.is_blocked <> NEW.is_blocked THEN PERFORM feed_note('a', 0); END IF;
        END IF;
    """,
    "accounts_session": _both("PERFORM feed_note('r', ROW.user_id);"),
}
#: Of sessions no more than this matters: each use of one is written down.
_WHEN = {
    "accounts_session": "(OLD.revoked_at, OLD.expires_at, OLD.user_id)"
    " IS DISTINCT FROM (NEW.revoked_at, NEW.expires_at, NEW.user_id)",
}


def _triggers(table: str) -> str:
    when = _WHEN.get(table, "OLD.* IS DISTINCT FROM NEW.*")
    run = f"ON {table} FOR EACH ROW"
    return f"""
        CREATE TRIGGER feed_note_change AFTER UPDATE {run} WHEN ({when}) EXECUTE FUNCTION feed_note_{table}();
        CREATE TRIGGER feed_note_other AFTER INSERT OR DELETE {run} EXECUTE FUNCTION feed_note_{table}();
    """


def _create(table: str) -> str:
    return _FUNCTION.format(name=f"feed_note_{table}", body=NOTES[table]) + _triggers(table)


def _drop(table: str) -> str:
    return f"DROP FUNCTION feed_note_{table}() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_action_moves_to_audit"),
        ("blog", "0011_source_of_imported_file"),
        ("pages", "0007_ends_of_blocks"),
    ]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE feed_change; DROP FUNCTION feed_note;"),
        *(migrations.RunSQL(_create(table), _drop(table)) for table in NOTES),
    ]
