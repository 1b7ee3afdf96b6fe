"""The filters of a list, in the API and in its document."""

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request


class ListFilters(DjangoFilterBackend):
    """Narrows the list of a view by its `filterset_class`, as the person who asks means it; other actions have none."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        if view.action != "list":
            return queryset
        return view.filterset_class(request.query_params.dict(), queryset, person=request.user).found
