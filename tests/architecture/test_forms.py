"""What may be typed fits into the column that it is kept in: else a long word is a 500 instead of a sentence."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from teams.foundation.forms import Form, ModelForm
from tests.architecture.source import APPS, ROOT

# Where what is typed into a box is kept; "" where it is not kept as it is, and something else bounds it.
KEPT_IN = {
    "casework.NewYoungPersonForm.initials": "casework.YoungPerson.initials",
    "casework.NewYoungPersonForm.need": "casework.YoungPerson.need",
    "casework.YoungPersonForm.initials": "casework.YoungPerson.initials",
    "casework.YoungPersonForm.need": "casework.YoungPerson.need",
    "performance.AskSchoolsForm.place": "teams.Occasion.place",
    "performance.AskSchoolsForm.time": "",  # a time of day
    "performance.BeginForm.place": "teams.Occasion.place",
    "performance.BeginForm.time": "",  # a time of day
    "performance.MeetingForm.place": "teams.Occasion.place",
    "performance.MeetingForm.time": "",  # a time of day
    "performance.PlanForm.place": "teams.Occasion.place",
    "performance.PlanForm.time": "",  # a time of day
    "performance.CriterionForm.text": "performance.SuccessCriterion.text",
    "performance.DropForm.reason": "performance.SuccessCriterion.dropped_because",
    "performance.EvidenceForm.says": "performance.Evidence.says",
    "performance.HeadPartForm.difference": "performance.HeadPart.difference",
    "performance.HeadPartForm.expected_why": "performance.HeadPart.expected_why",
    "performance.HeadPartForm.next_words": "schools.NextYear.words",
    "performance.HeadPartForm.wishes": "performance.HeadPart.wishes",
    "performance.WithoutForm.because": "performance.HeldWithout.because",
    "performance.RingForm.number": "performance.Ticket.ring",
    "performance.WeDidForm.did": "performance.WeDid.did",
    "performance.WeDidForm.said": "performance.WeDid.said",
    "performance.JudgeForm.reason": "performance.Judgement.reason",
    "performance.AbandonForm.because": "performance.Review.abandoned_because",
    "performance.AgreeForm.sending": "",  # hidden: compared, never kept
    "performance.AgreeForm.words": "performance.ReviewPerson.words",
    "performance.AppealForm.text": "performance.Appeal.text",
    "performance.AppealReplyForm.reply": "performance.Appeal.reply",
    "performance.NewSchemeForm.name": "performance.Scheme.name",
    "performance.SchemeForm.name": "performance.Scheme.name",
    **{
        f"performance.{form}.{box}": ""  # a line each: performance.rules.scheme_lines and schemes bound them
        for form in ("NewSchemeForm", "SchemeForm")
        for box in ("stages", "accountability", "development", "career", "wellbeing", "dropped", "scale")
    },
    "performance.CommentForm.text": "performance.ReviewComment.text",
    "reports.AgainForm.why": "performance.TermReport.why",
    "reports.WordsForm.text": "performance.ReportWords.text",
    "reports.ApprovePackForm.counting": "",  # hidden: compared, never kept
    "reports.PackWordsForm.based_on": "",  # likewise
    "reports.WordsForm.based_on": "",
    "reports.SearchForm.q": "",  # looked up
    **{f"schools.AddForm.percent_{line}": "schools.WhatIfPart.percent" for line in range(4)},
    "schools.AnswerForm.text": "schools.Question.answer",
    "schools.ContactForm.email": "teams.Person.email",
    "schools.ContactForm.job": "teams.Person.job",
    "schools.ContactForm.name": "teams.Person.name",
    "schools.ContactForm.telephone": "teams.Person.telephone",
    "schools.ContactListForm.words": "",  # a list: schools.rules.contacts bounds each line
    "schools.AwardForm.percent": "schools.WhatIfChange.percent",
    "schools.BeginForm.name": "schools.WhatIf.name",
    "schools.ChooseForm.school": "",  # looked up
    "schools.ProposalForm.read": "",  # hidden: compared, never kept
    "schools.ShareForm.percent": "schools.WhatIfChange.percent",
    "schools.DaysForm.focus": "schools.Placement.focus",
    "schools.DeclineForm.reason": "schools.Agreement.declined_because",
    "schools.EndForm.reason": "schools.Agreement.ended_because",
    "schools.FileImportForm.la_code": "schools.FileImport.la_code",
    "schools.FundForm.funder": "schools.FundingStream.funder",
    "schools.FundForm.name": "schools.FundingStream.name",
    "schools.HeardForm.heard": "schools.NextYear.heard",
    "schools.LinesForm.based_on": "",  # hidden: compared, never kept
    "schools.OwnDaysForm.words": "schools.SchoolDay.words",
    "schools.PassOnForm.email": "teams.Person.email",
    "schools.PassOnForm.job": "teams.Person.job",
    "schools.PassOnForm.name": "teams.Person.name",
    "schools.QuestionForm.text": "schools.Question.text",
    "schools.WeightsForm.absence": "schools.NeedWeights.absence",
    "schools.WeightsForm.free_meals": "schools.NeedWeights.free_meals",
    "schools.WeightsForm.sen_support": "schools.NeedWeights.sen_support",
    "schools.WeightsForm.plans": "schools.NeedWeights.plans",
    "schools.WeightsForm.why": "schools.NeedWeights.why",
    "schools.SchoolFilterForm.words": "",  # looked up
    "schools.SharesForm.lines": "",  # how many rows the page has
    "schools.TimeAwayForm.back_time": "",  # a time of the clock
    "schools.TimeAwayForm.benefit": "schools.TimeAway.benefit",
    "schools.TimeAwayForm.start_time": "",
    "schools.WrongPersonForm.address": "teams.Person.email",
    "schools.WrongPersonForm.email": "teams.Person.email",
    "schools.WrongPersonForm.job": "teams.Person.job",
    "schools.WrongPersonForm.name": "teams.Person.name",
    "supervision.CorrectionForm.text": "supervision.Correction.text",
    "supervision.OwnNoteForm.text": "supervision.OwnNote.text",
    "supervision.RecordAnswerForm.words": "supervision.SessionPerson.words",
    "supervision.RungForm.words": "supervision.SessionPerson.words",
    "supervision.BringForm.text": "supervision.Bring.text",
    "supervision.AgreedForm.time": "",  # a time of day: schools.rules.timetable.clock bounds it
    "supervision.PracticeForm.text": "supervision.GoodPractice.text",
    "supervision.QuestionForm.question": "supervision.PeerSupervision.question",
    "supervision.TakesForm.takes": "supervision.PeerPerson.takes",
    "supervision.WhenForm.place": "teams.Occasion.place",
    "supervision.WhenForm.time": "",  # as above
    "supervision.ChooseForm.other_times": "supervision.Visit.other_times",
    "teams.FirstPasswordForm.password1": "",  # hashed
    "teams.FirstPasswordForm.password2": "",
    "teams.NameForm.colour": "teams.Authority.colour",
    "teams.NameForm.la_code": "teams.Authority.la_code",
    "teams.NameForm.manager_limit": "teams.Authority.manager_limit",
    "teams.NameForm.name": "teams.Authority.name",
    "teams.NameForm.service_name": "teams.Authority.service_name",
    "teams.NameForm.telephone": "teams.Authority.telephone",
    "teams.NameForm.term_time_days_off": "teams.Authority.term_time_days_off",
    "teams.NameForm.term_time_weeks": "teams.Authority.term_time_weeks",
    "teams.NameForm.whole_time_hours": "teams.Authority.whole_time_hours",
    "teams.PayRatesForm.rates": "",  # a line each: teams.forms.pay.RATE bounds it, tests/teams/set_up/test_county.py
    "teams.PeopleFileForm.words": "",  # a list: teams.rules.people_file.LONGEST bounds each cell
    "teams.PersonForm.email": "teams.Person.email",
    "teams.PersonForm.job": "teams.Person.job",
    "teams.PersonForm.name": "teams.Person.name",
    "teams.PersonForm.telephone": "teams.Person.telephone",
    "teams.AskCountyForm.text": "teams.CountyQuestion.text",
    "teams.AnswerCountyForm.text": "teams.CountyQuestion.text_of_answer",
    "teams.FindGuidanceForm.q": "",  # looked up
    "teams.NewerGuidanceForm.text": "teams.Guidance.text",
    "teams.WithdrawGuidanceForm.because": "teams.GuidanceWithdrawn.because",
    "teams.AddressForm.email": "teams.Person.email",
    "teams.AgencyPersonForm.agency": "teams.AgencyPerson.agency",
    "teams.AgencyPersonForm.email": "teams.Person.email",
    "teams.AgencyPersonForm.name": "teams.Person.name",
    "teams.PersonWordsForm.job": "teams.Person.job",
    "teams.PersonWordsForm.name": "teams.Person.name",
    "teams.PersonWordsForm.telephone": "teams.Person.telephone",
    "teams.PlaceForm.name": "teams.Team.name",
    "teams.PlacesForm.areas": "",  # a name each: teams.forms.places.LONGEST bounds it
    "teams.PlacesForm.teams": "",
    "teams.WhatBecameForm.reason": "teams.Commitment.reason",
    "teams.NotAnsweredForm.reason": "teams.Commitment.reason",
    "teams.AnswerForm.answer": "teams.Commitment.reason",
    "reports.AskAboutForm.text": "teams.Commitment.text",
    "teams.RemarkForm.page": "teams.Remark.page",
    "teams.RemarkForm.words": "teams.Remark.words",
    "teams.RowsForm.words": "",  # each list bounds its own lines
    "teams.TokenForm.name": "teams.Token.name",
    "teams.TranslationForm.checked_by": "teams.Wording.checked_by",
    "teams.TranslationForm.words": "",  # a list: teams.questionnaires.words_file bounds each line
}


def boxes() -> Iterator[tuple[str, forms.Field]]:
    """("teams.PersonForm.name", its field) of every box for words or numbers in a form of ours."""
    for app in APPS:
        if (ROOT / app / "forms").is_dir() or (ROOT / app / "forms.py").exists():
            package = importlib.import_module(f"{app}.forms")
            for module in pkgutil.iter_modules(getattr(package, "__path__", ()), f"{app}.forms."):
                importlib.import_module(module.name)
    for form in {*_below(Form), *_below(ModelForm)}:
        app, _, rest = form.__module__.partition(".")
        if app in APPS and rest.startswith("forms"):
            for name, field in form.base_fields.items():
                if isinstance(field, forms.CharField | forms.DecimalField | forms.IntegerField):
                    yield f"{app}.{form.__name__}.{name}", field


def _below(form: type) -> Iterator[type]:
    for each in form.__subclasses__():
        yield each
        yield from _below(each)


BOXES = dict(boxes())


def test_every_box_says_where_its_words_are_kept():
    assert sorted(BOXES) == sorted(KEPT_IN)


@pytest.mark.parametrize("box", sorted(name for name, column in KEPT_IN.items() if column))
def test_what_may_be_typed_fits_into_its_column(box):
    field = BOXES[box]
    model, _, name = KEPT_IN[box].rpartition(".")
    column = apps.get_model(model)._meta.get_field(name)
    if isinstance(column, models.DecimalField):
        assert field.decimal_places <= column.decimal_places
        assert field.max_digits - field.decimal_places <= column.max_digits - column.decimal_places
    elif isinstance(field, forms.RegexField):
        for letter in ("9", "a", "#a"):
            with pytest.raises(ValidationError):
                field.clean(letter * (column.max_length + 1))
    elif column.max_length is not None:
        assert field.max_length is not None, f"{box} takes any length"
        assert field.max_length <= column.max_length
