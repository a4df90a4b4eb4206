from django.urls import URLPattern, path

from supervision.views import (
    between_two,
    bookings,
    bring,
    health,
    mileage,
    months,
    patterns,
    peer_groups,
    peers,
    practice,
    ready,
    records,
    room,
)

urlpatterns: list[URLPattern] = [
    path("set-up/how-often/", patterns.HowOftenPage.as_view(), name="how_often"),
    # The manager's month.
    path("supervision/", months.MonthPage.as_view(), name="supervision"),
    path("supervision/health/", health.HealthPage.as_view(), name="supervision_health"),
    path("supervision/health/<slug:code>/", health.HealthMeasurePage.as_view(), name="health_measure"),
    path("supervision/miles/<int:year>/<int:month>/", mileage.MileagePage.as_view(), name="mileage_month"),
    path("supervision/miles/<int:year>/<int:month>/file/", mileage.MileageFilePage.as_view(), name="mileage_file"),
    path("supervision/sets/", months.SetsPage.as_view(), name="supervision_sets"),
    path("supervision/<int:year>/<int:month>/", months.MonthPage.as_view(), name="supervision_month"),
    path("supervision/<int:year>/<int:month>/offer/", bookings.OfferPage.as_view(), name="supervision_offer"),
    path("supervision/<int:year>/<int:month>/<uuid:placement>/", bookings.PinPage.as_view(), name="visit_pin"),
    path("supervision/visits/<uuid:public_id>/agreed/", bookings.AgreedPage.as_view(), name="visit_agreed"),
    path("supervision/visits/<uuid:public_id>/call-off/", bookings.CallOffPage.as_view(), name="visit_call_off"),
    path("supervision/visits/<uuid:public_id>/again/", bookings.AgainPage.as_view(), name="visit_again"),
    path("supervision/visits/<uuid:public_id>/leave-out/", bookings.LeaveOutPage.as_view(), name="visit_leave_out"),
    path(
        "supervision/<int:year>/<int:month>/<slug:kind>/<uuid:worker>/",
        between_two.BetweenTwoPage.as_view(),
        name="between_two",
    ),
    # In the room.
    path("supervision/visits/<uuid:public_id>/room/", room.RoomPage.as_view(), name="room"),
    path("supervision/visits/<uuid:public_id>/room/read/", room.ReadBackPage.as_view(), name="room_read"),
    path("supervision/visits/<uuid:public_id>/room/two/", room.TwoOfUsPage.as_view(), name="room_two"),
    path("supervision/visits/<uuid:public_id>/room/finish/", room.Finish.as_view(), name="room_finish"),
    # What was said.
    path("supervision/records/<uuid:public_id>/", records.SessionPage.as_view(), name="session"),
    path("supervision/records/<uuid:public_id>/finish/", records.SessionFinishPage.as_view(), name="session_finish"),
    path("supervision/records/<uuid:public_id>/answer/", records.SessionAnswerPage.as_view(), name="session_answer"),
    path("supervision/records/<uuid:public_id>/rung/", records.SessionRungPage.as_view(), name="session_rung"),
    path("supervision/records/<uuid:public_id>/faces/", records.SessionOpinionPage.as_view(), name="session_opinion"),
    path("supervision/records/<uuid:public_id>/note/", records.OwnNotePage.as_view(), name="own_note"),
    path("supervision/records/<uuid:public_id>/correct/", records.CorrectionPage.as_view(), name="session_correct"),
    # My next supervision, and getting ready for one.
    path("supervision/mine/", bring.MySupervisionPage.as_view(), name="my_supervision"),
    path("supervision/visits/<uuid:public_id>/bring/", bring.BringPressPage.as_view(), name="bring"),
    path("supervision/visits/<uuid:public_id>/ready/", ready.GetReadyPage.as_view(), name="get_ready"),
    path("supervision/visits/<uuid:public_id>/ready/print/", ready.TablePrintPage.as_view(), name="get_ready_print"),
    # Peer supervision, the peer group of workers alone, and good practice.
    path("supervision/<int:year>/<int:month>/peer/<str:group>/", peers.PeerDuePage.as_view(), name="peer_due"),
    path("supervision/peer/<uuid:public_id>/", peers.PeerPage.as_view(), name="peer"),
    path("supervision/peer/<uuid:public_id>/time/", peers.PeerTimePage.as_view(), name="peer_time"),
    path("supervision/peer/<uuid:public_id>/ask/", peers.PeerAskPage.as_view(), name="peer_ask"),
    path("supervision/peer/<uuid:public_id>/call-off/", peers.PeerCallOffPage.as_view(), name="peer_call_off"),
    path("supervision/peer/<uuid:public_id>/question/", peers.PeerQuestionPage.as_view(), name="peer_question"),
    path("supervision/peer/<uuid:public_id>/meeting/", peers.PeerMeetingPage.as_view(), name="peer_meeting"),
    path("supervision/peer/<uuid:public_id>/takes/", peers.PeerTakesPage.as_view(), name="peer_takes"),
    path("supervision/peer/<uuid:public_id>/practice/", practice.PutPracticePage.as_view(), name="practice_put"),
    path("supervision/group/", peer_groups.PeerGroupsPage.as_view(), name="peer_groups"),
    path("supervision/group/new/", peer_groups.PeerGroupNewPage.as_view(), name="peer_group_new"),
    path("supervision/group/<uuid:public_id>/", peer_groups.PeerGroupPage.as_view(), name="peer_group"),
    path("supervision/group/<uuid:public_id>/time/", peer_groups.PeerGroupTimePage.as_view(), name="peer_group_time"),
    path(
        "supervision/group/<uuid:public_id>/meeting/",
        peer_groups.PeerGroupMeetingPage.as_view(),
        name="peer_group_meeting",
    ),
    path(
        "supervision/group/<uuid:public_id>/takes/", peer_groups.PeerGroupTakesPage.as_view(), name="peer_group_takes"
    ),
    path("supervision/good-practice/", practice.PracticePage.as_view(), name="good_practice"),
    path(
        "supervision/good-practice/<uuid:public_id>/back/",
        practice.TakeBackPracticePage.as_view(),
        name="practice_back",
    ),
]
