"""``make bench``: ratios inside one run, since machines are noisy; written to DATA_DIR/bench and printed.

Works on a database of its own in a temporary folder (SQLite). ``--requests`` and ``--rows`` make it smaller.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def best_of(times: int, work: Callable[[], Any]) -> float:
    """Seconds of the quickest of ``times`` runs."""
    return min(_seconds(work) for _ in range(times))


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--requests", type=int, default=1_000_000)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--cases", type=int, default=10_000)
    options.add_argument("--children", type=int, default=2_000)
    options.add_argument("--items", type=int, default=1_000_000)
    options.add_argument(
        "--only",
        choices=[
            "desk",
            "figures",
            "gate",
            "items",
            "ledger",
            "letter",
            "pdf",
            "portal",
            "redating",
            "rollup",
            "search",
        ],
    )
    chosen = options.parse_args()
    real_data = Path(os.environ.get("DATA_DIR", ROOT / "var")).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.update(DATA_DIR=scratch, DJANGO_SETTINGS_MODULE="config.settings", DATABASE_URL="")
        Path(scratch, "fonts").symlink_to(real_data / "fonts")
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        benches = {
            "pdf": pdf,
            "letter": letter,
            "ledger": lambda: ledger(chosen.rows),
            "desk": lambda: desk(chosen.cases * 10),
            "gate": gate,
            "items": lambda: items(chosen.cases * 10),
            "redating": lambda: redating(chosen.cases),
            "search": lambda: search(chosen.requests),
            "rollup": lambda: roll_up(chosen.children),
            "figures": lambda: figures(chosen.requests),
            "portal": lambda: portal(chosen.items),
        }
        results = {name: bench() for name, bench in benches.items() if chosen.only in (None, name)}
    folder = real_data / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{date.today()}.json").write_text(json.dumps(results, indent=2))
    for name, figures_of_it in results.items():
        for what, value in figures_of_it.items():
            print(f"{name:8} {what:44} {value}")


def pdf() -> dict[str, Any]:
    """The command as a cold process beside WeasyPrint alone, cold, on the same HTML; then both warm, then a batch."""
    from disclosures.models import Agency, Category, Channel, Item, ItemState, Publication

    agency = Agency.objects.create(code="bench-pdf", name="示例局")
    channel = Channel.objects.create(agency=agency, name="政府网站")
    for place in range(9):
        category = Category.objects.create(agency=agency, name=f"示例栏目{place}")
        item = Item.objects.create(agency=agency, category=category, title="示例", state=ItemState.PUBLISHED)
        Publication.objects.create(item=item, channel=channel, published_on=date(2022, 1, 5))
    from disclosures.printing.pdf import Renderer
    from reports import document
    from reports.models import AnnualReport
    from reports.rendering.html import print_page

    with tempfile.TemporaryDirectory() as folder, Renderer() as renderer:
        html = Path(folder, "report.html")
        html.write_text(print_page(document.assemble(AnnualReport(agency=agency, year=2022)), renderer.font_faces()))
        bare = [
            sys.executable,
            "-c",
            f"from weasyprint import HTML; HTML({str(html)!r}).write_pdf({folder + '/a.pdf'!r})",
        ]
        ours = [sys.executable, "manage.py", "annual_report", "--agency", agency.code, "--year", "2022"]
        ours += ["-o", f"{folder}/b.pdf"]
        alone = best_of(3, lambda: subprocess.run(bare, check=True, capture_output=True))
        command = best_of(3, lambda: subprocess.run(ours, check=True, capture_output=True, cwd=ROOT))
        warm = _warm(html, renderer)
    return {
        "weasyprint alone, cold (s)": round(alone, 2),
        "command, cold (s)": round(command, 2),
        "ratio (≤ 1.5)": round(command / alone, 2),
        **warm,
        **_batch(agency),
    }


def search(entries: int) -> dict[str, Any]:
    """A page of results at ten thousand entries and at ``entries``, by relevance and by day; and suggestions."""
    from scripts import bench_search

    return {**bench_search.sizes(entries), **bench_search.suggestions()}


BARE_WARM = """
import sys, weasyprint
for _ in sys.stdin:
    weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])
    print(flush=True)
