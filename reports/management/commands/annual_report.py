from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from disclosures.management.arguments import add_agency, agency_of
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pdf import RenderingFailed
from reports import document as documents
from reports.models import FIRST_YEAR, AnnualReport
from reports.rendering.formats import FORMATS, format_of


class Command(BaseCommand):
    help = "生成政府信息公开工作年度报告"
    requires_system_checks = []  # half a second of checks that the site itself makes at its start

    def add_arguments(self, parser):
        add_agency(parser)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--format", choices=FORMATS, help="不填则按文件后缀")
        parser.add_argument("-o", "--output", required=True, metavar="文件")

    def handle(self, *, agency, year, output, **options):
        form = FORMATS[options["format"]] if options["format"] else format_of(Path(output).name)
        if form is None:
            raise CommandError(f"无法从“{output}”看出格式，请用 --format 指定：{'、'.join(FORMATS)}", returncode=2)
        try:
            report = report_of(agency_of(agency), year)
            if not documents.is_unchanged(report):
                raise CommandError("定稿的内容与校验码不符，可能在系统之外被改动过，没有生成，请从备份恢复")
            content = form.render(documents.of(report))
            Path(output).parent.mkdir(parents=True, exist_ok=True)
            Path(output).write_bytes(content)
        except (FontsMissing, RenderingFailed) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"无法写入 {output}：{error.strerror}") from None
        self.stdout.write(f"已生成：{output}")


def report_of(agency, year):
    """The report of that year, its newest version; an unsaved draft where nobody has begun one."""
    if not FIRST_YEAR <= year <= 2100:
        raise CommandError(f"年度{year}不合理，请填 {FIRST_YEAR} 至 2100 之间的年份", returncode=2)
    stored = AnnualReport.objects.of(agency).filter(year=year).select_related("agency").order_by("-version").first()
    return stored or AnnualReport(agency=agency, year=year)
