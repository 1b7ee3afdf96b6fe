"""What can be done to all jobs of a list at once, in the words of the site."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from innotter.errors import Text
from innotter.jobs import services
from innotter.jobs.models import Job

S = Job.Status


@dataclass(frozen=True)
class Act:
    """An act on all jobs that match a filter."""

    name: str
    label: Text
    question: Text
    #: The jobs in these states are changed by it.
    states: frozenset[str]
    do: Callable[..., int]
    #: What was done, by how often.
    done: Callable[[int], str]
    is_dangerous: bool = False


def _cancelled(count: int) -> str:
    return ngettext("%(n)d job cancelled.", "%(n)d jobs cancelled.", count) % {"n": count}


def _retried(count: int) -> str:
    return ngettext("%(n)d job is being retried.", "%(n)d jobs are being retried.", count) % {"n": count}


def _discarded(count: int) -> str:
    return ngettext("%(n)d job discarded.", "%(n)d jobs discarded.", count) % {"n": count}


def _begun(count: int) -> str:
    return ngettext("%(n)d job starts now.", "%(n)d jobs start now.", count) % {"n": count}


ACTS = {
    act.name: act
    for act in (
        Act(
            "retry",
            _("Retry all"),
            _("Retry all of these?"),
            frozenset({S.FAILED}),
            services.retry_matching,
            _retried,
        ),
        Act("run", _("Run all now"), _("Run all of these now?"), frozenset({S.PENDING}), services.run_matching, _begun),
        Act(
            "discard",
            _("Discard all"),
            _("Discard all of these?"),
            frozenset({S.FAILED}),
            services.discard_matching,
            _discarded,
            is_dangerous=True,
        ),
        Act(
            "cancel",
            _("Cancel all"),
            _("Cancel all of these?"),
            frozenset({S.PENDING, S.IN_PROGRESS}),
            services.cancel_matching,
            _cancelled,
            is_dangerous=True,
        ),
    )
}


def acts_for(status: str) -> list[Act]:
    """What makes sense for a list of the jobs in a state; for one of all states, nothing."""
    return [act for act in ACTS.values() if status in act.states]
