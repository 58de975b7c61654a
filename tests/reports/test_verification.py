"""The public page that tells whether a file is the one that was issued: identical, changed, signed by whom."""

import hashlib
import json
import subprocess
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

from reports import document
from reports.models import AnnualReport, IssuedFile
from reports.portal import verification as verification_page
from reports.rendering.json import render_json
from reports.sealing import signatures
from reports.sealing.seal import render_signed
from tests.certificates import key_store
from tests.factories.disclosures import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.reports import AnnualReportFactory, published

ADDRESS = "/bureau/reports/2022/verify/"


def small_pdf(text="x"):
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": text})
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def report(db):
    """Issued and published by the proper steps, with one file kept."""
    agency = AgencyFactory(code="bureau", name="示例局")
    report = AnnualReportFactory(agency=agency, created_by=UserFactory())
    manager = MembershipFactory(agency=agency, role="manager").user
    report = published(report, manager)
    keep(report, "pdf", small_pdf("issued"))
    return report


def keep(report, kind, data):
    # Issuing keeps files of its own; the ones of these tests stand in their place.
    IssuedFile.objects.filter(report=report, kind=kind).delete()
    IssuedFile.objects.create(
        report=report,
        kind=kind,
        file=ContentFile(data, f"report.{kind}"),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


@pytest.fixture(autouse=True)
def _nobody_came_before():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def seal(settings, tmp_path):
    settings.SEAL_CERTIFICATE, settings.SEAL_PASSWORD, settings.SEAL_IMAGE = tmp_path / "seal.p12", "秘密", None
    settings.SEAL_CERTIFICATE.write_bytes(key_store("示例局", "秘密"))


def signed(data):
    return render_signed(data, reason="定稿", at=datetime(2026, 1, 20, tzinfo=UTC))


def asked(client, data, name="report.pdf"):
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, data)})


def verdict_of(response):
    assert response.status_code == 200
    return response.context["verdict"]


