from django.urls import URLPattern, path

from supervision.views import bookings, bring, months, patterns, ready, records, room

urlpatterns: list[URLPattern] = [
    path("set-up/how-often/", patterns.HowOftenPage.as_view(), name="how_often"),
    # The manager's month.
    path("supervision/", months.MonthPage.as_view(), name="supervision"),
    path("supervision/sets/", months.SetsPage.as_view(), name="supervision_sets"),
    path("supervision/<int:year>/<int:month>/", months.MonthPage.as_view(), name="supervision_month"),
    path("supervision/<int:year>/<int:month>/offer/", bookings.OfferPage.as_view(), name="supervision_offer"),
    path("supervision/<int:year>/<int:month>/<uuid:placement>/", bookings.PinPage.as_view(), name="visit_pin"),
    path("supervision/visits/<uuid:public_id>/agreed/", bookings.AgreedPage.as_view(), name="visit_agreed"),
    path("supervision/visits/<uuid:public_id>/call-off/", bookings.CallOffPage.as_view(), name="visit_call_off"),
    path("supervision/visits/<uuid:public_id>/again/", bookings.AgainPage.as_view(), name="visit_again"),
    path("supervision/visits/<uuid:public_id>/leave-out/", bookings.LeaveOutPage.as_view(), name="visit_leave_out"),
    # In the room.
    path("supervision/visits/<uuid:public_id>/room/", room.RoomPage.as_view(), name="room"),
    path("supervision/visits/<uuid:public_id>/room/read/", room.ReadBackPage.as_view(), name="room_read"),
    path("supervision/visits/<uuid:public_id>/room/two/", room.TwoOfUsPage.as_view(), name="room_two"),
    path("supervision/visits/<uuid:public_id>/room/finish/", room.Finish.as_view(), name="room_finish"),
    # What was said.
    path("supervision/records/<uuid:public_id>/", records.SessionPage.as_view(), name="session"),
    path("supervision/records/<uuid:public_id>/finish/", records.SessionFinishPage.as_view(), name="session_finish"),
    path("supervision/records/<uuid:public_id>/answer/", records.SessionAnswerPage.as_view(), name="session_answer"),
    path("supervision/records/<uuid:public_id>/faces/", records.SessionOpinionPage.as_view(), name="session_opinion"),
    path("supervision/records/<uuid:public_id>/note/", records.OwnNotePage.as_view(), name="own_note"),
    path("supervision/records/<uuid:public_id>/correct/", records.CorrectionPage.as_view(), name="session_correct"),
    # My next supervision, and getting ready for one.
    path("supervision/mine/", bring.MySupervisionPage.as_view(), name="my_supervision"),
    path("supervision/visits/<uuid:public_id>/bring/", bring.BringPressPage.as_view(), name="bring"),
    path("supervision/visits/<uuid:public_id>/ready/", ready.GetReadyPage.as_view(), name="get_ready"),
    path("supervision/visits/<uuid:public_id>/ready/print/", ready.TablePrintPage.as_view(), name="get_ready_print"),
]
