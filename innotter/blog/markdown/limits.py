"""Time is what a text may take: a thread that is busy with one answers nobody else."""

import math
import time

from django.utils.translation import gettext_lazy as _
from markdown_it.utils import EnvType

from innotter.errors import Invalid


class TooIntricate(Invalid):
    """Rendering takes longer than anybody's text does."""

    message = _("This text is too intricate to be shown: use fewer brackets, lists and marks in one paragraph.")


def check_time(env: EnvType) -> None:
    """End what takes too long. `env` goes with a text through every step."""
    if time.thread_time() > env.get("over_at", math.inf):
        raise TooIntricate
