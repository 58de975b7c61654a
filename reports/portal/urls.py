from django.urls import path

import disclosures.portal.converters  # noqa: F401  (year4)
from reports.portal import reports, verification

app_name = "reports"
urlpatterns = [
    path("", reports.report_list, name="list"),
    path("<year4:year>/", reports.report_detail, name="detail"),
    path("<year4:year>/v<int:version>/", reports.report_detail, name="version"),
    path("<year4:year>/v<int:version>/files/<slug:key>/", reports.report_file, name="file"),
    path("<year4:year>/verify/", verification.verify, name="verify"),
    path("<year4:year>.pdf", reports.report_pdf, name="pdf"),
]