"""


def _warm(html: Path, renderer: Any) -> dict[str, Any]:
    """One child process each, asked in turn for the same page, so that a busy machine slows both alike."""
    command = [sys.executable, "-c", BARE_WARM, str(html), str(html.with_suffix(".pdf"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as child:
        asks, answers, page = child.stdin, child.stdout, html.read_text()
        assert asks and answers

        def bare() -> None:
            asks.write("once\n")
            answers.readline()

        pairs = [(_seconds(bare), _seconds(lambda: renderer.render(page))) for _ in range(8)][2:]
        asks.close()
    alone, ours = min(bare for bare, _ in pairs), min(ours for _, ours in pairs)
    return {
        "weasyprint alone, warm (s)": round(alone, 2),
        "renderer, warm (s)": round(ours, 2),
        "ratio warm (≤ 1.2)": round(ours / alone, 2),
    }


def _batch(agency: Any, number: int = 100) -> dict[str, Any]:
    """Reports from the records to the PDF, by two children, once these have started."""
    from disclosures.printing.pool import Renderers
    from reports import document
    from reports.models import AnnualReport
    from reports.rendering.html import print_page

    with Renderers(processes=2) as pool:

        def pages(many: int) -> Any:
            for place in range(many):
                report = document.assemble(AnnualReport(agency=agency, year=2022))
                yield place, print_page(report, pool.font_faces()), {}

        assert all(isinstance(made, bytes) for _, made in pool.render_all(pages(2)))
        made: list[Any] = []
        before = _processor_seconds()
        seconds = _seconds(lambda: made.extend(pool.render_all(pages(number))))
    assert len(made) == number and all(isinstance(one, bytes) for _, one in made)
    # The children's time is known when they have ended, and includes their start.
    worked = _processor_seconds() - before
    return {
        "reports in a batch": number,
        "reports a second, two children (≥ 1.5)": round(number / seconds, 2),
        "the same by processor time of a core pair": round(number / (worked / 2), 2),
    }


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def portal(number: int) -> dict[str, Any]:
    """The reading side: what the page cache gives, the static edition, pages as the number of items grows."""
    from scripts import bench_portal

    edition = {f"static: {name}": value for name, value in bench_portal.static_edition(20_000).items()}
    return {**bench_portal.cached(), **edition, **bench_portal.pages(number // 100, number)}


def letter() -> dict[str, Any]:
    """A letter's PDF by way of the desk beside WeasyPrint alone on the same HTML, both as cold processes."""
    from disclosures.printing.pdf import Renderer
    from requests_app.letters import printing
    from requests_app.letters.document import LetterText

    text = LetterText(
        "示例局",
        "政府信息公开申请答复书",
        "示公开复〔2026〕1号",
        "示例申请人",
        ("示例局于2026年3月2日收到您通过当面方式提交的政府信息公开申请（登记编号：2026-0001）。" * 3,) * 5,
        dated_on=date(2026, 3, 20),
    )
    with tempfile.TemporaryDirectory() as folder, Renderer() as renderer:
        html = Path(folder, "letter.html")
        html.write_text(printing.page(text, font_faces=renderer.font_faces()))
        bare = [
            sys.executable,
            "-c",
            f"from weasyprint import HTML; HTML({str(html)!r}).write_pdf({folder + '/a.pdf'!r})",
        ]
        alone = best_of(5, lambda: subprocess.run(bare, check=True, capture_output=True))
    ours = best_of(5, lambda: printing.pdf(text))  # as the server does it: Django runs, the child starts
    return {
        "weasyprint alone, cold (s)": round(alone, 2),
        "letter (s)": round(ours, 2),
        "ratio (≤ 1.5)": round(ours / alone, 2),
    }


