from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from disclosures.management.arguments import add_agency, agency_of
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pdf import Renderer, RenderingFailed
from reports import document as documents
from reports.models import FIRST_YEAR, AnnualReport
from reports.rendering.html import print_page
from reports.rendering.json import render_json

FORMATS = ("pdf", "html", "json")
LATER = ("docx", "xlsx")


class Command(BaseCommand):
    help = "生成政府信息公开工作年度报告"
    requires_system_checks = []  # half a second of checks that the site itself makes at its start

    def add_arguments(self, parser):
        add_agency(parser)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--format", choices=FORMATS + LATER, help="不填则按文件后缀")
        parser.add_argument("-o", "--output", required=True, metavar="文件")

    def handle(self, *, agency, year, output, **options):
        kind = options["format"] or Path(output).suffix.lstrip(".").lower()
        if kind in LATER:
            raise CommandError(f"本版本尚不能生成 {kind}，请使用 {'、'.join(FORMATS)}", returncode=2)
        if kind not in FORMATS:
            raise CommandError(f"无法从“{output}”看出格式，请用 --format 指定：{'、'.join(FORMATS)}", returncode=2)
        with ExitStack() as stack:
            try:
                # Started first: it loads its libraries while the figures are computed here.
                renderer = stack.enter_context(Renderer()) if kind == "pdf" else None
                content = self.render(report_of(agency_of(agency), year), kind, renderer)
                Path(output).parent.mkdir(parents=True, exist_ok=True)
                Path(output).write_bytes(content)
            except (FontsMissing, RenderingFailed) as error:
                raise CommandError(str(error)) from None
            except OSError as error:
                raise CommandError(f"无法写入 {output}：{error.strerror}") from None
        self.stdout.write(f"已生成：{output}")

    @staticmethod
    def render(report, kind, renderer):
        document = documents.of(report)
        if kind == "json":
            return render_json(document).encode()
        if kind == "html":
            return print_page(document).encode()
        return renderer.render(print_page(document, renderer.font_faces()))


def report_of(agency, year):
    """The report of that year, its newest version; an unsaved draft where nobody has begun one."""
    if not FIRST_YEAR <= year <= 2100:
        raise CommandError(f"年度{year}不合理，请填 {FIRST_YEAR} 至 2100 之间的年份", returncode=2)
    stored = AnnualReport.objects.of(agency).filter(year=year).select_related("agency").order_by("-version").first()
    return stored or AnnualReport(agency=agency, year=year)
