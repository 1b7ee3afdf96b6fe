"""Writing down what moderators and admins do."""

from datetime import datetime

from innotter.accounts.models import Action, User


def log_action(
    *, actor: User, verb: str, subject_id: int, about: str, reason: str = "", until: datetime | None = None
) -> Action:
    """Add a line to the log; it stays as it is for ever."""
    action = Action(
        actor=actor,
        verb=verb,
        subject_id=subject_id,
        about=about,
        reason=reason,
        until=until,
    )
    action.clean_fields(exclude={"actor"})
    action.save(force_insert=True)
    return action