def desk(number: int) -> dict[str, Any]:
    """The list of requests by light, at a hundredth of ``number`` cases and at ``number``."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from disclosures.models import Agency, Membership
    from requests_app.enums import ApplicantKind
    from requests_app.models import DisclosureRequest

    agency = Agency.objects.create(code="bench-desk", name="示例desk")
    officer = get_user_model().objects.create_user("bench-officer")
    Membership.objects.create(user=officer, agency=agency, role="case_officer")
    client = Client()
    client.force_login(officer)

    def fill(first: int, last: int) -> None:
        today = date.today()
        DisclosureRequest.objects.bulk_create(
            (
                DisclosureRequest(
                    agency=agency,
                    number=f"D{place}",
                    applicant_kind=ApplicantKind.NATURAL_PERSON,
                    applicant_name=f"示例{place % 997}",
                    received_on=today - timedelta(days=40 + place % 300),
                    due_on=today + timedelta(days=place % 60 - 20),
                    description="示例",
                    **({} if place % 4 == 0 else closed),
                )
                for place in range(first, last)
            ),
            batch_size=2000,
        )

    closed = {"outcome": "grant", "answered_on": date.today() - timedelta(days=10), "state": "closed"}
    grown = _list_as_it_grows(
        client, number, fill, {light: f"/admin/requests_app/disclosurerequest/?due={light}" for light in LIGHTS}
    )
    return {"cases": number, **grown}


LIGHTS = ("late", "soon", "later")


def _list_as_it_grows(
    client: Any, number: int, fill: Callable[[int, int], None], pages: dict[str, str]
) -> dict[str, Any]:
    """The pages of a list at a hundredth of ``number`` rows and at ``number``, and the queries of the first page."""
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, override_settings

    def page(name: str) -> None:
        response = client.get(pages[name])
        assert response.status_code == 200, response

    def seconds() -> dict[str, float]:
        return {name: best_of(5, partial(page, name)) for name in pages}

    static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES={**settings.STORAGES, **static}, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False):
        fill(0, number // 100)
        page(next(iter(pages)))
        few = seconds()
        fill(number // 100, number)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        many = seconds()
        with CaptureQueriesContext(connection) as queries:
            page(next(iter(pages)))
    return {
        **{f"list {name} (ms)": round(many[name] * 1000) for name in many},
        "slowest list beside a hundredth of the rows (≤ 2)": round(max(many[x] / few[x] for x in many), 2),
        "queries (≤ 12)": len(queries),
    }


def items(number: int) -> dict[str, Any]:
    """The list of items, whole and by light and column, at a hundredth of ``number`` items and at ``number``."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from disclosures.models import Agency, Category, Item, ItemState, Membership

    agency = Agency.objects.create(code="bench-items", name="示例items")
    columns = [Category.objects.create(agency=agency, name=f"示例栏目{place}") for place in range(9)]
    clerk = get_user_model().objects.create_user("bench-clerk")
    Membership.objects.create(user=clerk, agency=agency, role="clerk")
    client = Client()
    client.force_login(clerk)

    def fill(first: int, last: int) -> None:
        today = date.today()
        Item.objects.bulk_create(
            (
                Item(
                    agency=agency,
                    category=columns[place % 9],
                    title=f"示例信息第{place}号",
                    index_number=f"示例/{place:07}",
                    formed_on=today - timedelta(days=place % 700),
                    **(
                        {"state": ItemState.DRAFT}
                        if place % 10 == 0
                        else {
                            "state": ItemState.PUBLISHED,
                            "published_on": today - timedelta(days=place % 690),
                        }
                    ),
                )
                for place in range(first, last)
            ),
            batch_size=2000,
        )

    page = "/admin/disclosures/item/"
    pages = {"whole": page, "late": f"{page}?due=late", "column": f"{page}?category=示例栏目3"}
    return {"items": number, **_list_as_it_grows(client, number, fill, pages)}


