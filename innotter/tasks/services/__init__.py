"""What people, and the rules of their teams, do with tasks."""

from innotter.tasks.services.attaching import attach_file, remove_file
from innotter.tasks.services.automating import (
    assign_by_load,
    close_parent,
    escalate_overdue,
    forget_archived,
    note_overdue,
    remind,
)
from innotter.tasks.services.commenting import comment_on_task, delete_comment, mentioned_in
from innotter.tasks.services.creating import create_task, delete_task
from innotter.tasks.services.editing import edit_many, edit_task
from innotter.tasks.services.inviting import accept_invitation, invite, withdraw_invitation
from innotter.tasks.services.merging import TaskHasChanged
from innotter.tasks.services.moving import archive_task, move_task, restore_task
from innotter.tasks.services.news import (
    is_news_due,
    is_still_news,
    keep_assignment,
    keep_change,
    keep_comment,
    send_news,
)
from innotter.tasks.services.offering import offer_as_job
from innotter.tasks.services.summarising import is_summary_true, send_summaries
from innotter.tasks.services.tables import LARGEST_TABLE, check_table, export_tasks, import_tasks, read_table
from innotter.tasks.services.teaming import (
    change_role,
    create_team,
    delete_team,
    edit_team,
    leave_team,
    remove_abandoned_teams,
    remove_member,
    space_of,
    take_over_team,
    take_tasks_from_outsiders,
)
from innotter.tasks.services.templating import delete_template, save_template, use_template
from innotter.tasks.services.timekeeping import delete_time, log_time
from innotter.tasks.services.watching import unwatch_task, watch_task

__all__ = [
    "LARGEST_TABLE",
    "TaskHasChanged",
    "accept_invitation",
    "archive_task",
    "assign_by_load",
    "attach_file",
    "change_role",
    "check_table",
    "close_parent",
    "comment_on_task",
    "create_task",
    "create_team",
    "delete_comment",
    "delete_task",
    "delete_team",
    "delete_template",
    "delete_time",
    "edit_many",
    "edit_task",
    "edit_team",
    "escalate_overdue",
    "export_tasks",
    "forget_archived",
    "import_tasks",
    "invite",
    "is_news_due",
    "is_still_news",
    "is_summary_true",
    "keep_assignment",
    "keep_change",
    "keep_comment",
    "leave_team",
    "log_time",
    "mentioned_in",
    "move_task",
    "note_overdue",
    "offer_as_job",
    "read_table",
    "remind",
    "remove_abandoned_teams",
    "remove_file",
    "remove_member",
    "restore_task",
    "save_template",
    "send_news",
    "send_summaries",
    "space_of",
    "take_over_team",
    "take_tasks_from_outsiders",
    "unwatch_task",
    "use_template",
    "watch_task",
    "withdraw_invitation",
]
