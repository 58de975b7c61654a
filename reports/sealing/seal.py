"""The electronic seal: a PAdES signature over a report's archival PDF, by the certificate of the settings.

Nothing is asked of any other machine: no time stamp, no revocation list. The signature's mark on the page is tagged,
so that a signed PDF/A-3a that is PDF/UA-1 too stays both.
"""

from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from disclosures.dates import told

if TYPE_CHECKING:
    from pyhanko.pdf_utils.images import PdfImage
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import SimpleSigner

FIELD = "Seal"
WIDTH = 42 / 25.4 * 72  # points; 国发〔1999〕25号: the seal of a county's organ measures 42 mm across
INK_OPACITY = 0.8  # the name stays readable under it, as under ink
ANCHOR = "seal"  # its middle, in templates/reports/pdf/report.html
INK, PAPER = "电子印章", "电子签章（不显示印章图样）"


class SealUnusable(Exception):
    """Nothing was signed; the message tells a person why and what to do."""


def is_configured() -> bool:
    return settings.SEAL_CERTIFICATE is not None


def own_fingerprint() -> str:
    """SHA-256 of the seal's certificate in hex; empty without one that can be read."""
    if not is_configured():
        return ""
    try:
        return _certificate(_signer(settings.SEAL_CERTIFICATE, settings.SEAL_PASSWORD)).sha256.hex()
    except SealUnusable:
        return ""


def render_signed(pdf: bytes, *, reason: str, at: datetime) -> bytes:
    """The PDF with a signature that any change would break; ``at`` is aware. Raises ``SealUnusable``.

    The seal's image, where there is one, stands at the place that ``render_archive(…, for_seal=True)`` left for it.
    """
    # Slow to load, and needed by offices with a seal alone.
    from pyhanko.pdf_utils.images import PdfImage
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    if not is_configured():
        raise SealUnusable("没有设置签章证书，请联系管理员设置 SEAL_CERTIFICATE")
    signer = _signer(settings.SEAL_CERTIFICATE, settings.SEAL_PASSWORD)
    _require_in_force(signer, at)

    class Writer(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """Nothing: it would write the archival metadata anew in a form that ISO 19005-3 does not know."""

    writer = Writer(BytesIO(pdf))
    image = PdfImage(str(settings.SEAL_IMAGE)) if settings.SEAL_IMAGE else None
    place = _place(writer, image.box.height / image.box.width) if image else None
    on_page, box = place or (0, None)
    name = INK if place else PAPER
    fields.append_signature_field(
        writer, fields.SigFieldSpec(FIELD, on_page=on_page, box=box, readable_field_name=name)
    )
    _tag(writer, on_page, name)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    style = _style(image) if image and place else None
    signed = signers.PdfSigner(meta, signer, stamp_style=style).sign_pdf(writer, existing_fields_only=True)
    return bytes(signed.getbuffer())


@lru_cache(maxsize=1)
def _signer(path: Path, password: str) -> "SimpleSigner":
    from pyhanko.sign.signers import SimpleSigner

    signer = SimpleSigner.load_pkcs12(str(path), passphrase=password.encode() or None)
    if signer is None:  # was in order when the site started
        raise SealUnusable("签章证书文件已不能打开，请检查 SEAL_CERTIFICATE 和 SEAL_PASSWORD")
    return signer


def _certificate(signer: "SimpleSigner") -> Any:
    assert signer.signing_cert  # there was one when the site started
    return signer.signing_cert


def _require_in_force(signer: "SimpleSigner", at: datetime) -> None:
    validity = _certificate(signer)["tbs_certificate"]["validity"]
    first, last = validity["not_before"].native, validity["not_after"].native
    if not first <= at <= last:
        raise SealUnusable(
            f"签章证书的有效期是{told(first)}至{told(last)}，现在不能签章；请换用在有效期内的证书（SEAL_CERTIFICATE）"
        )


def _style(image: "PdfImage") -> Any:
    from pyhanko.pdf_utils import layout
    from pyhanko.stamp import StaticStampStyle

    middle = layout.AxisAlignment.ALIGN_MID
    filled = layout.SimpleBoxLayoutRule(x_align=middle, y_align=middle)
    return StaticStampStyle(background=image, background_layout=filled, background_opacity=INK_OPACITY, border_width=0)


def _place(writer: "IncrementalPdfFileWriter", ratio: float) -> tuple[int, Any] | None:
    """Page (from 0) and corners of the seal; nothing where the PDF has no place for it."""
    named: Any = ()
    if "/Names" in writer.root and "/Dests" in (names := writer.root["/Names"]):
        named = names["/Dests"]["/Names"]
    for place in range(0, len(named), 2):
        if named[place] == ANCHOR:
            target = named[place + 1]
            page, x, y = target.raw_get(0), float(target[2]), float(target[3])
            half, tall = WIDTH / 2, WIDTH * ratio / 2
            return _page_number(writer, page), (x - half, y - tall, x + half, y + tall)
    return None


def _page_number(writer: "IncrementalPdfFileWriter", page: Any) -> int:
    pages = range(int(writer.root["/Pages"]["/Count"]))
    return next(number for number in pages if writer.find_page_for_modification(number)[0].reference == page.reference)


def _tag(writer: "IncrementalPdfFileWriter", on_page: int, name: str) -> None:
    """Gives the field's mark its place in the structure (ISO 14289-1 7.18.1), last of all the document holds."""
    from pyhanko.pdf_utils import generic

    if "/StructTreeRoot" not in writer.root:
        return
    key, tree = generic.pdf_name, writer.root["/StructTreeRoot"]
    field = writer.root["/AcroForm"]["/Fields"].raw_get(-1)
    page = writer.find_page_for_modification(on_page)[0]
    kids = tree["/K"]
    document = kids.raw_get(0) if isinstance(kids, generic.ArrayObject) else tree.raw_get("/K")
    reference = generic.DictionaryObject({key("/Type"): key("/OBJR"), key("/Obj"): field, key("/Pg"): page})
    element = writer.add_object(
        generic.DictionaryObject(
            {
                key("/Type"): key("/StructElem"),
                key("/S"): key("/Form"),
                key("/P"): document,
                key("/Alt"): generic.pdf_string(name),
                key("/K"): reference,
            }
        )
    )
    inside = document.get_object()
    inside["/K"] = generic.ArrayObject([*_listed(inside, generic), element])
    numbers = tree["/ParentTree"]["/Nums"]
    place = generic.NumberObject(1 + max((int(numbers[at]) for at in range(0, len(numbers), 2)), default=-1))
    numbers.extend([place, element])
    field.get_object()["/StructParent"] = place
    tree["/ParentTreeNextKey"] = generic.NumberObject(place + 1)
    for changed in (inside, tree, tree["/ParentTree"], numbers, field.get_object()):
        writer.update_container(changed)


def _listed(element: Any, generic: Any) -> list[Any]:
    kids = element["/K"]
    if isinstance(kids, generic.ArrayObject):
        return [kids.raw_get(place) for place in range(len(kids))]
    return [element.raw_get("/K")]