def ledger(rows: int) -> dict[str, Any]:
    """``import_ledger`` beside a stock ModelResource with the same columns, both from the same workbook."""
    from import_export import resources
    from openpyxl import Workbook
    from tablib import Dataset

    from disclosures.ledger import import_workbook, read
    from disclosures.models import Agency
    from requests_app.models import DisclosureRequest

    agency, other = (Agency.objects.create(code=f"bench-{name}", name=f"示例{name}") for name in ("ours", "stock"))
    headers = ["登记编号", "申请人类型", "申请人名称", "申请渠道", "收到日期", "申请内容", "办理结果", "答复日期"]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("依申请公开")
    sheet.append(headers)
    for place in range(rows):
        received = date(2024, 1, 2) + timedelta(days=place % 300)
        sheet.append([f"B{place}", "自然人", "示例申请人", "网络", received, "申请公开示例材料", "予以公开", received])

    class Stock(resources.ModelResource):
        class Meta:
            model = DisclosureRequest
            import_id_fields = ["number"]
            fields = [
                "number",
                "applicant_kind",
                "applicant_name",
                "channel",
                "received_on",
                "description",
                "outcome",
                "answered_on",
                "agency",
                "state",
            ]

    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book.save(file.name)

        def ours() -> None:
            with open(file.name, "rb") as stream:
                report = import_workbook(read(stream), agency=agency)
            assert report.written, report.faults[:3]

        def stock() -> None:
            with open(file.name, "rb") as stream:
                dataset = Dataset().load(stream, format="xlsx")
            records = Dataset(headers=[*(Stock.Meta.fields[:8]), "agency", "state"])
            for number, _, name, _, received, text, _, closed in dataset:
                records.append(
                    [f"S{number}", "other", name, "online", received, text, "grant", closed, other.pk, "closed"]
                )
            result = Stock().import_data(records, raise_errors=True)
            assert result.totals["new"] == rows

        seconds = _seconds(ours)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        again = _seconds(ours)
        plain = _seconds(stock)
        job = _seconds(lambda: _as_job(Path(file.name)))
    return {
        "rows": rows,
        "import_ledger (s)": round(seconds, 1),
        "the same file again (s)": round(again, 1),
        "stock ModelResource (s)": round(plain, 1),
        "checked and written by the page's job (s)": round(job, 1),
        "job / import_ledger (≤ 2)": round(job / seconds, 2),
        "times faster (≥ 5)": round(plain / seconds, 1),
        "largest memory of the process (MB, < 300)": memory,
    }


def _as_job(file: Path) -> None:
    """The same workbook into an agency of its own, the way it goes from the page."""
    from django.contrib.auth import get_user_model
    from django.core.files.uploadedfile import SimpleUploadedFile

    from disclosures.ledger import jobs
    from disclosures.models import Agency, LedgerImport, LedgerImportState, Membership

    agency = Agency.objects.create(code="bench-job", name="示例job")
    officer = get_user_model().objects.create_user("bench-importer")
    Membership.objects.create(user=officer, agency=agency, role="case_officer")
    upload = SimpleUploadedFile("台账.xlsx", file.read_bytes())
    job = LedgerImport.objects.create(user=officer, agency=agency, file=upload, name="台账.xlsx")
    jobs.check.call(job.pk)
    LedgerImport.objects.update(state=LedgerImportState.WAITING)
    jobs.write.call(job.pk)
    job.refresh_from_db()
    assert job.state == LedgerImportState.DONE, job.result


