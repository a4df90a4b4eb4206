"""The API's addresses, all of one version, inside an authority: `/<authority>/api/v1/...` (docs/api.md)."""

from __future__ import annotations

from django.http import Http404
from django.urls import include, path, re_path

from reports.api import measures, runs
from schools.api import agreements, funds, placements, schools, what_if
from teams.api import people
from teams.foundation.api.views import ApiView


class NothingApi(ApiView):
    """Whatever else is asked under `api/`: the same shape of answer, and nothing told to strangers."""

    by_policy = True
    schema = None

    def get(self, *args: object, **kwargs: object) -> None:
        raise Http404

    post = get


version_1 = [
    path("schools/", schools.SchoolListApi.as_view(), name="api_schools"),
    path("schools/<uuid:public_id>/", schools.SchoolApi.as_view(), name="api_school"),
    path("schools/<uuid:public_id>/area/", schools.SchoolAreaApi.as_view(), name="api_school_area"),
    path("schools/<uuid:public_id>/contacts/", schools.ContactAddApi.as_view(), name="api_contact_add"),
    path("contacts/", schools.ContactListApi.as_view(), name="api_contacts"),
    path("contacts/<uuid:public_id>/", schools.ContactApi.as_view(), name="api_contact"),
    path("contacts/<uuid:public_id>/change/", schools.ContactChangeApi.as_view(), name="api_contact_change"),
    path("contacts/<uuid:public_id>/confirm/", schools.ContactConfirmApi.as_view(), name="api_contact_confirm"),
    path("contacts/<uuid:public_id>/end/", schools.ContactEndApi.as_view(), name="api_contact_end"),
    path("people/", people.PersonListApi.as_view(), name="api_people"),
    path("people/<uuid:public_id>/", people.PersonApi.as_view(), name="api_person"),
    path("placements/", placements.PlacementListApi.as_view(), name="api_placements"),
    path("placements/<uuid:public_id>/", placements.PlacementApi.as_view(), name="api_placement"),
    path("agreements/", agreements.AgreementListApi.as_view(), name="api_agreements"),
    path("agreements/<uuid:public_id>/", agreements.AgreementApi.as_view(), name="api_agreement"),
    path("agreements/<uuid:public_id>/again/", agreements.AgreementAgainApi.as_view(), name="api_agreement_again"),
    path("agreements/<uuid:public_id>/answer/", agreements.AgreementAnswerApi.as_view(), name="api_agreement_answer"),
    path("agreements/<uuid:public_id>/days/", agreements.AgreementDaysApi.as_view(), name="api_agreement_days"),
    path("agreements/<uuid:public_id>/end/", agreements.AgreementEndApi.as_view(), name="api_agreement_end"),
    path("funds/", funds.FundListApi.as_view(), name="api_funds"),
    path("what-if/", what_if.WhatIfApi.as_view(), name="api_what_if"),
    path("documents/", runs.DocumentListApi.as_view(), name="api_documents"),
    path("documents/<uuid:public_id>/", runs.DocumentApi.as_view(), name="api_document"),
    path("documents/<uuid:public_id>/file/", runs.DocumentFileApi.as_view(), name="api_document_file"),
    path("runs/", runs.RunListApi.as_view(), name="api_runs"),
    path("runs/<uuid:public_id>/", runs.RunApi.as_view(), name="api_run"),
    path("runs/<uuid:public_id>/retry/", runs.RunRetryApi.as_view(), name="api_run_retry"),
    path("runs/<uuid:public_id>/pack/", runs.RunPackApi.as_view(), name="api_run_pack"),
    path("measures/", measures.MeasureListApi.as_view(), name="api_measures"),
    path("measures/<slug:code>/", measures.MeasureApi.as_view(), name="api_measure"),
]

urlpatterns = [
    path("v1/", include(version_1)),
    re_path(r"^(?P<rest>[\s\S]*)\Z", NothingApi.as_view(), name="api_nothing"),
]
