"""What may follow an @ or a # while somebody writes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from innotter.accounts.authentication import signed_in
from innotter.feed.queries.completing import completions
from innotter.rate_limits import count_use
from innotter.text.cleaning import one_line
from innotter.text.numbers import whole_number


@require_safe
def complete(request: HttpRequest) -> HttpResponse:
    """The lines of the list below the field, for its script."""
    person = signed_in(request)
    count_use("complete", person.pk)
    typed = one_line(request.GET.get("q", ""))
    sign = "#" if request.GET.get("sign") == "#" else "@"
    task = whole_number(request.GET["task"]) or 0 if "task" in request.GET else None
    found = completions(person, sign=sign, typed=typed, task=task)
    return render(request, "feed/_completions.html", {"found": found})
