from django.urls import path

import disclosures.portal.converters  # noqa: F401  (year4)
from requests_app.portal import register

app_name = "register"
urlpatterns = [
    path("", register.register, name="list"),
    path("years/<year4:year>/", register.register_of_year, name="of_year"),
    path("years/<year4:year>/<int:sheet>/", register.register_of_year, name="of_year_sheet"),
]
