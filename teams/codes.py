"""The six-figure code: before a press that commits money, and before a page about a pupil, on a device not seen before.

What was typed and pressed travels along in the form, so nothing is lost on the way through the mailbox.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from teams.foundation import audit, links, mail
from teams.foundation.errors import Refusal
from teams.foundation.forms import Form
from teams.foundation.links import Link

CODE_MAIL = "code"
CODES_AN_HOUR = 5
NOT_CARRIED = {"csrfmiddlewaretoken", "code", "again"}  # "again" carried on would send a code at every press


def _still_good(notice: mail.Notice) -> bool:
    """Asked again when it is sent: a code that is too old to be typed only puzzles its reader."""
    link = Link.objects.filter(public_id=notice.matter.removeprefix("code:")).first()
    return link is not None and link.voided_at is None and notice.due_at <= notice.made_at + links.CODE_LIVES


# The figures are in the letter alone: a subject may be read aloud, and lies open on a locked telephone.
mail.declare(mail.Kind(CODE_MAIL, "Your code for Alongside", still_matters=_still_good))


class CodeForm(Form):
    code = forms.CharField(
        label="The code from the e-mail",
        help_text="Six figures",
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Enter the six figures from the e-mail"},
    )

    def clean_code(self) -> str:
        return "".join(figure for figure in self.cleaned_data["code"] if figure.isdigit())


def passed(request: HttpRequest, link: Link) -> bool:
    """Has this device shown in the last 30 days that it can read the link's mailbox?"""
    return links.device_is_known(request, link)


def may_read(request: HttpRequest, link: Link, *, at: datetime) -> bool:
    """Does the link still show what it is about, answered or not, on this device?"""
    return link.voided_at is None and link.expires_at > at and passed(request, link)


def prove(request: HttpRequest, link: Link, *, at: datetime) -> HttpResponse | None:
    """The code, once for a device: the page that asks for it, or None where it is right or was given before."""
    if passed(request, link):
        return None
    if "code" not in request.POST or request.POST.get("again"):
        return ask(request, link, at=at)
    wrong = check(request, link, at=at)
    return ask(request, link, at=at, form=wrong) if wrong is not None else None


def open_page(request: HttpRequest, link: Link, *, at: datetime) -> HttpResponse:
    """The press that opens a page behind a link: the code where it is needed, then the same page, to be read."""
    was_known = passed(request, link)
    response = prove(request, link, at=at)
    if response is None:
        response = redirect(request.path)
        if not was_known:
            links.remember_device(response, link, secure=request.is_secure())
    return response


def ask(request: HttpRequest, link: Link, *, at: datetime, form: CodeForm | None = None) -> HttpResponse:
    """Send a code (unless one was just tried) and show the page for it, with what was pressed kept in the form."""
    if form is None:  # one at a time: all that come at once would be counted before any of them is written
        Link.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if form is None and _asked_too_often(link, at):
        form = CodeForm(request.POST)
        form.fields["code"].required = False  # none was asked for yet: the sentence is about sending another
        form.refuse(Refusal("We have sent five codes in an hour. Use the newest, or wait an hour.", field="code"))
    elif form is None:
        code = link.new_code(at=at)
        mail.write(
            CODE_MAIL, to=link.person, matter=f"code:{link.public_id}", at=at, words={"code": code}, asked_for=True
        )
        form = CodeForm()
    carried = {name: value for name, value in request.POST.items() if name not in NOT_CARRIED}
    return render(
        request, "teams/code.html", {"form": form, "carried": carried, "address": masked(link.address), "link": link}
    )


def check(request: HttpRequest, link: Link, *, at: datetime) -> CodeForm | None:
    """None when the posted code is right; else the form with what is wrong beside the box."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            if link.try_code(form.cleaned_data["code"], at=at):
                return None
            wrong = "That is not the code. Look at the newest e-mail and try again."
            refusal = Refusal(wrong, field="code", code="code_wrong")
        except Refusal as refused:
            refusal = refused
        form.refuse(refusal)
        by = links.principal_of(link, today=timezone.localdate(at))
        audit.denied("link.code", by=by, at=at, reason=refusal.code, subjects=[link])
    return form


def _asked_too_often(link: Link, at: datetime) -> bool:
    """Whoever holds a link could else fill the mailbox behind it."""
    asked = mail.Notice.objects.filter(matter=f"code:{link.public_id}", made_at__gte=at - timedelta(hours=1))
    return asked.count() >= CODES_AN_HOUR


def masked(address: str) -> str:
    """To whom it went, without printing the whole address on a page that a link opens: "h••••@oakfield.example"."""
    name, _, house = address.partition("@")
    return f"{name[:1]}••••@{house}"
