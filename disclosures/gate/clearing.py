"""What the gate found in an item, and what has been decided about it.

A finding is dealt with when it is gone (masked, cleaned, rewritten) or when somebody gave a reason to let it pass and
a second person confirmed it on approval. A reason holds for exactly what was found: another number is another finding.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import salted_hmac

from disclosures.gate import patterns
from disclosures.gate.markup import Markup
from disclosures.models import Agency, Attachment, Clearance, Item
from disclosures.rich_text import sanitise

LONGEST_REASON = 200
SHOWN = 20  # places of a finding that are kept and shown
# The fields of an item that the public reads, and whether they hold formatted text.
FIELDS = {
    "title": False,
    "index_number": False,
    "document_number": False,
    "office": False,
    "subject": False,
    "keywords": False,
    "summary": False,
    "body": True,
}


@dataclass(frozen=True)
class Finding:
    """All of one kind that was found in one field or file.

    ``samples``: (place, masked text), at most ``SHOWN`` of ``total``. ``remedy``: ``mask``, ``clean`` or empty.
    """

    key: str
    where: str
    field: str
    what: str
    total: int
    samples: tuple[tuple[str, str], ...]
    remedy: str = ""
    attachment: int | None = None

    @property
    def label(self) -> str:
        return f"{self.where}：{self.what}{f'{self.total}处' if self.total > 1 else ''}"[:200]


def known_to_all(agency: Agency) -> list[str]:
    """What the agency itself publishes of itself; finding it is no leak."""
    return [text for text in (agency.phone, agency.fax, agency.email, agency.address) if text]


def findings(item: Item) -> list[Finding]:
    """In the item's own words and in its attachments; files are read once and again when the rules have changed."""
    found = [finding for field in FIELDS for finding in in_field(item, field)]
    found += _in_links(item)
    for attachment in item.attachments.all():
        found += of_attachment(attachment)
    return found


