from typing import Any

from django.urls import re_path

from innotter.tasks.api import parts, tables, tasks, teams
from innotter.tasks.views import finding, in_place, insights, task
from innotter.tasks.views import teams as team_pages

PK = r"(?P<pk>[0-9]{1,18})"
NAME = r"(?P<username>[A-Za-z0-9._-]{1,30})"

Tasks, Teams, Members, Invitations = (
    tasks.TaskViewSet.as_view,
    teams.TeamViewSet.as_view,
    teams.MemberViewSet.as_view,
    teams.InvitationViewSet.as_view,
)
Comments, Files, Templates = (
    parts.TaskCommentViewSet.as_view,
    parts.AttachmentViewSet.as_view,
    parts.TemplateViewSet.as_view,
)
Ways = dict[str, str | Any]
ONE_TASK: Ways = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
ONE: Ways = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
ALL: Ways = {"get": "list", "post": "create"}

api_urlpatterns = [
    re_path(r"^teams/$", Teams(ALL), name="teams"),
    re_path(rf"^teams/{PK}/$", Teams(ONE), name="team"),
    re_path(rf"^teams/{PK}/leave/$", Teams({"post": "leave"}), name="leave-team"),
    re_path(rf"^teams/{PK}/take-over/$", Teams({"post": "take_over"}), name="take-over-team"),
    re_path(rf"^teams/{PK}/velocity/$", teams.Velocity.as_view(), name="team-velocity"),
    re_path(rf"^teams/{PK}/members/$", Members({"get": "list"}), name="members"),
    re_path(rf"^teams/{PK}/members/{NAME}/$", Members({"patch": "partial_update", "delete": "destroy"}), name="member"),
    re_path(rf"^teams/{PK}/invitations/$", Invitations(ALL), name="invitations"),
    re_path(
        rf"^teams/{PK}/invitations/(?P<invitation>[0-9]{{1,18}})/$",
        Invitations({"delete": "destroy"}),
        name="invitation",
    ),
    re_path(rf"^teams/{PK}/import/$", tables.ImportView.as_view(), name="import-tasks"),
    re_path(r"^teams/join/$", teams.AcceptInvitation.as_view(), name="join-team"),
    re_path(r"^tasks/$", Tasks(ALL), name="tasks"),
    re_path(r"^tasks/bulk/$", Tasks({"post": "bulk"}), name="edit-tasks"),
    re_path(r"^tasks/export/$", tables.ExportView.as_view(), name="export-tasks"),
    re_path(rf"^tasks/{PK}/$", Tasks(ONE_TASK), name="task"),
    re_path(rf"^tasks/{PK}/assign/$", Tasks({"post": "assign"}), name="assign-task"),
    re_path(rf"^tasks/{PK}/move/$", Tasks({"post": "move"}), name="move-task"),
    re_path(rf"^tasks/{PK}/archive/$", Tasks({"post": "archive"}), name="archive-task"),
    re_path(rf"^tasks/{PK}/restore/$", Tasks({"post": "restore"}), name="restore-task"),
    re_path(rf"^tasks/{PK}/watch/$", Tasks({"post": "watch", "delete": "unwatch"}), name="watch-task"),
    re_path(rf"^tasks/{PK}/job/$", Tasks({"post": "offer"}), name="offer-task"),
    re_path(rf"^tasks/{PK}/comments/$", Comments(ALL), name="task-comments"),
    re_path(
        rf"^tasks/{PK}/comments/(?P<comment>[0-9]{{1,18}})/$", Comments({"delete": "destroy"}), name="task-comment"
    ),
    re_path(rf"^tasks/{PK}/history/$", parts.HistoryViewSet.as_view({"get": "list"}), name="task-history"),
    re_path(rf"^tasks/{PK}/attachments/$", Files(ALL), name="attachments"),
    re_path(
        rf"^tasks/{PK}/attachments/(?P<attachment>[0-9]{{1,18}})/$",
        Files({"get": "retrieve", "delete": "destroy"}),
        name="attachment",
    ),
    re_path(rf"^tasks/{PK}/time/$", parts.TimeViewSet.as_view(ALL), name="task-time"),
    re_path(
        rf"^tasks/{PK}/time/(?P<entry>[0-9]{{1,18}})/$",
        parts.TimeViewSet.as_view({"delete": "destroy"}),
        name="task-time-entry",
    ),
    re_path(r"^task-templates/$", Templates(ALL), name="task-templates"),
    re_path(rf"^task-templates/{PK}/$", Templates(ONE), name="task-template"),
    re_path(rf"^task-templates/{PK}/use/$", Templates({"post": "use"}), name="use-template"),
]

