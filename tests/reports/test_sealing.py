"""The electronic seal: made with a certificate of the test, intact until one byte changes, and still PDF/A."""

import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO

import page
import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from disclosures.printing import fonts
from disclosures.printing.pdf import PRINT_CSS, Renderer, Variant
from reports.document import ReportDocument
from reports.figures import Figures
from reports.rendering.html import under_seal
from reports.sealing import seal
from tests.certificates import key_store

NOW = datetime(2026, 1, 20, 9, tzinfo=UTC)
PLACE = """<p>{}</p><div class="signature sealed" style="width: 7em; margin-right: 4em"><p>示例市公安局</p>
<p>2026年1月20日</p><span class="seal" id="seal"></span></div>"""


@pytest.fixture(scope="module")
def archive():
    """A small archival PDF whose signature stands on its second page."""
    from django.conf import settings

    if not (settings.FONTS_DIR / fonts.FACES[0].file).exists():
        pytest.skip("fonts are not there: make install")
    with Renderer() as renderer:
        style = renderer.font_faces() + PRINT_CSS.read_text("utf-8")
        body = PLACE.format("公开的信息" * 130)
        html = f"<html lang=zh-CN><head><title>示例</title><style>{style}</style></head><body>{body}</body></html>"
        return renderer.render(html, variant=Variant.ARCHIVE)


@pytest.fixture
def certificate(settings, tmp_path):
    settings.SEAL_CERTIFICATE = tmp_path / "seal.p12"
    settings.SEAL_CERTIFICATE.write_bytes(key_store("示例市公安局", "秘密"))
    settings.SEAL_PASSWORD, settings.SEAL_IMAGE = "秘密", None
    return settings.SEAL_CERTIFICATE


@pytest.fixture
def image(settings, tmp_path):
    picture = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((5, 5, 295, 295), outline=(220, 0, 0, 255), width=12)
    picture.save(tmp_path / "seal.png")
    settings.SEAL_IMAGE = tmp_path / "seal.png"


def status_of(pdf):
    """What pyHanko's own validator says."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    trusted = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    return signature, validate_pdf_signature(signature, trusted)


def both_standards(pdf):
    return all(
        page.is_pdf_compliant_bytes(pdf, profile=profile)
        for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
    )


def test_signature_is_intact_covers_all_and_keeps_both_standards(archive, certificate):
    signed = seal.render_signed(archive, reason="年度报告定稿", at=NOW)

    signature, status = status_of(signed)
    assert status.intact and status.valid and status.bottom_line
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.sig_object["/Reason"] == "年度报告定稿"
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.signer_cert.sha256.hex() == seal.own_fingerprint()
    assert signed.startswith(archive), "an addition to the copy, which stays as it is"
    assert both_standards(signed)


def test_one_changed_byte_breaks_it(archive, certificate):
    """The twin."""
    signed = bytearray(seal.render_signed(archive, reason="定稿", at=NOW))
    signed[len(archive) // 2] ^= 1

    assert not status_of(bytes(signed))[1].intact


def test_seal_stands_in_the_middle_of_the_signature_and_keeps_both_standards(archive, certificate, image):
    signed = seal.render_signed(archive, reason="定稿", at=NOW)

    assert both_standards(signed)
    (field,) = PdfReader(BytesIO(signed)).get_fields().values()
    assert status_of(signed)[1].bottom_line and field["/TU"] == "电子印章"
    reader = PdfReader(BytesIO(signed))
    (mark,) = [mark.get_object() for mark in reader.pages[1]["/Annots"]]
    left, bottom, right, top = (float(value) for value in mark["/Rect"])
    millimetre = 72 / 25.4
    assert abs((right - left) / millimetre - 42) < 0.2 and abs((top - bottom) / millimetre - 42) < 0.2
    # On an even page the type area ends at 182 mm; the signature is seven characters wide and ends four before that.
    middle = 182 - (4 + 3.5) * 15.75 / millimetre
    assert abs((left + right) / 2 / millimetre - middle) < 0.3


def test_without_the_tag_the_signed_copy_would_not_be_accessible(archive, certificate, image, monkeypatch):
    """The twin."""
    monkeypatch.setattr(seal, "_tag", lambda *arguments: None)

    signed = seal.render_signed(archive, reason="定稿", at=NOW)

    assert not page.is_pdf_compliant_bytes(signed, profile=page.ValidationProfile.PDF_UA_1)


def test_image_on_a_page_without_its_place_is_left_out(certificate, image):
    from weasyprint import HTML

    signed = seal.render_signed(HTML(string="<p>x</p>").write_pdf(), reason="定稿", at=NOW)

    assert status_of(signed)[1].intact
    assert (
        "/Annots" not in PdfReader(BytesIO(signed)).pages[0]
        or "/AP" not in PdfReader(BytesIO(signed)).pages[0]["/Annots"][0].get_object()
    )


def test_certificate_out_of_its_time_signs_nothing(archive, certificate):
    with pytest.raises(seal.SealUnusable, match="有效期是2020年1月1日至2039年1月1日.*SEAL_CERTIFICATE"):
        seal.render_signed(archive, reason="定稿", at=datetime(2041, 1, 1, tzinfo=UTC))


def test_without_a_certificate_it_says_what_to_set(archive, settings):
    settings.SEAL_CERTIFICATE = None

    with pytest.raises(seal.SealUnusable, match="SEAL_CERTIFICATE"):
        seal.render_signed(archive, reason="定稿", at=NOW)
    assert seal.own_fingerprint() == ""


@pytest.mark.parametrize(
    ("name", "width", "indent"),
    [("公安局", "6.5", "4"), ("威海市文登区综合行政执法局", "13", "0.75"), ("甲" * 20, "20", "0")],
)
def test_date_stands_four_characters_in_and_the_name_over_it(name, width, indent):
    """GB/T 9704-2012 7.3.5.1; 2023年1月16日 is six and a half characters wide."""
    report = ReportDocument(
        agency_code="x",
        agency_name=name,
        agency_level="department",
        status="issued",
        issued_on=None,
        signed_on=datetime(2023, 1, 16).date(),
        figures=Figures(2022, {}, {}),
        preamble=(),
        parts=(),
        results=(),
    )

    found = under_seal(report)

    assert (found.width, found.indent) == (width, indent)


@pytest.mark.parametrize(
    ("password", "picture", "said"),
    [("wrong", None, "SEAL_PASSWORD"), ("秘密", b"GIF89a", "SEAL_IMAGE"), (None, None, "SEAL_CERTIFICATE")],
)
def test_wrong_setting_stops_the_start(tmp_path, password, picture, said):
    import os

    store, seal = tmp_path / "seal.p12", tmp_path / "seal.png"
    store.write_bytes(key_store("示例", "秘密") if password else b"no key store")
    seal.write_bytes(picture or b"\x89PNG\r\n\x1a\n")
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment |= {"SEAL_CERTIFICATE": str(store), "SEAL_PASSWORD": password or "", "SEAL_IMAGE": str(seal)}

    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"], env=environment, capture_output=True, text=True
    )

    assert done.returncode != 0 and said in done.stderr.splitlines()[-1] and "请" in done.stderr.splitlines()[-1]
