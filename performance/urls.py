from django.urls import URLPattern, path

from performance.views import (
    agreeing,
    asked,
    asking,
    criteria,
    head_parts,
    meeting,
    pulse,
    results,
    review_schools,
    reviews,
    schemes,
)

urlpatterns: list[URLPattern] = [
    # What the schools say of the year.
    path("reviews/<uuid:public_id>/schools/", review_schools.ReviewSchoolsPage.as_view(), name="review_schools"),
    path("reviews/parts/<uuid:public_id>/", head_parts.HeadPartPage.as_view(), name="head_part"),
    path("reviews/parts/<uuid:public_id>/again/", review_schools.HeadPartAgainPage.as_view(), name="head_part_again"),
    path(
        "reviews/<uuid:public_id>/schools/<uuid:school>/without/",
        review_schools.WithoutPage.as_view(),
        name="review_without",
    ),
    # What a team sets out to reach.
    path("criteria/", criteria.CriteriaPage.as_view(), name="criteria"),
    path("criteria/start/<str:whose>/", criteria.CriteriaStartPage.as_view(), name="criteria_start"),
    path("criteria/new/<str:whose>/", criteria.CriterionNewPage.as_view(), name="criterion_new"),
    path("criteria/<uuid:public_id>/", criteria.CriterionPage.as_view(), name="criterion"),
    path("criteria/<uuid:public_id>/drop/", criteria.CriterionDropPage.as_view(), name="criterion_drop"),
    path("criteria/<uuid:public_id>/evidence/", criteria.EvidenceNewPage.as_view(), name="evidence_new"),
    path(
        "criteria/evidence/<uuid:public_id>/back/", criteria.EvidenceTakeBackPage.as_view(), name="evidence_take_back"
    ),
    # What people say. Open to whoever holds the token.
    path("q/<str:token>/", asked.asked, name="asked"),
    path("q/<str:token>/safe/", asked.asked_safe, name="asked_safe"),
    path("q/<str:token>/ring/", asked.asked_ring, name="asked_ring"),
    path("young-people/<uuid:public_id>/feedback/", asking.FeedbackAskPage.as_view(), name="feedback_ask"),
    path("feedback/<uuid:public_id>/rung/", asking.RungPage.as_view(), name="feedback_rung"),
    path("how-the-team-works/", pulse.PulsePage.as_view(), name="pulse"),
    path("how-the-team-works/ask/", pulse.PulseAskPage.as_view(), name="pulse_ask"),
    path("what-people-said/", results.PeopleSaidPage.as_view(), name="people_said"),
    path("what-people-said/<uuid:public_id>/we-did/", results.WeDidPage.as_view(), name="we_did"),
    path("what-people-said/we-did/<uuid:public_id>/back/", results.WeDidBackPage.as_view(), name="we_did_back"),
    path("what-people-said/about-me/", results.MyFeedbackPage.as_view(), name="my_feedback"),
    path("people/<uuid:public_id>/what-people-said/", results.PersonFeedbackPage.as_view(), name="person_feedback"),
    path("reviews/", reviews.ReviewListPage.as_view(), name="reviews"),
    path("reviews/mine/", reviews.MyReviewPage.as_view(), name="my_review"),
    path("reviews/begin/<uuid:worker>/", reviews.ReviewBeginPage.as_view(), name="review_begin"),
    path("reviews/<uuid:public_id>/", reviews.ReviewPage.as_view(), name="review"),
    path("reviews/<uuid:public_id>/plan/", reviews.ReviewPlanPage.as_view(), name="review_plan"),
    path("reviews/<uuid:public_id>/take-over/", reviews.ReviewTakeOverPage.as_view(), name="review_take_over"),
    # What is typed.
    path("reviews/<uuid:public_id>/my-part/", meeting.MinePage.as_view(), name="review_mine"),
    path("reviews/<uuid:public_id>/meeting/", meeting.SharedWordsPage.as_view(), name="review_meeting"),
    path("reviews/<uuid:public_id>/meeting/two/", meeting.TwoWordsPage.as_view(), name="review_two"),
    # What is said of it.
    path("reviews/<uuid:public_id>/read/", agreeing.ReviewReadPage.as_view(), name="review_read"),
    path("reviews/<uuid:public_id>/answer/", agreeing.ReviewAnswerPage.as_view(), name="review_answer"),
    path("reviews/<uuid:public_id>/stand/", agreeing.ReviewStandPage.as_view(), name="review_stand"),
    path("reviews/<uuid:public_id>/end/", agreeing.ReviewAbandonPage.as_view(), name="review_abandon"),
    path("reviews/<uuid:public_id>/comment/", agreeing.ReviewCommentPage.as_view(), name="review_comment"),
    path("reviews/<uuid:public_id>/appeal/", agreeing.ReviewAppealPage.as_view(), name="review_appeal"),
    path("reviews/appeals/<uuid:public_id>/", agreeing.AppealPage.as_view(), name="appeal"),
    # Set up: the schemes of reviews.
    path("set-up/reviews/", schemes.SchemeListPage.as_view(), name="schemes"),
    path("set-up/reviews/new/", schemes.SchemeNewPage.as_view(), name="scheme_new"),
    path("set-up/reviews/<uuid:public_id>/", schemes.SchemePage.as_view(), name="scheme"),
    path("set-up/reviews/<uuid:public_id>/withdraw/", schemes.SchemeWithdrawPage.as_view(), name="scheme_withdraw"),
]