def test_page_shows_what_was_kept(client, report, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        page = client.get(ADDRESS).content.decode()

    assert report.digest in page and "2023年1月16日" in page and "第1版" in page
    assert report.files.get(kind="pdf").sha256 in page
    assert "csrf" not in page and "<script>" not in page


def test_year_without_a_published_report_is_not_found(client, report):
    AnnualReportFactory(agency=report.agency, year=2021)

    assert client.get("/bureau/reports/2021/verify/").status_code == 404
    assert client.post("/bureau/reports/2021/verify/", {}).status_code == 404


def test_issued_file_is_identical_and_one_byte_more_is_not(client, report):
    same, other = asked(client, small_pdf("issued")), asked(client, small_pdf("issued") + b"\n")

    assert verdict_of(same).heading == "与定稿文件完全一致" and verdict_of(same).tone == "good"
    assert verdict_of(other).heading == "与定稿文件不一致" and "没有电子签章" in other.content.decode()
    assert "set-cookie" not in same.headers


def test_nothing_is_stored(client, report, settings):
    before = set(settings.MEDIA_ROOT.rglob("*")) if settings.MEDIA_ROOT.exists() else set()

    asked(client, b"%PDF-1.7 " + b"x" * 3_000_000)

    assert set(settings.MEDIA_ROOT.rglob("*")) == before
    assert IssuedFile.objects.count() == report.files.count()


def test_corrected_version_says_so(client, report):
    keep(report, "pdf", small_pdf("first"))
    second = AnnualReport.objects.get(pk=report.pk)
    second.pk, second.version, second.corrects_id, second.digest = None, 2, report.pk, "b" * 64
    second.issued_on = date(2023, 3, 1)
    second.save()
    keep(second, "pdf", small_pdf("second"))

    old, new = verdict_of(asked(client, small_pdf("first"))), verdict_of(asked(client, small_pdf("second")))

    assert old.tone == "caution" and "2023年3月1日的第2版更正" in "".join(old.sentences)
    assert new.tone == "good"


def test_signed_file_tells_by_whom_and_whether_it_holds(client, report, seal):
    data = signed(small_pdf("signed"))
    keep(report, "signed", data)

    kept, other = verdict_of(asked(client, data)), verdict_of(asked(client, signed(small_pdf("another year"))))
    broken = bytearray(data)
    broken[data.index(b"/MediaBox") + 12] ^= 1
    broken = verdict_of(asked(client, bytes(broken)))
    added = verdict_of(asked(client, data + b"\n"))

    assert kept.tone == "good" and "示例局（本机关的证书）" in "".join(kept.sentences)
    assert "签章完好" in "".join(kept.sentences)
    assert other.tone == "caution" and "不是这一年度的定稿文件" in other.heading
    assert broken.tone == "bad" and broken.heading == "电子签章已失效"
    assert added.tone == "bad" and added.heading == "电子签章已失效"


def test_somebody_elses_signature_is_not_taken_for_ours(client, report, seal, settings, tmp_path):
    ours = settings.SEAL_CERTIFICATE
    settings.SEAL_CERTIFICATE = tmp_path / "other.p12"
    settings.SEAL_CERTIFICATE.write_bytes(key_store("冒名者", "秘密"))
    data = signed(small_pdf("x"))
    settings.SEAL_CERTIFICATE = ours

    verdict = verdict_of(asked(client, data))

    assert verdict.tone == "caution" and verdict.heading == "与定稿文件不一致"
    assert "冒名者" in "".join(verdict.sentences) and "本机关的证书" not in "".join(verdict.sentences)


def test_data_written_in_another_way_is_the_same_and_one_figure_is_not(client, report):
    content = json.loads(render_json(document.of(report)))

    same = verdict_of(asked(client, json.dumps(content).encode(), "a.json"))
    content["tables"]["requests"]["new"]["total"] = 7
    other = verdict_of(asked(client, json.dumps(content).encode(), "a.json"))

    assert (same.tone, same.heading) == ("good", "数据与定稿一致")
    assert other.tone == "bad"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + b"garbage" * 1000,
        b"{" * 100_000,
        b'{"a":' * 50_000,
        b"\x00\xff" * 1000,
        b"%PDF-1.7\n1 0 obj\n<<" + b"/A <<" * 30_000,
        b"[1]",
    ],
    ids=["no pdf", "no json", "deep json", "bytes", "deep pdf", "list"],
)
def test_whatever_is_sent_gets_an_answer(client, report, data):
    assert verdict_of(asked(client, data)).tone == "bad"


def test_pdf_that_takes_too_long_is_given_up(client, report, monkeypatch):
    def endless(*arguments, timeout, **options):
        raise subprocess.TimeoutExpired("x", timeout)

    monkeypatch.setattr(signatures.subprocess, "run", endless)

    assert "已损坏或结构异常" in "".join(verdict_of(asked(client, small_pdf("y"))).sentences)


def test_what_cannot_be_looked_at_is_refused_in_words(client, report, monkeypatch):
    nothing = client.post(ADDRESS, {})
    empty = asked(client, b"")
    monkeypatch.setattr(verification_page.verification, "LARGEST", 1000)
    large = asked(client, b"x" * 2000)
    announced = client.post(ADDRESS, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=10**9)

    assert [nothing.status_code, empty.status_code] == [400, 400]
    assert [large.status_code, announced.status_code] == [413, 413]
    assert "请先选择" in nothing.content.decode() and "超过10MB" in large.content.decode()


def test_too_many_in_a_minute_wait_and_others_do_not(client, report, monkeypatch):
    monkeypatch.setattr(verification_page, "A_MINUTE", 2)
    monkeypatch.setattr(verification_page.time, "time", lambda: 1_700_000_000.0)

    answers = [asked(client, b"x").status_code for _ in range(3)]
    other = client.post(ADDRESS, {"file": SimpleUploadedFile("a", b"x")}, REMOTE_ADDR="192.0.2.7")

    assert answers == [200, 200, 429] and other.status_code == 200


def test_busy_process_says_so(client, report, monkeypatch):
    monkeypatch.setattr(verification_page, "PATIENCE", 0)
    with verification_page.AT_ONCE, verification_page.AT_ONCE:
        response = asked(client, b"x")

    assert response.status_code == 503 and "稍后再试" in response.content.decode()
