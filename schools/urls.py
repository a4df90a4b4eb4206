from django.urls import URLPattern, path

from schools.views import (
    agreement_acts,
    agreements,
    contact_lists,
    contacts,
    funding,
    imports,
    placements,
    school_days,
    schools,
    wording,
)

urlpatterns: list[URLPattern] = [
    path("set-up/wording/", wording.WordingPage.as_view(), name="wording"),
    # A worker in a school, who pays, and the agreement.
    path("placements/new/", placements.PlacementChoosePage.as_view(), name="placement_new"),
    path("placements/new/days/", placements.PlacementDaysPage.as_view(), name="placement_days"),
    path("agreements/", agreements.AgreementListPage.as_view(), name="agreement_list"),
    path("agreements/<uuid:public_id>/", agreements.AgreementDetailPage.as_view(), name="agreement"),
    path("agreements/<uuid:public_id>/days/", placements.AgreementDaysPage.as_view(), name="agreement_days"),
    path("agreements/<uuid:public_id>/shares/", funding.AgreementSharesPage.as_view(), name="agreement_shares"),
    path("agreements/<uuid:public_id>/lines/", agreements.AgreementLinesPage.as_view(), name="agreement_lines"),
    path("agreements/<uuid:public_id>/preview/", agreements.AgreementPreviewPage.as_view(), name="agreement_preview"),
    path("agreements/<uuid:public_id>/send/", agreements.AgreementSendPage.as_view(), name="agreement_send"),
    path("agreements/<uuid:public_id>/sign/", agreement_acts.AgreementSignPage.as_view(), name="agreement_sign"),
    path(
        "agreements/<uuid:public_id>/decline/", agreement_acts.AgreementDeclinePage.as_view(), name="agreement_decline"
    ),
    path("agreements/<uuid:public_id>/ask/", agreement_acts.AgreementAskPage.as_view(), name="agreement_ask"),
    path(
        "agreements/<uuid:public_id>/answer/<uuid:question>/",
        agreement_acts.AgreementAnswerPage.as_view(),
        name="agreement_answer",
    ),
    path("agreements/<uuid:public_id>/again/", agreement_acts.AgreementAgainPage.as_view(), name="agreement_again"),
    path("agreements/<uuid:public_id>/person/", agreement_acts.AgreementPersonPage.as_view(), name="agreement_person"),
    path(
        "agreements/<uuid:public_id>/confirm/", agreement_acts.AgreementConfirmPage.as_view(), name="agreement_confirm"
    ),
    path("agreements/<uuid:public_id>/change/", agreement_acts.AgreementChangePage.as_view(), name="agreement_change"),
    path("agreements/<uuid:public_id>/keep/", agreement_acts.AgreementKeepPage.as_view(), name="agreement_keep"),
    path("agreements/<uuid:public_id>/end/", agreement_acts.AgreementEndPage.as_view(), name="agreement_end"),
    path("agreements/<uuid:public_id>/renew/", agreement_acts.AgreementRenewPage.as_view(), name="agreement_renew"),
    path(
        "agreements/<uuid:public_id>/versions/<int:number>/",
        agreement_acts.AgreementVersionPage.as_view(),
        name="agreement_version",
    ),
    path("funds/", funding.FundListPage.as_view(), name="fund_list"),
    path("funds/new/", funding.FundPage.as_view(), name="fund_new"),
    path("funds/<uuid:public_id>/", funding.FundPage.as_view(), name="fund"),
    # Schools, who speaks for them, and the government's files about them.
    path("schools/", schools.SchoolListPage.as_view(), name="school_list"),
    path("schools/<uuid:public_id>/", schools.SchoolPage.as_view(), name="school"),
    path("schools/<uuid:public_id>/area/", schools.SchoolAreaPage.as_view(), name="school_area"),
    path("schools/<uuid:public_id>/days/", school_days.SchoolDaysPage.as_view(), name="school_days"),
    path("school-days/", school_days.SchoolDayListPage.as_view(), name="school_day_list"),
    path(
        "school-days/<uuid:public_id>/withdraw/",
        school_days.SchoolDayWithdrawPage.as_view(),
        name="school_day_withdraw",
    ),
    path("schools/<uuid:public_id>/contacts/add/", contacts.ContactAddPage.as_view(), name="contact_add"),
    path("contacts/", contacts.ContactListPage.as_view(), name="contact_list"),
    path("contacts/list/", contact_lists.ContactPastePage.as_view(), name="contact_paste"),
    path("contacts/list/check/", contact_lists.ContactCheckPage.as_view(), name="contact_check"),
    path("contacts/<uuid:public_id>/", contacts.ContactPage.as_view(), name="contact"),
    path("contacts/<uuid:public_id>/send-again/", contacts.ContactSendAgainPage.as_view(), name="contact_send_again"),
    path("contacts/<uuid:public_id>/change/", contacts.ContactChangePage.as_view(), name="contact_change"),
    path("contacts/<uuid:public_id>/confirm/", contacts.ContactConfirmPage.as_view(), name="contact_confirm"),
    path("contacts/<uuid:public_id>/bounced/", contacts.ContactBouncePage.as_view(), name="contact_bounced"),
    path("contacts/<uuid:public_id>/end/", contacts.ContactEndPage.as_view(), name="contact_end"),
    path("school-files/", imports.FileImportListPage.as_view(), name="file_import_list"),
    path("school-files/new/", imports.FileImportNewPage.as_view(), name="file_import_new"),
    path("school-files/<uuid:public_id>/", imports.FileImportPage.as_view(), name="file_import"),
    path("school-files/<uuid:public_id>/load/", imports.FileImportLoadPage.as_view(), name="file_import_load"),
    path("school-files/<uuid:public_id>/drop/", imports.FileImportDropPage.as_view(), name="file_import_drop"),
]
