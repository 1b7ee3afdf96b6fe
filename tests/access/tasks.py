"""The rows of teams and tasks: what is a team's is there for its people, and for nobody else."""

from typing import Any

from tests.access.rules import Rule, _signed_in_and, guests, members, owner_alone, site_owner
from tests.access.who import Visit

REPORT = "00000000-0000-0000-0000-000000000000"

Row = tuple[str, dict[str, Any] | str | None, Rule]


def mine_or_wrong(visit: Visit) -> int:
    """Who names what is not theirs is told that it is not there."""
    return 200 if visit.owns else 400


def site_mine_or_wrong(visit: Visit) -> int:
    return (302 if visit.owns else 400) if visit.is_signed_in else 302


API: dict[tuple[str, str], Row] = {
    ("GET", "teams"): ("teams/", None, members()),
    ("POST", "teams"): ("teams/", {"name": "T", "key": "TT"}, members(201)),
    ("GET", "team"): ("teams/{team}/", None, owner_alone(200)),
    ("PATCH", "team"): ("teams/{team}/", {"name": "New"}, owner_alone(200)),
    ("DELETE", "team"): ("teams/{team}/", None, owner_alone(204)),
    ("POST", "leave-team"): ("teams/{team}/leave/", {}, owner_alone(409)),
    ("POST", "take-over-team"): ("teams/{team}/take-over/", {}, owner_alone(409)),
    ("GET", "team-velocity"): ("teams/{team}/velocity/", None, owner_alone(200)),
    ("GET", "members"): ("teams/{team}/members/", None, owner_alone(200)),
    ("PATCH", "member"): ("teams/{team}/members/{other}/", {"role": "guest"}, owner_alone(200)),
    ("DELETE", "member"): ("teams/{team}/members/{other}/", None, owner_alone(204)),
    ("GET", "invitations"): ("teams/{team}/invitations/", None, owner_alone(200)),
    ("POST", "invitations"): ("teams/{team}/invitations/", {"who": "x@example.org"}, owner_alone(201)),
    ("DELETE", "invitation"): ("teams/{team}/invitations/{invitation}/", None, owner_alone(204)),
    ("POST", "import-tasks"): ("teams/{team}/import/", {}, owner_alone(400)),
    ("POST", "join-team"): ("teams/join/", {"token": "x"}, members(404)),
    ("GET", "tasks"): ("tasks/", None, members()),
    ("POST", "tasks"): ("tasks/", {"title": "T"}, members(201)),
    ("POST", "edit-tasks"): ("tasks/bulk/", {"tasks": ["{task}"], "priority": "low"}, _signed_in_and(mine_or_wrong)),
    ("GET", "export-tasks"): ("tasks/export/", None, members()),
    ("GET", "task"): ("tasks/{task}/", None, owner_alone(200)),
    ("PUT", "task"): ("tasks/{task}/", {"title": "New"}, owner_alone(200)),
    ("PATCH", "task"): ("tasks/{task}/", {"title": "New"}, owner_alone(200)),
    ("DELETE", "task"): ("tasks/{task}/", None, owner_alone(204)),
    ("POST", "assign-task"): ("tasks/{task}/assign/", {"assignees": []}, owner_alone(200)),
    ("POST", "move-task"): ("tasks/{task}/move/", {"status": "done"}, owner_alone(200)),
    ("POST", "archive-task"): ("tasks/{task}/archive/", {}, owner_alone(200)),
    ("POST", "restore-task"): ("tasks/{task}/restore/", {}, owner_alone(200)),
    ("POST", "watch-task"): ("tasks/{task}/watch/", {}, owner_alone(204)),
    ("DELETE", "watch-task"): ("tasks/{task}/watch/", None, owner_alone(204)),
    ("POST", "offer-task"): ("tasks/{task}/job/", {"deadline": "2035-01-01T00:00Z"}, owner_alone(201)),
    ("GET", "task-comments"): ("tasks/{task}/comments/", None, owner_alone(200)),
    ("POST", "task-comments"): ("tasks/{task}/comments/", {"text": "Hm"}, owner_alone(201)),
    ("DELETE", "task-comment"): ("tasks/{task}/comments/{task_comment}/", None, owner_alone(204)),
    ("GET", "task-history"): ("tasks/{task}/history/", None, owner_alone(200)),
    ("GET", "attachments"): ("tasks/{task}/attachments/", None, owner_alone(200)),
    ("POST", "attachments"): ("tasks/{task}/attachments/", {}, owner_alone(400)),
    ("GET", "attachment"): ("tasks/{task}/attachments/{attachment}/", None, owner_alone(200)),
    ("DELETE", "attachment"): ("tasks/{task}/attachments/{attachment}/", None, owner_alone(204)),
    ("GET", "task-time"): ("tasks/{task}/time/", None, owner_alone(200)),
    ("POST", "task-time"): ("tasks/{task}/time/", {"hours": "1"}, owner_alone(201)),
    ("DELETE", "task-time-entry"): ("tasks/{task}/time/{time_entry}/", None, owner_alone(204)),
    ("GET", "task-templates"): ("task-templates/", None, members()),
    ("POST", "task-templates"): ("task-templates/", {"name": "N", "title": "T"}, members(201)),
    ("GET", "task-template"): ("task-templates/{template}/", None, owner_alone(200)),
    ("PATCH", "task-template"): ("task-templates/{template}/", {"title": "New"}, owner_alone(200)),
    ("DELETE", "task-template"): ("task-templates/{template}/", None, owner_alone(204)),
    ("POST", "use-template"): ("task-templates/{template}/use/", {}, owner_alone(201)),
}

