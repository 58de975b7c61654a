from django.urls import path, register_converter

from reports import views, views_verification


class FourDigits:
    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


register_converter(FourDigits, "year4")

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("<year4:year>/", views.report_detail, name="detail"),
    path("<year4:year>/v<int:version>/", views.report_detail, name="version"),
    path("<year4:year>/v<int:version>/files/<slug:key>/", views.report_file, name="file"),
    path("<year4:year>/verify/", views_verification.verify, name="verify"),
    path("<year4:year>.pdf", views.report_pdf, name="pdf"),
]
