"""Addresses of projects, branches and the security policy."""

from django.urls import path

from advisories.projects.views import policy_versions, projects, public

app_name = "projects"
urlpatterns = [
    path("security-policy/", public.security_policy, name="security_policy"),
    path("manage/projects/", projects.index, name="list"),
    path("manage/projects/new/", projects.new, name="new"),
    path("manage/projects/<slug:slug>/", projects.detail, name="detail"),
    path("manage/projects/<slug:slug>/change/", projects.change, name="change"),
    path("manage/projects/<slug:slug>/branches/new/", projects.branch, name="new_branch"),
    path("manage/projects/<slug:slug>/branches/<int:pk>/", projects.branch, name="branch"),
    path("manage/policy/", policy_versions.history, name="policy"),
    path("manage/policy/draft/", policy_versions.draft, name="policy_draft"),
    path("manage/policy/publish/", policy_versions.publish, name="policy_publish"),
    path("manage/policy/discard/", policy_versions.discard, name="policy_discard"),
    path("manage/policy/<int:number>/", policy_versions.version, name="policy_version"),
]
