"""Languages in which young people and parents are asked: get the words, look at a translation, put it to use."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.actions import languages as verbs
from teams.forms.languages import TranslationForm
from teams.foundation.drafts import Draft
from teams.foundation.errors import Refusal
from teams.questionnaires.models import Questionnaire
from teams.questionnaires.words_file import Translation, as_csv, read
from teams.views.set_up import AdministratorPage

DRAFT = "translation"
# What stands where a name will be, so that whoever looks reads whole sentences.
MADE_UP = {
    "worker": "Sam", "manager": "Alex", "school": "Oakfield School", "lead": "Chris", "owner": "Chris", "day": "12/10",
    "time": "14:30", "number": "1", "all": "4", "found_at": "14:10", "asked_at": "14:00", "found_on": "12/10",
    "asked_on": "12/10",
}  # fmt: skip


class LanguagesPage(AdministratorPage):
    """Who is asked in which languages, and what each lacks since the English changed."""

    template = "teams/language_list_administrator.html"

    def facts(self) -> dict[str, Any]:
        english = {code: language.english for code, language in verbs.languages().items()}
        return {"asked": verbs.asked_now(by=self.principal, at=self.now), "english": english}


class _AskedPage(AdministratorPage):
    """A page about the questions to young people, or to parents."""

    @cached_property
    def code(self) -> str:
        code: str = self.kwargs["code"]
        if code not in verbs.ASKED_IN_LANGUAGES:
            raise Http404
        return code

    @cached_property
    def questionnaire(self) -> Questionnaire:
        return verbs.edition_of(self.code, by=self.principal, at=self.now)

    def facts(self) -> dict[str, Any]:
        return {"code": self.code, "who": verbs.ASKED_IN_LANGUAGES[self.code]}

    def draft(self, *, is_to_be_used: bool = False) -> Draft | None:
        drafts = Draft.objects.of(self.principal.person_id, DRAFT, self.code)
        return (drafts.select_for_update(of=("self",)) if is_to_be_used else drafts).first()


class LanguageWordsPage(_AskedPage):
    """The list for whoever translates, as a file; with what there is already where a language is named."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        language = request.GET.get("language", "")
        so_far = verbs.words_so_far(self.questionnaire, language) if language in verbs.languages() else {}
        name = "-".join(filter(None, ("words", self.code, language if so_far else "")))
        content = as_csv(verbs.lines(self.questionnaire), so_far)
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


class LanguageAddPage(_AskedPage):
    """What was pasted or read stays as a draft until it is used, so that nothing has to be given twice."""

    template = "teams/language_administrator.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        draft = self.draft()
        initial = draft.as_initial() if draft else {"language": request.GET.get("language", "")}
        return self.draw(form=TranslationForm(verbs.lines(self.questionnaire), initial=initial))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        form = TranslationForm(verbs.lines(self.questionnaire), request.POST, request.FILES)
        if not form.is_valid():
            return self.draw(422, form=form)
        before = self.draft()
        assert self.principal.person_id is not None  # noqa: S101  (a page of members only)
        Draft.keep(
            person_id=self.principal.person_id,
            form=DRAFT,
            about=self.code,
            words=[[name, form.cleaned_data[name]] for name in ("language", "checked_by", "words")],
            revision=before.revision if before else 0,
            at=self.now,
        )
        return redirect("language_check", self.code)


class LanguageCheckPage(_AskedPage):
    """Every line beside its English, and what cannot be used yet. Nothing is asked in it before this page's press."""

    template = "teams/language_check_administrator.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        draft = self.draft()
        return self.show(draft) if draft else redirect("language_add", self.code)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        draft = self.draft(is_to_be_used=True)
        if draft is None:
            messages.warning(request, "There is no list waiting. Its words may be in use already.")
            return redirect("languages")
        if request.POST.get("revision") != str(draft.revision):
            return self.show(
                draft, 422, refusal="The list was changed in another window. Look at it again, then use it."
            )
        given = draft.as_initial()
        language = verbs.languages()[given["language"]]
        try:
            verbs.put_to_use(
                self.questionnaire,
                language,
                self.translation(given),
                checked_by=given["checked_by"],
                by=self.principal,
                at=self.now,
            )
        except Refusal as refusal:
            return self.show(draft, 422, refusal=refusal.message)
        draft.delete()
        messages.success(request, f"{language.english} is in use. Who is asked from now on may choose it.")
        return redirect("languages")

    def translation(self, given: dict[str, Any]) -> Translation:
        return read(given["words"], verbs.lines(self.questionnaire))

    def show(self, draft: Draft, status: int = 200, refusal: str = "") -> HttpResponse:
        given = draft.as_initial()
        found = self.translation(given)
        wrong = {problem.path for problem in found.problems}
        # Only what can be filled in is: the braces of a line that is wrong are what is wrong with it.
        pairs = [
            (line.english.format_map(MADE_UP), said if line.path in wrong else said.format_map(MADE_UP))
            for line, said in found.pairs
        ]
        return self.draw(
            status,
            found=found,
            pairs=pairs,
            language=verbs.languages()[given["language"]],
            checked_by=given["checked_by"],
            is_there=given["language"] in self.questionnaire.in_use,
            revision=draft.revision,
            refusal=refusal,
        )


class LanguageOffPage(_AskedPage):
    """A language that nobody shall be asked in any more."""

    def post(self, request: HttpRequest, code: str, language: str) -> HttpResponse:
        if language not in verbs.languages():
            raise Http404
        verbs.take_off(self.questionnaire, language, by=self.principal, at=self.now)
        messages.success(request, f"{verbs.languages()[language].english} is taken off. Its words are kept.")
        return redirect("languages")
