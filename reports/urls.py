from django.urls import path, re_path

from reports.views import (
    county,
    county_packs,
    figures,
    first_pages,
    forms_of_papers,
    head_page,
    need_briefings,
    papers,
    questions,
    record_copies,
    runs,
    school_share_buys,
    search,
    share_buys,
    sheets,
    term_reports,
    waiting,
)

urlpatterns = [
    # Where everybody lands.
    path("home/", first_pages.FirstPage.as_view(), name="first_page"),
    path("home/council/", first_pages.CouncilPage.as_view(), name="council_page"),
    path("home/<uuid:public_id>/", head_page.HeadPage.as_view(), name="head_page"),
    path("placements/<uuid:public_id>/share/", share_buys.ShareBuysPage.as_view(), name="share_buys"),
    path("placements/<uuid:public_id>/share/paper/", share_buys.ShareBuysPaperPage.as_view(), name="share_buys_paper"),
    path("schools/<uuid:public_id>/share/", school_share_buys.SchoolShareBuysPage.as_view(), name="school_share_buys"),
    path(
        "schools/<uuid:public_id>/share/paper/",
        school_share_buys.SchoolShareBuysPaperPage.as_view(),
        name="school_share_buys_paper",
    ),
    path("search/", search.SearchPage.as_view(), name="search"),
    # What waits for somebody, and which mails say so.
    path("waiting/", waiting.WaitingPage.as_view(), name="waiting"),
    path("profile/mail/", waiting.MailChoicesPage.as_view(), name="mail_choices"),
    # What was said at a supervision or a review, as a paper.
    path("supervision/copies/<uuid:public_id>/", record_copies.RecordCopyPage.as_view(), name="record_copy"),
    path("reviews/copies/<uuid:public_id>/", record_copies.ReviewCopyPage.as_view(), name="review_copy"),
    # Figures.
    path("county/", county.CountyPage.as_view(), name="county"),
    path("county/keep/", county.CountyKeepPage.as_view(), name="county_keep"),
    path("figures/", figures.FigureListPage.as_view(), name="figures"),
    path("figures/keep/", sheets.SheetKeepPage.as_view(), name="sheet_keep"),
    path("figures/sheets/", sheets.SheetListPage.as_view(), name="sheets"),
    path("figures/sheets/<uuid:public_id>/", sheets.SheetPage.as_view(), name="sheet"),
    path("figures/sheets/<uuid:public_id>/paper/", sheets.SheetPaperPage.as_view(), name="sheet_paper"),
    path("figures/printed/<int:number>/", sheets.PrintedFigurePage.as_view(), name="printed_figure"),
    path("figures/questions/<uuid:public_id>/read/", questions.QuestionReadPage.as_view(), name="figure_question_read"),
    path("figures/questions/<uuid:public_id>/back/", questions.QuestionBackPage.as_view(), name="figure_question_back"),
    path("figures/<slug:code>/keep/", sheets.SheetKeepPage.as_view(), name="figure_keep"),
    path("figures/<slug:code>/", figures.FigurePage.as_view(), name="figure"),
    path("need/briefing/", need_briefings.NeedBriefingPage.as_view(), name="need_briefing"),
    # Term papers.
    path("papers/", runs.RunListPage.as_view(), name="run_list"),
    path("papers/run/", runs.RunStartPage.as_view(), name="run_start"),
    path("papers/<uuid:public_id>/", runs.RunPage.as_view(), name="run"),
    path("papers/<uuid:public_id>/retry/", runs.RunRetryPage.as_view(), name="run_retry"),
    path("papers/<uuid:public_id>/pack/", runs.RunPackPage.as_view(), name="run_pack"),
    path("papers/file/<uuid:public_id>/", papers.DocumentPage.as_view(), name="document"),
    path("papers/file/<uuid:public_id>/web/", forms_of_papers.WebPaperPage.as_view(), name="document_web"),
    path("papers/file/<uuid:public_id>/large/", forms_of_papers.LargePrintPage.as_view(), name="document_large"),
    path(
        "papers/file/<uuid:public_id>/large/file/",
        forms_of_papers.LargePrintFilePage.as_view(),
        name="document_large_file",
    ),
    # The report of a term on its success criteria.
    path("reports/terms/", term_reports.TermReportListPage.as_view(), name="term_reports"),
    path("reports/terms/begin/", term_reports.TermReportBeginPage.as_view(), name="term_report_begin"),
    path("reports/terms/<uuid:public_id>/", term_reports.TermReportPage.as_view(), name="term_report"),
    path(
        "reports/terms/<uuid:public_id>/approve/",
        term_reports.TermReportApprovePage.as_view(),
        name="term_report_approve",
    ),
    path("reports/terms/<uuid:public_id>/again/", term_reports.TermReportAgainPage.as_view(), name="term_report_again"),
    path("reports/words/<uuid:public_id>/", term_reports.ReportWordsPage.as_view(), name="report_words"),
    # The county's pack of a term, and its two-monthly report.
    path("reports/packs/", county_packs.PackListPage.as_view(), name="packs"),
    path("reports/packs/begin/", county_packs.PackBeginPage.as_view(), name="pack_begin"),
    path("reports/packs/<uuid:public_id>/", county_packs.PackPage.as_view(), name="pack"),
    path("reports/packs/<uuid:public_id>/words/", county_packs.PackWordsPage.as_view(), name="pack_words"),
    path("reports/packs/<uuid:public_id>/approve/", county_packs.PackApprovePage.as_view(), name="pack_approve"),
    path("reports/packs/<uuid:public_id>/count/", county_packs.PackCountPage.as_view(), name="pack_count"),
    path("reports/packs/<uuid:public_id>/again/", county_packs.PackAgainPage.as_view(), name="pack_again"),
    path(
        "money/proposals/<uuid:public_id>/",
        record_copies.ProposalCopyPage.as_view(),
        name="proposal_copy",
    ),
    path("reports/packs/copies/<uuid:public_id>/", record_copies.PackCopyPage.as_view(), name="pack_copy"),
    # Open to strangers. As printed, and as somebody types it.
    path("check/", papers.CheckPage.as_view(), name="document_check_form"),
    re_path(r"^check/(?P<code>[^/]+)/?$", papers.CheckPage.as_view(), name="document_check"),
]
