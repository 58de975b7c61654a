"""Batch printing: every report below in one package, with progress, cancel, going on, and failures named."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosures.printing.pdf import RenderingFailed
from reports import actions, kept_files
from reports.models import AnnualReport, BatchState, ReportBatch
from reports.rollup import batches
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.reports import AnnualReportFactory, DeliveryFactory
from tests.reports.test_rollup import corrected, issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return AgencyFactory(code="district", name="示例区人民政府", level="county", has_portal=False)


@pytest.fixture
def officer(district):
    return MembershipFactory(agency=district, role="report_officer").user


@pytest.fixture
def printed(monkeypatch):
    """What was printed, by agency; a PDF costs a second."""
    found = []

    def document(job):
        if "意外" in job.agency.name:
            raise KeyError("printed")
        return job.agency.name

    class Pool:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def font_faces(self):
            return ""

        def render_all(self, pages):
            for job, page, _ in pages:
                found.append(page)
                yield job, RenderingFailed("字体中没有字符") if "坏" in page else f"%PDF {page}".encode()

    monkeypatch.setattr(batches, "_document", document)
    monkeypatch.setattr(batches, "print_page", lambda name, faces: name)
    monkeypatch.setattr(batches, "Renderers", Pool)
    return found


def package_of(batch):
    with batch.file.open("rb") as file, zipfile.ZipFile(io.BytesIO(file.read())) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_package_holds_every_report_and_names_the_rest(district, officer, printed):
    issued(AgencyFactory(parent=district, code="first", name="第一局"))
    issued(AgencyFactory(parent=district, name="坏字局"))
    AnnualReportFactory(agency=AgencyFactory(parent=district, name="编制局"))
    DeliveryFactory(to_agency=district, agency=AgencyFactory(parent=district, code="file", name="外系统/局"))

    batch = batches.start(agency=district, year=2022, by=officer)

    assert (batch.state, batch.done, batch.total, batch.percent) == (BatchState.DONE, 3, 3, 100)
    assert batch.failures == [{"agency": "坏字局", "reason": "字体中没有字符"}]
    files = package_of(batch)
    assert sorted(files) == [
        "外系统_局2022年政府信息公开工作年度报告（file）.pdf",
        "目录.txt",
        "第一局2022年政府信息公开工作年度报告（first）.pdf",
    ]
    listed = files["目录.txt"].decode("utf-8-sig")
    assert "未能生成　坏字局：字体中没有字符" in listed and "没有定稿　编制局" in listed
    assert batch.file.name.startswith("private/batches/")


def test_error_nobody_foresaw_costs_one_report(district, officer, printed, caplog):
    issued(AgencyFactory(parent=district, name="意外局"))
    issued(AgencyFactory(parent=district))

    batch = batches.start(agency=district, year=2022, by=officer)

    assert (batch.state, len(package_of(batch))) == (BatchState.DONE, 2)
    assert "请把机关名称和时间告诉系统管理员" in batch.failures[0]["reason"] and "KeyError" in caplog.text


def test_newest_version_is_printed(district, printed):
    bureau = AgencyFactory(parent=district)
    first = issued(bureau)
    second = corrected(first)
    actions.correct(report=second, by=None, reason="再更正")

    jobs, missing = batches.jobs_of(district, 2022)

    assert [job.report for job in jobs] == [second] and missing == []


def test_jobs_cost_the_same(district, django_assert_num_queries):
    for _ in range(3):
        issued(AgencyFactory(parent=district))
        with django_assert_num_queries(3):
            batches.jobs_of(district, 2022)


def test_nothing_to_print_and_nobody_to_print_for(district, officer):
    AnnualReportFactory(agency=AgencyFactory(parent=district))
    with pytest.raises(ValidationError, match="还没有2022年定稿的报告"):
        batches.start(agency=district, year=2022, by=officer)
    with pytest.raises(ValidationError, match="您不能导出"):
        batches.start(agency=district, year=2022, by=MembershipFactory().user)
    assert not ReportBatch.objects.exists()


def test_cancelled_while_it_runs_and_taken_up_again(district, officer, printed, monkeypatch):
    for _ in range(3):
        issued(AgencyFactory(parent=district))
    monkeypatch.setattr(batches, "TOLD_EVERY", 0)
    given, asked = batches._document, []

    def cancel_in_the_middle(job):
        if len(printed) == 1 and not asked:
            asked.append(batches.cancel(ReportBatch.objects.get()))
        return given(job)

    monkeypatch.setattr(batches, "_document", cancel_in_the_middle)
    batch = batches.start(agency=district, year=2022, by=officer)
    assert (batch.state, batch.done, bool(batch.file)) == (BatchState.CANCELLED, 2, False)

    batches.run_again(batch)

    batch.refresh_from_db()
    assert (batch.state, batch.done, len(package_of(batch))) == (BatchState.DONE, 3, 4)
    with pytest.raises(ValidationError, match="正在生成"):
        batches.run_again(batch)


def test_batch_that_died_is_begun_again_and_a_living_one_left_alone(district, officer, printed):
    issued(AgencyFactory(parent=district))
    alive = ReportBatch.objects.create(
        agency=district, year=2022, user=officer, state=BatchState.RUNNING, alive_at=timezone.now()
    )
    assert batches.start(agency=district, year=2022, by=officer) == alive and printed == []
    with pytest.raises(ValidationError, match="正在生成"):
        batches.run_again(alive)
    ReportBatch.objects.update(alive_at=timezone.now() - timedelta(minutes=5))
    alive.refresh_from_db()

    batches.run_again(alive)

    alive.refresh_from_db()
    assert alive.state == BatchState.DONE


def test_package_goes_after_a_week(district, officer, printed):
    issued(AgencyFactory(parent=district))
    batch = batches.start(agency=district, year=2022, by=officer)
    storage, name = batch.file.storage, batch.file.name
    ReportBatch.objects.update(created_at=timezone.now() - timedelta(days=8))

    batches.forget_old()

    assert not ReportBatch.objects.exists() and not storage.exists(name)


def test_pages_begin_tell_and_hand_over(client, district, officer, printed):
    issued(AgencyFactory(parent=district, name="坏字局"))
    issued(AgencyFactory(parent=district))
    client.force_login(officer)

    answer = client.post(f"/admin/reports/rollup/batch/?agency={district.pk}&year=2022", follow=True)

    shown = answer.content.decode()
    assert "✓ 已生成1份" in shown and "未能生成（1份）" in shown and "字体中没有字符" in shown
    batch = ReportBatch.objects.get()
    got = client.get(f"/admin/reports/batches/{batch.pk}/download/")
    assert b"".join(got.streaming_content).startswith(b"PK") and "annual-reports.zip" in got["Content-Disposition"]
    told = client.get(f"/admin/reports/batches/{batch.pk}/?as=json").json()
    assert told == {"running": False, "percent": 100, "said": "已生成"}
    stranger = MembershipFactory(role="manager").user
    client.force_login(stranger)
    assert client.get(f"/admin/reports/batches/{batch.pk}/").status_code == 404


def test_page_of_a_running_batch_works_without_scripts(client, district, officer):
    batch = ReportBatch.objects.create(
        agency=district, year=2022, user=officer, state=BatchState.RUNNING, alive_at=timezone.now(), done=1, total=4
    )
    client.force_login(officer)
    address = f"/admin/reports/batches/{batch.pk}/"

    shown = client.get(address).content.decode()

    assert "正在生成，1 / 4 份（25%）" in shown and 'http-equiv="refresh"' in shown
    assert client.get(f"{address}download/").status_code == 404
    client.post(f"{address}cancel/")
    batch.refresh_from_db()
    assert batch.cancel_asked
    ReportBatch.objects.update(alive_at=timezone.now() - timedelta(minutes=5))
    assert "生成中断了" in client.get(address).content.decode()


def test_what_was_kept_on_issuing_is_taken_as_it_is(district, officer, printed):
    report = issued(AgencyFactory(parent=district, name="第一局"))
    kept_files.store(report, {"pdf": ("pdf.pdf", b"%PDF kept")})
    damaged = issued(AgencyFactory(parent=district, name="第二局"))
    kept_files.store(damaged, {"pdf": ("pdf.pdf", b"%PDF kept")})
    damaged.files.filter(kind="pdf").update(sha256="0" * 64)

    batch = batches.start(agency=district, year=2022, by=officer)

    assert printed == [] and b"%PDF kept" in package_of(batch).values()
    assert [each["agency"] for each in batch.failures] == ["第二局"] and "请从备份恢复" in batch.failures[0]["reason"]


@pytest.mark.real_print
def test_reports_of_both_kinds_are_really_printed(district, officer):
    issued(AgencyFactory(parent=district, code="here"))
    DeliveryFactory(to_agency=district, agency=AgencyFactory(parent=district, code="file"))

    batch = batches.start(agency=district, year=2022, by=officer)

    assert batch.failures == []
    pdfs = [data for name, data in package_of(batch).items() if name.endswith(".pdf")]
    assert len(pdfs) == 2 and all(data.startswith(b"%PDF-") for data in pdfs)
    assert AnnualReport.objects.count() == 1
