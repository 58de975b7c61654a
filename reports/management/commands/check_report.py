import json
import sys

from django.core.management.base import BaseCommand, CommandError

from disclosures.management.arguments import add_agency, agency_of
from reports import checks
from reports import document as documents
from reports.management.commands.annual_report import report_of

BROKEN, UNREADABLE = 1, 2  # exit codes of the contract
LEVELS = {"error": "错误", "warning": "警告"}


class Command(BaseCommand):
    help = "核对年度报告的勾稽关系：自己的记录，或任何开放格式（JSON）的报告"

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", metavar="报告.json")
        parser.add_argument("--previous", metavar="上年报告.json", help="同时核对与上年的衔接")
        add_agency(parser, required=False)
        parser.add_argument("--year", type=int)

    def handle(self, *, file, previous, agency, year, **options):
        if file:
            report = read_report(file)
            level = (
                report["agency"].get("level", "department") if isinstance(report.get("agency"), dict) else "department"
            )
            before = read_report(previous) if previous else None
            results = checks.run(report, before, agency_level=level)
        elif agency and year:
            results = list(documents.of(report_of(agency_of(agency), year)).results)
        else:
            raise CommandError("请给出报告文件，或者 --agency 和 --year", returncode=UNREADABLE)
        failures = checks.failures(results)
        for failure in failures:
            self.stdout.write(f"{failure.id} {LEVELS[failure.level]} {failure.cell or '-'} {failure.message}")
        if not failures:
            self.stdout.write("各项勾稽关系全部成立")
        sys.exit(BROKEN if checks.failures(results, "error") else 0)


def read_report(path):
    """A report in the open format. Raises ``CommandError`` (exit code 2) for anything else."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            report = json.load(file)
    except OSError as error:
        raise CommandError(f"无法打开 {path}：{error.strerror}", returncode=UNREADABLE) from None
    except (ValueError, RecursionError):
        raise CommandError(f"{path} 不是JSON文件", returncode=UNREADABLE) from None
    if not isinstance(report, dict) or not isinstance(report.get("tables"), dict):
        raise CommandError(f"{path} 不是年度报告的开放格式：缺少 tables", returncode=UNREADABLE)
    return report
