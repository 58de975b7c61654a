"""Arguments that several commands share."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from disclosures.models import Agency


def add_agency(parser: ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument("--agency", required=required, metavar="机关代码")


def agency_of(code: str) -> Agency:
    """The agency of that code. Raises ``CommandError`` (exit code 2) naming the codes there are."""
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        known = "、".join(Agency.objects.values_list("code", flat=True)[:20]) or "（还没有任何机关）"
        raise CommandError(f"没有代码为“{code}”的机关。现有：{known}", returncode=2)
    return agency
