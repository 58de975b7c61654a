from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "年报"

    def ready(self) -> None:
        from disclosures.inspection.links import leads_to
        from reports import static_pages
        from reports.models import AnnualReport
        from reports.search_kind import register_kind

        published = AnnualReport.objects.published().filter(agency__has_portal=True)
        for view in ("reports:detail", "reports:pdf"):
            leads_to(view, published, year="year")
        register_kind()
        static_pages.register_pages()