app_name = "tasks"
NUMBER = "[0-9]{1,18}"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
urlpatterns = [
    re_path(r"^tasks/$", finding.tasks, name="tasks"),
    re_path(r"^tasks/mine/$", finding.mine, name="mine"),
    re_path(r"^tasks/calendar/$", finding.calendar, name="calendar"),
    re_path(r"^tasks/export/$", finding.export, name="export"),
    re_path(r"^tasks/bulk/$", finding.bulk, name="bulk"),
    re_path(r"^tasks/new/$", task.create, name="create"),
    re_path(rf"^tasks/{PK}/$", task.task, name="task"),
    re_path(rf"^tasks/{PK}/edit/$", task.edit, name="edit"),
    re_path(rf"^tasks/{PK}/move/$", finding.move, name="move"),
    re_path(rf"^tasks/{PK}/status/$", task.set_status, name="status"),
    re_path(rf"^tasks/{PK}/set/$", in_place.set_fields, name="set"),
    re_path(rf"^tasks/{PK}/watch/$", task.watch, name="watch"),
    re_path(rf"^tasks/{PK}/archive/$", task.archive, name="archive"),
    re_path(rf"^tasks/{PK}/restore/$", task.restore, name="restore"),
    re_path(rf"^tasks/{PK}/delete/$", task.delete, name="delete"),
    re_path(rf"^tasks/{PK}/job/$", task.offer, name="offer"),
    re_path(rf"^tasks/{PK}/subtasks/$", task.add_subtask, name="add-subtask"),
    re_path(rf"^tasks/{PK}/time/$", task.log_time, name="log-time"),
    re_path(rf"^tasks/{PK}/time/(?P<entry>{NUMBER})/delete/$", task.delete_time, name="delete-time"),
    re_path(rf"^tasks/{PK}/comment/$", task.comment, name="comment"),
    re_path(rf"^tasks/{PK}/comments/(?P<comment>{NUMBER})/delete/$", task.delete_comment, name="delete-comment"),
    re_path(rf"^tasks/{PK}/files/$", task.add_file, name="add-file"),
    re_path(rf"^tasks/{PK}/files/(?P<attachment>{NUMBER})/$", task.file, name="file"),
    re_path(rf"^tasks/{PK}/files/(?P<attachment>{NUMBER})/remove/$", task.remove_file, name="remove-file"),
    re_path(r"^teams/$", team_pages.teams, name="teams"),
    re_path(r"^teams/new/$", team_pages.create, name="create-team"),
    re_path(r"^teams/join/(?P<token>[A-Za-z0-9:_-]{1,200})/$", team_pages.join, name="invitation"),
    re_path(rf"^teams/{PK}/$", team_pages.team, name="team"),
    re_path(rf"^teams/{PK}/templates/$", team_pages.templates, name="templates"),
    re_path(rf"^teams/{PK}/settings/$", team_pages.settings, name="team-settings"),
    re_path(rf"^teams/{PK}/insights/$", insights.insights, name="insights"),
    re_path(rf"^teams/{PK}/reports/$", insights.reports, name="reports"),
    re_path(rf"^teams/{PK}/reports/new/$", insights.create_report, name="create-report"),
    re_path(rf"^teams/{PK}/reports/(?P<report>{UUID})\.(?P<shape>[a-z]{{3,4}})$", insights.report, name="report"),
    re_path(rf"^teams/{PK}/edit/$", team_pages.edit, name="edit-team"),
    re_path(rf"^teams/{PK}/delete/$", team_pages.delete, name="delete-team"),
    re_path(rf"^teams/{PK}/leave/$", team_pages.leave, name="leave-team"),
    re_path(rf"^teams/{PK}/take-over/$", team_pages.take_over, name="take-over-team"),
    re_path(rf"^teams/{PK}/invite/$", team_pages.invite, name="invite"),
    re_path(rf"^teams/{PK}/invitations/(?P<invitation>{NUMBER})/withdraw/$", team_pages.withdraw, name="withdraw"),
    re_path(rf"^teams/{PK}/members/{NAME}/$", team_pages.member, name="member"),
    re_path(rf"^teams/{PK}/members/{NAME}/remove/$", team_pages.remove_member, name="remove-member"),
    re_path(rf"^teams/{PK}/import/$", team_pages.take_in, name="import"),
    re_path(rf"^teams/{PK}/templates/new/$", team_pages.template, name="create-template"),
    re_path(rf"^teams/{PK}/templates/(?P<template>{NUMBER})/$", team_pages.template, name="template"),
    re_path(rf"^teams/{PK}/templates/(?P<template>{NUMBER})/use/$", team_pages.use_template, name="use-template"),
    re_path(
        rf"^teams/{PK}/templates/(?P<template>{NUMBER})/delete/$", team_pages.delete_template, name="delete-template"
    ),
]
