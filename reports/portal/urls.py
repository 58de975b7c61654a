from django.urls import path, register_converter

from reports.portal import reports, verification


class FourDigits:
    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


register_converter(FourDigits, "year4")

app_name = "reports"
urlpatterns = [
    path("", reports.report_list, name="list"),
    path("<year4:year>/", reports.report_detail, name="detail"),
    path("<year4:year>/v<int:version>/", reports.report_detail, name="version"),
    path("<year4:year>/v<int:version>/files/<slug:key>/", reports.report_file, name="file"),
    path("<year4:year>/verify/", verification.verify, name="verify"),
    path("<year4:year>.pdf", reports.report_pdf, name="pdf"),
]
