"""Writing down what moderators and admins do."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser

from innotter.audit.models import Action


def log_action(
    *, actor: AbstractBaseUser, verb: str, subject_id: int, about: str, reason: str = "", until: datetime | None = None
) -> Action:
    """Add a line to the log; it stays as it is for ever."""
    action = Action(
        actor_id=actor.pk,
        verb=verb,
        subject_id=subject_id,
        about=about,
        reason=reason,
        until=until,
    )
    action.clean_fields(exclude={"actor"})
    action.save(force_insert=True)
    return action
