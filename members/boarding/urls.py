"""Addresses of onboarding, offboarding and leaving."""

from django.urls import path

from members.boarding.views import boarding, leaving

app_name = "boarding"
urlpatterns = [
    path("manage/people/<slug:slug>/offboard/", boarding.offboard, name="offboard"),
    path("manage/onboarding/", boarding.onboardings, name="onboardings"),
    path("manage/onboarding/<uuid:pk>/", boarding.onboarding, name="onboarding"),
    path("manage/onboarding/<uuid:pk>/steps/<int:step>/", boarding.tick_onboarding, name="tick_onboarding"),
    path("manage/onboarding/<uuid:pk>/complete/", boarding.complete, name="complete"),
    path("manage/onboarding/<uuid:pk>/give-up/", boarding.cancel_onboarding, name="cancel_onboarding"),
    path("manage/offboarding/", boarding.offboardings, name="offboardings"),
    path("manage/offboarding/<uuid:pk>/", boarding.offboarding, name="offboarding"),
    path("manage/offboarding/<uuid:pk>/steps/<int:step>/", boarding.tick_offboarding, name="tick_offboarding"),
    path("manage/offboarding/<uuid:pk>/finish/", boarding.finish, name="finish"),
    path("profile/leave/", leaving.leave, name="leave"),
    path("profile/goodbye/", leaving.goodbye, name="goodbye"),
]
