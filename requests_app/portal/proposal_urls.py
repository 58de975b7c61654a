from django.urls import path

import disclosures.portal.converters  # noqa: F401  (year4)
from requests_app.portal import proposals

app_name = "proposals"
urlpatterns = [
    path("", proposals.proposals, name="list"),
    path("years/<year4:year>/", proposals.proposals_of_year, name="of_year"),
    path("years/<year4:year>/<int:sheet>/", proposals.proposals_of_year, name="of_year_sheet"),
    path("<int:pk>/", proposals.proposal, name="detail"),
]