def in_field(item: Item, field: str) -> list[Finding]:
    label = str(Item._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    hits = _hits(item, field)
    kinds = dict.fromkeys(hit.kind for hit in hits)
    return [
        grouped(
            where=label,
            field=field,
            what=kind.label,
            told=[(label, hit.masked, hit.text) for hit in hits if hit.kind == kind],
            remedy="mask",
        )
        for kind in kinds
    ]


def _in_links(item: Item) -> list[Finding]:
    """In the addresses of its publications, which the portal links to."""
    known = known_to_all(item.agency)
    told = [
        (hit.kind, ("发布渠道的链接", hit.masked, hit.text))
        for url in item.publications.values_list("url", flat=True)
        for hit in patterns.find(unquote(url), known=known)
    ]
    return [
        grouped(
            where="发布渠道的链接",
            field="url",
            what=kind.label,
            told=[of_kind for its, of_kind in told if its == kind],
            remedy="",
        )
        for kind in dict.fromkeys(kind for kind, _ in told)
    ]


def _text(item: Item, field: str) -> str:
    value = getattr(item, field)
    # As it is shown, whatever way it came in.
    return Markup(sanitise(value)).text if FIELDS[field] else value


def _hits(item: Item, field: str) -> list[patterns.Hit]:
    return patterns.find(_text(item, field), known=known_to_all(item.agency))


def masked_field(item: Item, field: str) -> str:
    """The field with everything found in it masked."""
    hits = _hits(item, field)
    value = getattr(item, field)
    return Markup(sanitise(value)).masked(hits) if FIELDS[field] else patterns.mask(value, hits)


def of_attachment(attachment: Attachment) -> list[Finding]:
    from disclosures.gate import attachments  # its readers are slow to load, and most pages need none

    attachments.examine_if_stale(attachment)
    return [
        replace(
            Finding(**{**stored, "samples": tuple((place, text) for place, text in stored["samples"])}),
            where=f"附件《{attachment.name}》",
            attachment=attachment.pk,
        )
        for stored in attachment.findings
    ]


def grouped(*, where: str, field: str, what: str, told: list[tuple[str, str, str]], remedy: str) -> Finding:
    """``told``: (place, masked, text) of each."""
    samples = tuple((place, masked) for place, masked, _ in told[:SHOWN])
    return Finding(_key(field, what, told), where, field, what, len(told), samples, remedy)


def _key(field: str, what: str, told: Iterable[tuple[str, str, str]]) -> str:
    """The same only for the same findings; nothing can be read back from it."""
    said = json.dumps([field, what, [[place, text] for place, _, text in told]], ensure_ascii=False)
    return salted_hmac("disclosures.gate", said, algorithm="sha256").hexdigest()


def kinds_in(text: str, known: Iterable[str]) -> list[str]:
    """What kinds of personal data are in a text, in Chinese, each once."""
    hits = patterns.find(text, known=list(known))
    return [kind.label for kind in dict.fromkeys(hit.kind for hit in hits)]


def require_clean(texts: Mapping[str, str], agency: Agency) -> None:
    """Of a text that goes out without a desk of its own. Raises ``ValidationError`` naming where and what."""
    known = known_to_all(agency)
    found = [f"{where}：{kind}" for where, text in texts.items() for kind in kinds_in(text, known)]
    if found:
        raise ValidationError(f"公开前检查发现个人信息：{'；'.join(found)}。请删去或者遮盖后再办理")


# What was decided


@dataclass(frozen=True)
class Decided:
    finding: Finding
    clearance: Clearance | None


def decided(item: Item) -> list[Decided]:
    """Every finding with the reason to let it pass, where there is one."""
    by_key = {clearance.finding: clearance for clearance in item.clearances.select_related("asked_by", "confirmed_by")}
    return [Decided(finding, by_key.get(finding.key)) for finding in findings(item)]


def require_dealt_with(item: Item) -> None:
    """Raises ``ValidationError`` naming what was found and has no reason to pass."""
    open_ = [each.finding.label for each in decided(item) if each.clearance is None]
    if open_:
        named = "；".join(open_[:5]) + (f"；等{len(open_)}处" if len(open_) > 5 else "")
        title = masked_field(item, "title")
        raise ValidationError(f"“{title}”发布前检查发现：{named}。请遮盖、清除，或者逐项写明放行理由")


def require_still_clear(item: Item) -> None:
    """Before what was approved earlier goes out. Raises ``ValidationError`` naming what nobody has confirmed since."""
    open_ = [
        each.finding.label for each in decided(item) if each.clearance is None or each.clearance.confirmed_at is None
    ]
    if open_:
        raise ValidationError(f"到发布时间再次检查，发现：{'；'.join(open_)}"[:LONGEST_REASON])


def let_pass(*, item: Item, key: str, by: Any, reason: str) -> Clearance:
    """Asks to let a finding pass, for a second person to confirm. Raises ``ValidationError`` without a reason."""
    finding = next((finding for finding in findings(item) if finding.key == key), None)
    if finding is None:
        raise ValidationError("这一处已经改过，请刷新页面后再看")
    reason = reason.strip()
    if not reason:
        raise ValidationError("请写明放行理由，例如：受处罚的企业法定代表人姓名依法公示")
    if len(reason) > LONGEST_REASON:
        raise ValidationError(f"理由不超过{LONGEST_REASON}字")
    told = {"label": finding.label, "reason": reason, "asked_by": by, "asked_at": timezone.now()}
    cleared, _ = Clearance.objects.update_or_create(
        item=item, finding=key, defaults={**told, "confirmed_by": None, "confirmed_at": None, "alone": False}
    )
    return cleared


def confirm(*, item: Item, by: Any, alone: bool) -> None:
    """The second person agrees with every reason. Raises ``ValidationError`` where they asked for it themselves."""
    for each in decided(item):
        asked = each.clearance
        if asked is None or asked.confirmed_by_id is not None:
            continue
        if asked.asked_by_id == by.pk and not alone:
            raise ValidationError(f"“{each.finding.label}”是您提出放行的，须由另一人确认")
        asked.confirmed_by, asked.confirmed_at, asked.alone = by, timezone.now(), asked.asked_by_id == by.pk
        asked.save(update_fields=["confirmed_by", "confirmed_at", "alone"])