SITE: dict[tuple[str, str], Row] = {
    ("GET", "tasks:tasks"): ("/tasks/", None, guests()),
    ("GET", "tasks:mine"): ("/tasks/mine/", None, guests()),
    ("GET", "tasks:calendar"): ("/tasks/calendar/", None, guests()),
    ("GET", "tasks:export"): ("/tasks/export/", None, guests()),
    ("POST", "tasks:bulk"): ("/tasks/bulk/", {"tasks": ["{task}"], "priority": "1"}, site_mine_or_wrong),
    ("GET", "tasks:create"): ("/tasks/new/?team={team}", None, guests()),
    ("GET", "tasks:task"): ("/tasks/{task}/", None, site_owner()),
    ("GET", "tasks:edit"): ("/tasks/{task}/edit/", None, site_owner()),
    ("POST", "tasks:move"): ("/tasks/{task}/move/", {"status": "done"}, site_owner(302)),
    ("POST", "tasks:status"): ("/tasks/{task}/status/", {"status": "done"}, site_owner(302)),
    ("POST", "tasks:set"): ("/tasks/{task}/set/", {"status": "done"}, site_owner(302)),
    ("POST", "tasks:watch"): ("/tasks/{task}/watch/", {"watch": "no"}, site_owner(302)),
    ("POST", "tasks:archive"): ("/tasks/{task}/archive/", {}, site_owner(302)),
    ("POST", "tasks:restore"): ("/tasks/{task}/restore/", {}, site_owner(302)),
    ("POST", "tasks:delete"): ("/tasks/{task}/delete/", {}, site_owner(302)),
    ("POST", "tasks:offer"): ("/tasks/{task}/job/", {"deadline": "2035-01-01T00:00"}, site_owner(302)),
    ("POST", "tasks:add-subtask"): ("/tasks/{task}/subtasks/", {"title": "T"}, site_owner(302)),
    ("POST", "tasks:log-time"): ("/tasks/{task}/time/", {"hours": "1"}, site_owner(302)),
    ("POST", "tasks:comment"): ("/tasks/{task}/comment/", {"text": "Hm"}, site_owner(302)),
    ("POST", "tasks:delete-time"): ("/tasks/{task}/time/{time_entry}/delete/", {}, site_owner(302)),
    ("POST", "tasks:delete-comment"): ("/tasks/{task}/comments/{task_comment}/delete/", {}, site_owner(302)),
    ("POST", "tasks:add-file"): ("/tasks/{task}/files/", {}, site_owner(422)),
    ("GET", "tasks:file"): ("/tasks/{task}/files/{attachment}/", None, site_owner()),
    ("POST", "tasks:remove-file"): ("/tasks/{task}/files/{attachment}/remove/", {}, site_owner(302)),
    ("GET", "tasks:teams"): ("/teams/", None, guests()),
    ("POST", "tasks:create-team"): ("/teams/new/", {"name": "T", "key": "TT"}, lambda visit: 302),
    ("GET", "tasks:invitation"): ("/teams/join/nonsense/", None, guests(404)),
    ("GET", "tasks:team"): ("/teams/{team}/", None, site_owner()),
    ("GET", "tasks:templates"): ("/teams/{team}/templates/", None, site_owner()),
    ("GET", "tasks:team-settings"): ("/teams/{team}/settings/", None, site_owner()),
    ("GET", "tasks:insights"): ("/teams/{team}/insights/", None, site_owner()),
    ("GET", "tasks:reports"): ("/teams/{team}/reports/", None, site_owner(302)),
    ("POST", "tasks:create-report"): ("/teams/{team}/reports/new/", {"days": "30"}, site_owner(302)),
    ("GET", "tasks:report"): (f"/teams/{{team}}/reports/{REPORT}.csv", None, site_owner(503)),
    ("GET", "tasks:edit-team"): ("/teams/{team}/edit/", None, site_owner()),
    ("POST", "tasks:delete-team"): ("/teams/{team}/delete/", {}, site_owner(302)),
    ("POST", "tasks:take-over-team"): ("/teams/{team}/take-over/", {}, site_owner(409)),
    ("POST", "tasks:leave-team"): ("/teams/{team}/leave/", {}, site_owner(409)),
    ("POST", "tasks:invite"): ("/teams/{team}/invite/", {"who": "x@example.org", "role": "guest"}, site_owner(302)),
    ("POST", "tasks:withdraw"): ("/teams/{team}/invitations/{invitation}/withdraw/", {}, site_owner(302)),
    ("POST", "tasks:member"): ("/teams/{team}/members/{other}/", {"role": "guest"}, site_owner(302)),
    ("POST", "tasks:remove-member"): ("/teams/{team}/members/{other}/remove/", {}, site_owner(302)),
    ("GET", "tasks:import"): ("/teams/{team}/import/", None, site_owner()),
    ("POST", "tasks:create-template"): (
        "/teams/{team}/templates/new/",
        {"name": "N", "title": "T", "priority": "0"},
        site_owner(302),
    ),
    ("GET", "tasks:template"): ("/teams/{team}/templates/{template}/", None, site_owner()),
    ("POST", "tasks:use-template"): ("/teams/{team}/templates/{template}/use/", {}, site_owner(302)),
    ("POST", "tasks:delete-template"): ("/teams/{team}/templates/{template}/delete/", {}, site_owner(302)),
}