def roll_up(number: int) -> dict[str, Any]:
    """A parent with ``number`` children: its report from their accepted tables, the page of who is missing, accepting.

    Half of the children handed in a file, which is kept whole with its text.
    """
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.test.utils import override_settings

    from disclosures.models import Agency, Membership
    from reports import document, rollup
    from reports.models import AnnualReport, Delivery
    from reports.rollup import deliveries

    parent = Agency.objects.create(code="bench-parent", name="示例市人民政府", level="city")
    officer = get_user_model().objects.create_user("bench-district")
    Membership.objects.create(user=officer, agency=parent, role="report_officer")
    children = [
        Agency.objects.create(code=f"bench-child-{place}", name=f"示例单位{place}", parent=parent)
        for place in range(number)
    ]
    report = document.as_json(document.assemble(AnnualReport(agency=children[0], year=2022)))
    report["tables"]["requests"]["new"]["natural_person"] = 7
    text = {"overview": "示例文字。" * 1500}
    few = {key: report[key] for key in ("tables", "agency", "year", "status", "issued_on", "narrative")}
    Delivery.objects.bulk_create(
        (
            Delivery(
                to_agency=parent,
                agency=child,
                year=2022,
                digest=f"{place:064x}",
                document=rollup.kept(few if place % 2 else {**report, "narrative": text}),
            )
            for place, child in enumerate(children)
        ),
        batch_size=500,
    )
    page = Client()
    page.force_login(officer)
    address = f"/admin/reports/rollup/?year=2022&agency={parent.pk}"
    static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    from django.conf import settings

    with override_settings(STORAGES={**settings.STORAGES, **static}, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False):
        assert page.get(address).status_code == 200
        shown = best_of(3, lambda: page.get(address))
    expected = [delivery.pk for delivery in deliveries.clean(parent, 2022)]
    taken = _seconds(lambda: deliveries.accept_all(to_agency=parent, year=2022, expected=expected, by=officer))
    summed = best_of(3, lambda: rollup.accepted(parent, 2022))
    whole = best_of(3, lambda: document.assemble(AnnualReport(agency=parent, year=2022)))
    figures = document.assemble(AnnualReport(agency=parent, year=2022)).figures
    assert figures["requests.new.natural_person"] == 7 * number
    return {
        "children": number,
        "their tables added up (s, ≤ 2)": round(summed, 2),
        "the parent's report with checks (s)": round(whole, 2),
        "page of who is missing (s, ≤ 1)": round(shown, 2),
        "all accepted at once (s, ≤ 5)": round(taken, 2),
    }


def gate() -> dict[str, Any]:
    """Attachments of several megabytes at the release gate: read, and searched for personal data."""
    import random
    from copy import deepcopy
    from io import BytesIO

    from docx import Document
    from openpyxl import Workbook

    from disclosures.gate import reader_process

    chance = random.Random(1)
    signs = "关于开展城市管理执法检查的通知各有关单位根据要求现将事项公布如下请遵照执行示例区综合行政执法局办公室"

    def words(length: int) -> str:
        return "".join(chance.choices(signs, k=length))

    def text() -> bytes:
        return "\n".join(f"第{line}条 {words(60)} 电话010-00000000" for line in range(47_000)).encode()

    def workbook(blocks: int) -> bytes:
        """20,000 rows; six columns a block."""
        book, out = Workbook(write_only=True), BytesIO()
        sheet = book.create_sheet("名单")
        for row in range(20_000):
            cells = [row, words(30), words(20), f"2026-{row % 12 + 1:02}-01", row * 3.7, words(12)]
            sheet.append([cell for block in range(blocks) for cell in (cells if block == 0 else again(cells, row))])
        book.save(out)
        return out.getvalue()

    def again(cells: list[Any], row: int) -> list[Any]:
        return [row * 7, words(12), words(8), cells[3], row + 0.25, f"第{row}号"]

    def document() -> bytes:
        found, out = Document(), BytesIO()
        first = found.add_paragraph("示例")._p
        for _ in range(30_000):
            paragraph = deepcopy(first)
            paragraph.r_lst[0].text = words(110)
            first.addprevious(paragraph)
        found.save(out)
        return out.getvalue()

    told: dict[str, Any] = {}
    made = {"a.txt": text(), "120,000 cells.xlsx": workbook(1), "360,000 cells.xlsx": workbook(3), "a.docx": document()}
    for name, data in made.items():

        def scan(name: str = name, data: bytes = data) -> None:
            reader_process.examine(BytesIO(data), name, [])

        told[f"{name}, {len(data) / 1e6:.1f} MB (s, ≤ 2)"] = round(best_of(2, scan), 2)
    return told


