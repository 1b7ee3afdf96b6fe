"""The engine that does jobs: a queue of rows that are leased, done and ended many at a time.

`queueing` puts jobs in, `firing` those that recur, `leasing` takes what is due, `running` makes an attempt,
`heartbeats` hold what is being done, `ending` notes what came of it, and `draining` is the loop around them.
"""

from innotter.jobs.engine.draining import drain, is_work_due
from innotter.jobs.engine.queueing import enqueue, is_abandoned, take_up_abandoned

__all__ = ["drain", "enqueue", "is_abandoned", "is_work_due", "take_up_abandoned"]
