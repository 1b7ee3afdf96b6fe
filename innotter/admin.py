"""What the admin panels of several apps have in common."""

from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, ChangeList
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError, ProgrammingError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from innotter import rows

Row = TypeVar("Row", bound=Model)

#: What Django and PostgreSQL say of a lookup that no column can answer: the year 10000, half a range, a null character.
#: Django itself expects fewer of them.
_UNANSWERABLE = (ValueError, OverflowError, IndexError, TypeError, DataError, ProgrammingError)


class Panel(admin.ModelAdmin[Row]):
    """Rows in the admin panel. An address or a form that nobody was given is refused, and is no error of ours."""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        try:
            with transaction.atomic():
                return super().get_changelist_instance(request)
        except (*_UNANSWERABLE, IncorrectLookupParameters) as error:
            asked = request.GET.keys() - {ERROR_FLAG}
            if not asked:
                raise
            if ERROR_FLAG in request.GET:
                # Django would say that the database is broken.
                raise BadRequest("No such filter.") from error
            raise IncorrectLookupParameters(str(error)) from error

    def response_action(self, request: HttpRequest, queryset: QuerySet[Row], *more: Any) -> HttpResponse | None:
        for selected in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.clean(selected, None)
            except ValidationError as error:
                raise BadRequest("No such row.") from error
        return super().response_action(request, queryset, *more)

    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:
        """Save what was changed in the form, and nothing of the row as it was read: it may have changed since."""
        if change:
            rows.hold(self.get_queryset(request), obj.pk)
        obj.save(update_fields=form.changed_data if change else None)


class ReadOnlyAdmin(Panel[Row]):
    """Rows that are looked at, not edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False