def redating(number: int) -> dict[str, Any]:
    """An edit of the calendar that moves most of ``number`` open cases, half of them with two to four steps."""
    from disclosures import calendars
    from disclosures.models import Agency
    from requests_app.enums import ApplicantKind, EventKind
    from requests_app.models import DisclosureRequest, Proposal, RequestEvent
    from requests_app.redating import redate

    agency = Agency.objects.create(code="bench-redating", name="示例redating")
    received = [date(2026, 8, 17) + timedelta(days=place % 28) for place in range(number)]
    cases = DisclosureRequest.objects.bulk_create(
        DisclosureRequest(
            agency=agency,
            number=str(place),
            applicant_kind=ApplicantKind.NATURAL_PERSON,
            applicant_name="示例",
            received_on=day,
            description="示例",
        )
        for place, day in enumerate(received)
    )
    asked = [
        RequestEvent(request=case, kind=EventKind.CORRECTION_ASKED, on=day + timedelta(days=1))
        for case, day in zip(cases[::2], received[::2], strict=True)
    ]
    sent = [
        RequestEvent(request=case, kind=EventKind.CONSULTATION_SENT, on=day + timedelta(days=8))
        for case, day in zip(cases[::4], received[::4], strict=True)
    ]
    RequestEvent.objects.bulk_create([*asked, *sent])
    RequestEvent.objects.bulk_create(
        RequestEvent(request=step.request, kind=kind, on=step.on + timedelta(days=3), answers=answers)
        for step, kind, answers in (
            *((step, EventKind.CORRECTION_RECEIVED, None) for step in asked),
            *((step, EventKind.CONSULTATION_RETURNED, step) for step in sent),
        )
    )
    Proposal.objects.bulk_create(
        Proposal(agency=agency, kind="npc", number=str(place), title="示例", assigned_on=day)
        for place, day in enumerate(received[: number // 10])
    )
    redate(calendars.current())
    published = calendars.days_of(2026)
    # In September a Saturday more is worked and two days less.
    edited = [
        *published,
        calendars.Day(date(2026, 9, 12), "work"),
        calendars.Day(date(2026, 9, 14), "rest", "示例"),
        calendars.Day(date(2026, 9, 15), "rest", "示例"),
    ]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    moved: list[int] = []

    def edit(days: list[calendars.Day]) -> None:
        moved.append(len(calendars.replace_year(year=2026, days=days, number="示例", by=None).moved))

    seconds, back_again = _seconds(lambda: edit(edited)), _seconds(lambda: edit(published))
    previewed = _seconds(lambda: calendars.preview_year(year=2026, days=edited))
    return {
        "open requests": number,
        "moved": moved[0],
        "an edit that moves them (s, ≤ 5)": round(seconds, 2),
        "the edit taken back (s, ≤ 5)": round(back_again, 2),
        "preview (s)": round(previewed, 2),
        "memory more at its largest (MB)": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 - memory,
    }


def figures(number: int) -> dict[str, Any]:
    """A year's figures over ``number`` requests of one agency, beside hand-written SQL for the same answers."""
    from django.db import connection

    from disclosures.models import Agency
    from reports.figures import collect, collect_years
    from reports.records import weights_of

    agency = Agency.objects.create(code="bench-figures", name="示例figures")
    _ten_years_of_requests(agency, number)
    year = 2022
    values: dict[str, Any] = {"agency": agency.pk, "first": date(year, 1, 1), "last": date(year, 12, 31)}

    def hand() -> None:
        with connection.cursor() as cursor:
            for sql, arguments in HAND_WRITTEN:
                cursor.execute(sql, [values[name] for name in arguments])
                cursor.fetchall()

    theirs = best_of(5, hand)
    ours, both = best_of(5, lambda: collect(agency, year)), best_of(5, lambda: collect_years(agency, [year - 1, year]))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    kept = _seconds(lambda: weights_of(agency, year))
    return {
        "requests": number,
        "all figures (ms)": round(ours * 1000),
        "hand-written SQL (ms)": round(theirs * 1000),
        "ratio (≤ 1.3)": round(ours / theirs, 2),
        "this year's and last year's (ms)": round(both * 1000),
        "records behind every figure (s)": round(kept, 2),
        "memory more for them (MB)": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 - memory,
    }


# Answers with their timeliness, what was open at either end of the year, days taken, channels, steps and fees; all but
# the last from an index alone. What else a report asks, it asks of small tables.
HAND_WRITTEN = (
    (
        """SELECT outcome, applicant_kind, received_on < %s, answered_on > due_on, COUNT(*)
        FROM requests_app_disclosurerequest
        WHERE agency_id = %s AND answered_on BETWEEN %s AND %s GROUP BY 1, 2, 3, 4""",
        ("first", "agency", "first", "last"),
    ),
    (
        """SELECT applicant_kind, received_on < %s, COUNT(*) FROM requests_app_disclosurerequest
        WHERE agency_id = %s AND answered_on > %s AND received_on <= %s GROUP BY 1, 2""",
        ("first", "agency", "last", "last"),
    ),
    (
        """SELECT applicant_kind, received_on < %s, COUNT(*) FROM requests_app_disclosurerequest
        WHERE agency_id = %s AND answered_on IS NULL AND received_on <= %s GROUP BY 1, 2""",
        ("first", "agency", "last"),
    ),
    (
        """SELECT answered_on, received_on, COUNT(*) FROM requests_app_disclosurerequest
        WHERE agency_id = %s AND answered_on BETWEEN %s AND %s GROUP BY 1, 2""",
        ("agency", "first", "last"),
    ),
    (
        """SELECT channel, COUNT(*) FROM requests_app_disclosurerequest
        WHERE agency_id = %s AND received_on BETWEEN %s AND %s GROUP BY 1""",
        ("agency", "first", "last"),
    ),
    (
        """SELECT e.kind, COUNT(*), SUM(e.amount) FROM requests_app_requestevent e
        JOIN requests_app_disclosurerequest r ON r.id = e.request_id
        WHERE r.agency_id = %s AND e."on" BETWEEN %s AND %s
        AND e.kind IN ('extended', 'correction_asked', 'correction_received', 'fee_notice', 'fee_paid') GROUP BY 1""",
        ("agency", "first", "last"),
    ),
)


def _ten_years_of_requests(agency: Any, number: int) -> None:
    """2016 to 2025, a fiftieth of them open, every twentieth extended."""
    from itertools import islice

    from django.db import connection

    from requests_app.enums import ApplicantKind, EventKind, RequestChannel
    from requests_app.models import DisclosureRequest, RequestEvent
    from requests_app.outcomes import Outcome

    kinds, channels, outcomes = list(ApplicantKind), list(RequestChannel), list(Outcome)
    days = 365 * 10

    def rows() -> Any:
        for place in range(number):
            received = date(2016, 1, 1) + timedelta(days=place * days // number)
            is_open = place % 50 == 0
            yield DisclosureRequest(
                agency=agency,
                number=str(place),
                applicant_kind=kinds[place % 6],
                applicant_name="示例",
                channel=channels[place % 5],
                received_on=received,
                due_on=received + timedelta(days=30),
                description="示例",
                outcome="" if is_open else outcomes[place % len(outcomes)],
                answered_on=None if is_open else received + timedelta(days=place % 40),
                state="handling" if is_open else "closed",
            )

    waiting = rows()
    while batch := list(islice(waiting, 20_000)):
        stored = DisclosureRequest.objects.bulk_create(batch, batch_size=2000)
        RequestEvent.objects.bulk_create(
            RequestEvent(request=case, kind=EventKind.EXTENDED, on=case.received_on, days=20)
            for case in stored[::20]
            if case.received_on
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
