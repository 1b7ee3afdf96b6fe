"""Time is what a text may take: a thread that is busy with one answers nobody else."""

import math
import time
from contextlib import AbstractContextManager, nullcontext

from django.utils.translation import gettext_lazy as _
from markdown_it.utils import EnvType

from innotter import heavy
from innotter.errors import Invalid

#: Rendering a longer text, in characters, is heavy work.
LONG = 50_000
_BUSY = _("Many long texts are being read at the moment. Try again soon.")


class TooIntricate(Invalid):
    """Rendering takes longer than anybody's text does."""

    message = _("This text is too intricate to be shown: use fewer brackets, lists and marks in one paragraph.")


def check_time(env: EnvType) -> None:
    """End what takes too long. `env` goes with a text through every step."""
    if time.thread_time() > env.get("over_at", math.inf):
        raise TooIntricate


def turn(text: str) -> AbstractContextManager[None]:
    """Until it is over, a long text has one of the places for heavy work. Raises Away where there is none."""
    return heavy.place(refusal=_BUSY) if len(text) > LONG else nullcontext()
