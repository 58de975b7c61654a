from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from disclosures.gate import attachments
from disclosures.management.arguments import add_agency, agency_of
from disclosures.models import Agency, Attachment, Item
from disclosures.search import keeping
from disclosures.search.kinds import Kind

EVERY = 10_000  # entries between two lines of progress


class Command(BaseCommand):
    help = "重建检索索引：逐条核对，缺的补上，不该有的删去（可重复执行，不影响使用）；读出以前没有读过的附件文字"

    def add_arguments(self, parser: CommandParser) -> None:
        add_agency(parser, required=False)
        parser.add_argument("--anew", action="store_true", help="先清空再重建；完成以前检索结果不全")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = agency_of(options["agency"]) if options["agency"] else None
        if options["anew"] and agency is None:
            keeping.empty()
        elif options["anew"] and agency is not None:
            keeping.take_out(agency)
        read = self._read_attachments(agency)
        keeping.fill(agency, self._tell)
        self.stdout.write(f"检索索引已核对，共{keeping.number_of_entries(agency)}条，新读出附件{read}个")

    def _read_attachments(self, agency: Agency | None) -> int:
        public = Item.objects.public() if agency is None else Item.objects.public().of(agency)
        unread = Attachment.objects.filter(item__in=public, text=None).order_by("pk")
        read, last = 0, 0
        while attachment := unread.filter(pk__gt=last).first():
            attachments.read_text(attachment)
            read, last = read + 1, attachment.pk
        return read

    def _tell(self, kind: Kind, done: int) -> None:
        if done % EVERY == 0:
            self.stdout.write(f"{kind.label}：{done}条")
