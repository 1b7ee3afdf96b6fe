"""The texts of a task's page as HTML: rendered once, and all together within a bound."""

import time
from collections.abc import Mapping

from innotter.markdown import as_written, render_kept
from innotter.web.caching import kept_each, key_for_all

#: What a text may take, and when none is begun any more, in seconds of a processor. A text takes some milliseconds.
TEXT_SECONDS, PAGE_SECONDS = 0.5, 1.0


def as_html(texts: Mapping[str, str]) -> dict[str, str]:
    """HTML of each text, by what its ids begin with.

    There is no time for all of a thread that nobody has read yet: the rest stands there as it was written, and is
    rendered when somebody looks again.
    """
    over_at = time.thread_time() + PAGE_SECONDS

    def rendered(within: str) -> str | None:
        if time.thread_time() > over_at:
            return None
        return render_kept(texts[within], within=within, seconds=TEXT_SECONDS).html

    keys = {within: key_for_all("prose", within, text) for within, text in texts.items() if text}
    html = kept_each(keys, rendered)
    return {within: "" if not text else html[within] or as_written(text) for within, text in texts.items()}
