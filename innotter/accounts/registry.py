"""What apps above answer at once, in the same transaction: nobody is to see the state in between.

For all that may come a moment later there are the events.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

A = TypeVar("A")


class Question(Generic[A]):
    """Functions that are all asked, in the order in which they were registered; one that raises refuses."""

    def __init__(self) -> None:
        self._answering: list[Callable[..., A]] = []

    def answered_by(self, function: Callable[..., A]) -> Callable[..., A]:
        """Have the function asked from now on."""
        self._answering.append(function)
        return function

    def ask(self, **about: Any) -> list[A]:
        """What each of them answers."""
        return [function(**about) for function in self._answering]


#: What is to be there for somebody who may begin things with others from now on? About: `user`.
on_admission: Question[None] = Question()
#: What is to follow when a person has another username? About: `user`, `former`.
on_renaming: Question[None] = Question()
#: Which of these usernames are taken by something of somebody else? About: `names`; `user`, who may not be saved yet.
claimed_names: Question[set[str]] = Question()
