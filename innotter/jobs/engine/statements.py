"""The statements by which the queue is leased.

Every time in them is the database's. Rows that somebody holds are passed over, so that nobody waits.
"""

_READY = "is_ready AND NOT is_paused AND lease IS NULL AND is_quick = %(is_quick)s"
_FULL = """
    SELECT count(*) >= %(at_once)s FROM jobs_queueentry
    WHERE owner_id = {owner} AND lease IS NOT NULL AND NOT is_quick
"""
_TAKE = """
    UPDATE jobs_queueentry AS entry
    SET lease = %(lease)s, lease_until = statement_timestamp() + %(seconds)s * interval '1 second',
        started_at = statement_timestamp(), attempt = entry.attempt + 1
    FROM picked WHERE entry.job_id = picked.job_id
    RETURNING entry.job_id, entry.owner_id, entry.attempt, entry.started_at, entry.lease
"""
#: Whoever has something that is ready, from a person on: each found by a step through the index, whatever their number.
_OWNERS = """
    WITH RECURSIVE owners (owner_id) AS (
        (SELECT owner_id FROM jobs_queueentry WHERE {ready} AND owner_id > %(after)s ORDER BY owner_id LIMIT 1)
        UNION ALL
        SELECT (
            SELECT entry.owner_id FROM jobs_queueentry AS entry
            WHERE {ready} AND entry.owner_id > owners.owner_id ORDER BY entry.owner_id LIMIT 1
        )
        FROM owners WHERE owners.owner_id IS NOT NULL
    )
""".replace("{ready}", _READY)
#: As many of each person as of every other.
LEASE_QUICK = (
    """
    {owners}, turn AS (SELECT owner_id FROM owners WHERE owner_id IS NOT NULL LIMIT %(size)s),
    picked AS (
        SELECT mine.job_id FROM turn CROSS JOIN LATERAL (
            SELECT job_id FROM jobs_queueentry WHERE {ready} AND owner_id = turn.owner_id
            ORDER BY priority DESC, due_at, job_id
            LIMIT (SELECT greatest(1, %(size)s / count(*)) FROM turn) FOR UPDATE SKIP LOCKED
        ) AS mine
    )
    {take}
""".replace("{owners}", _OWNERS)
    .replace("{ready}", _READY)
    .replace("{take}", _TAKE)
)
WITH_ROOM = """
    {owners} SELECT owner_id FROM owners
    WHERE owner_id IS NOT NULL AND NOT owner_id = ANY(%(passed_over)s) AND NOT ({full}) LIMIT %(most)s
""".replace("{owners}", _OWNERS).replace("{full}", _FULL.replace("{owner}", "owners.owner_id"))
LEASE_SLOW = (
    """
    WITH picked AS (
        SELECT job_id FROM jobs_queueentry WHERE {ready} AND owner_id = %(owner)s AND NOT ({full})
        ORDER BY priority DESC, due_at, job_id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    {take}
""".replace("{ready}", _READY)
    .replace("{full}", _FULL.replace("{owner}", "%(owner)s"))
    .replace("{take}", _TAKE)
)
#: One that was chosen, if it is still there to be taken.
LEASE_CHOSEN = (
    """
    WITH picked AS (
        SELECT job_id FROM jobs_queueentry WHERE {ready} AND job_id = %(job)s AND NOT ({full})
        FOR UPDATE SKIP LOCKED
    )
    {take}
""".replace("{ready}", _READY)
    .replace("{full}", _FULL.replace("{owner}", "%(owner)s"))
    .replace("{take}", _TAKE)
)
#: Of the slow jobs of a person that are ready, and whose kinds do not rest, the first of each kind, key and target.
CHOICE = """
    SELECT DISTINCT ON (job.handler, job.limit_key, job.target)
        entry.owner_id, job.handler, job.limit_key, job.target, entry.priority, entry.due_at, entry.job_id
    FROM jobs_queueentry AS entry JOIN jobs_job AS job ON job.id = entry.job_id
    WHERE {ready} AND entry.owner_id = %(owner)s
        AND job.handler NOT IN (SELECT handler FROM jobs_queuepause WHERE resumed_at IS NULL)
    ORDER BY job.handler, job.limit_key, job.target, entry.priority DESC, entry.due_at, entry.job_id
""".replace("{ready}", _READY)
#: Whoever resumes a queue waits until this has ended, and then brings back what it has held back.
PAUSED = "SELECT handler FROM jobs_queuepause WHERE resumed_at IS NULL ORDER BY handler FOR SHARE"
HOLD_BACK = """
    UPDATE jobs_queueentry SET is_paused = TRUE WHERE job_id = ANY(ARRAY(
        SELECT entry.job_id FROM jobs_queueentry AS entry JOIN jobs_job AS job ON job.id = entry.job_id
        WHERE entry.is_ready AND NOT entry.is_paused AND entry.lease IS NULL AND entry.owner_id = ANY(%(owners)s)
            AND job.handler = ANY(%(paused)s)
        LIMIT %(most)s FOR UPDATE OF entry SKIP LOCKED
    ))
"""
BRING_BACK = """
    UPDATE jobs_queueentry SET is_paused = FALSE WHERE job_id = ANY(ARRAY(
        SELECT entry.job_id FROM jobs_queueentry AS entry JOIN jobs_job AS job ON job.id = entry.job_id
        WHERE entry.is_paused AND job.handler = ANY(%(resumed)s) ORDER BY entry.job_id LIMIT %(most)s
        FOR UPDATE OF entry
    ))
"""
MARK_READY = """
    UPDATE jobs_queueentry SET is_ready = TRUE WHERE job_id = ANY(ARRAY(
        SELECT job_id FROM jobs_queueentry
        WHERE NOT is_ready AND lease IS NULL AND awaited = 0 AND due_at <= statement_timestamp()
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
    ))
"""
OUTLOOK = """
    SELECT
        EXISTS (SELECT FROM jobs_queueentry WHERE is_ready AND NOT is_paused AND lease IS NULL AND is_quick),
        EXISTS (SELECT FROM jobs_queueentry WHERE is_ready AND NOT is_paused AND lease IS NULL AND NOT is_quick),
        extract(epoch FROM least(
            (SELECT min(due_at) FROM jobs_queueentry WHERE NOT is_ready AND lease IS NULL AND awaited = 0),
            (SELECT min(next_at) FROM jobs_recurringjob)
        ) - statement_timestamp())::float,
        EXISTS (SELECT FROM jobs_joblimit) OR EXISTS (SELECT FROM jobs_queuepause),
        EXISTS (SELECT FROM jobs_queuepause WHERE handler = '' AND resumed_at IS NULL),
        EXISTS (SELECT FROM jobs_queuepause WHERE resumed_at IS NOT NULL)
"""
RENEW = """
    UPDATE jobs_queueentry SET lease_until = statement_timestamp() + %(seconds)s * interval '1 second'
    WHERE job_id = ANY(ARRAY(
        SELECT job_id FROM jobs_queueentry WHERE job_id = ANY(%(jobs)s) AND lease = ANY(%(leases)s)
        FOR NO KEY UPDATE SKIP LOCKED
    ))
"""
GIVE_BACK = """
    UPDATE jobs_queueentry SET lease = NULL, lease_until = NULL, started_at = NULL, attempt = attempt - 1
    WHERE job_id = ANY(%s) AND lease = %s
"""
PUT_OFF = """
    WITH later AS (
        UPDATE jobs_queueentry
        SET lease = NULL, lease_until = NULL, started_at = NULL, attempt = attempt - 1, is_ready = FALSE,
            due_at = statement_timestamp() + %(seconds)s * interval '1 second'
        WHERE job_id = %(job)s AND lease = %(lease)s
        RETURNING job_id, attempt, due_at
    )
    UPDATE jobs_job AS job
    SET status = 'pending', attempt = later.attempt, due_at = later.due_at, started_at = NULL, percent = 0, step = ''
    FROM later WHERE job.id = later.job_id
"""
#: What a limit counts is done alone from now on, so that it can be weighed against the limit.
DO_ALONE = "UPDATE jobs_queueentry SET is_quick = FALSE WHERE job_id = ANY(%s)"
