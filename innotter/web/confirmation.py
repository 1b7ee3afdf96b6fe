"""What cannot be taken back is asked first: the GET is the question, the POST the deed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from innotter.web.forms import form_page, refusals_on, sent


def ask(
    request: HttpRequest,
    act: Callable[[], object],
    *,
    question: str,
    about: str,
    deed: str,
    said: str,
    back: Any,
    to: Any,
) -> HttpResponse:
    """The question, with the way back; or what has been done, `said` on the page that comes after it."""
    form = forms.Form(sent(request))
    if form.is_valid():
        with refusals_on(form):
            act()
            messages.success(request, said)
            return redirect(to)
    address = back if isinstance(back, str) else back.get_absolute_url()
    return form_page(request, "web/ask.html", form, question=question, about=about, deed=deed, back=address)
