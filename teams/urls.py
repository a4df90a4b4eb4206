from django.urls import path

from teams.views import (
    drafts,
    invitations,
    leaving,
    offline,
    pay,
    people,
    person,
    places,
    set_up,
    strangers,
    terms,
    tokens,
)

urlpatterns = [
    # Open to strangers.
    path("brand.css", strangers.brand, name="brand"),
    path("l/<str:token>/", strangers.open_link, name="link"),
    # Words that are not finished, and what works without signal.
    path("sw.js", offline.service_worker, name="service_worker"),
    path("no-signal/", offline.NoSignalPage.as_view(), name="no_signal"),
    path("drafts/token/", drafts.DraftToken.as_view(), name="draft_token"),
    path("drafts/blank/<slug:form>/", offline.OfflineFormPage.as_view(), name="offline_form"),
    path("drafts/<slug:form>/<slug:about>/", drafts.DraftWords.as_view(), name="draft_words"),
    # For programs.
    path("tokens/", tokens.TokenListPage.as_view(), name="tokens"),
    path("tokens/new/", tokens.TokenNewPage.as_view(), name="token_new"),
    path("tokens/<uuid:public_id>/revoke/", tokens.TokenRevokePage.as_view(), name="token_revoke"),
    # Setting up, for the administrator.
    path("set-up/", set_up.SetUpPage.as_view(), name="set_up"),
    path("set-up/name/", set_up.NamePage.as_view(), name="set_up_name"),
    path("set-up/terms/", terms.TermListPage.as_view(), name="term_list"),
    path("set-up/terms/<int:school_year>/", terms.TermYearPage.as_view(), name="term_year"),
    path("set-up/pay/", pay.PayRatesPage.as_view(), name="pay_rates"),
    path("set-up/areas-and-teams/", places.PlacesPage.as_view(), name="places"),
    path("set-up/areas/<uuid:public_id>/", places.AreaPage.as_view(), name="area"),
    path("set-up/teams/<uuid:public_id>/", places.TeamPage.as_view(), name="team"),
    path("set-up/doors/", set_up.DoorsPage.as_view(), name="doors"),
    path("set-up/remove/", set_up.RemovePage.as_view(), name="remove"),
    path("people/", people.PeoplePage.as_view(), name="people"),
    path("people/add/", people.PersonAddPage.as_view(), name="person_add"),
    path("people/<uuid:public_id>/invite/", invitations.PersonInvitePage.as_view(), name="person_invite"),
    path("people/list/", people.PeopleFilePage.as_view(), name="people_file"),
    path("people/list/check/", people.PeopleCheckPage.as_view(), name="people_check"),
    path("people/<uuid:public_id>/", person.PersonPage.as_view(), name="person"),
    path("people/<uuid:public_id>/change/", person.PersonChangePage.as_view(), name="person_change"),
    path("people/<uuid:public_id>/address/", person.PersonAddressPage.as_view(), name="person_address"),
    path("people/<uuid:public_id>/address/right/", person.PersonVouchPage.as_view(), name="person_vouch"),
    path("people/<uuid:public_id>/role/", person.PersonRolePage.as_view(), name="person_role"),
    path("people/<uuid:public_id>/role/end/", person.PersonRoleEndPage.as_view(), name="person_role_end"),
    path("people/<uuid:public_id>/manager/", person.PersonManagerPage.as_view(), name="person_manager"),
    path("people/<uuid:public_id>/leaves/", leaving.LeavePage.as_view(), name="person_leaves"),
    path("people/<uuid:public_id>/hand-over/", leaving.HandOverPage.as_view(), name="hand_over"),
]
