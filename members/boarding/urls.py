"""Addresses of onboarding, offboarding and leaving."""

from django.urls import path

from members.boarding.views import leaving, memorials, offboarding, onboarding

app_name = "boarding"
urlpatterns = [
    path("manage/people/<slug:slug>/offboard/", offboarding.offboard, name="offboard"),
    path("manage/onboarding/", onboarding.onboardings, name="onboardings"),
    path("manage/onboarding/<uuid:pk>/", onboarding.onboarding, name="onboarding"),
    path("manage/onboarding/<uuid:pk>/steps/<int:step>/", onboarding.tick_onboarding, name="tick_onboarding"),
    path("manage/onboarding/<uuid:pk>/complete/", onboarding.complete, name="complete"),
    path("manage/onboarding/<uuid:pk>/give-up/", onboarding.cancel_onboarding, name="cancel_onboarding"),
    path("manage/offboarding/", offboarding.offboardings, name="offboardings"),
    path("manage/offboarding/<uuid:pk>/", offboarding.offboarding, name="offboarding"),
    path("manage/offboarding/<uuid:pk>/steps/<int:step>/", offboarding.tick_offboarding, name="tick_offboarding"),
    path("manage/offboarding/<uuid:pk>/finish/", offboarding.finish, name="finish"),
    path("manage/people/<slug:slug>/in-memoriam/", memorials.record_death, name="record_death"),
    path("manage/in-memoriam/<uuid:pk>/", memorials.memorial, name="memorial"),
    path("manage/in-memoriam/<uuid:pk>/confirm/", memorials.confirm_death, name="confirm_death"),
    path("manage/in-memoriam/<uuid:pk>/undo/", memorials.undo_death, name="undo_death"),
    path("profile/leave/", leaving.leave, name="leave"),
    path("profile/goodbye/", leaving.goodbye, name="goodbye"),
]
