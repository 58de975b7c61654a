import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from disclosures.inspection.check import inspect
from disclosures.management.arguments import add_agency, agency_of

FOUND = 1


class Command(BaseCommand):
    help = "自查一个机关的公开专栏：一行一个问题；没有问题返回0，有问题返回1（适合放进定时任务）"

    def add_arguments(self, parser: CommandParser) -> None:
        add_agency(parser)
        parser.add_argument("--date", type=date.fromisoformat, help="哪一天，默认今天，例如 2026-11-24")

    def handle(self, *args: Any, **options: Any) -> None:
        inspection = inspect(agency_of(options["agency"]), options["date"] or timezone.localdate())
        for finding in inspection.findings:
            if finding.faulty or finding.light.tone == "unknown":
                number = "" if finding.count is None else f"{finding.count}"
                parts = [finding.indicator.weight.value, finding.indicator.title, number, finding.words]
                self.stdout.write("　".join(part for part in parts if part))
        for state in inspection.columns:
            if state.blank or state.stale:
                self.stdout.write(f"栏目　{state.column}　{state.words}")
        if inspection.faults:
            sys.exit(FOUND)
        self.stdout.write("没有发现问题")
