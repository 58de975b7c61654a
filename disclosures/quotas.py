"""How often a visitor may do something in a time, counted in the database so that every process and machine agrees."""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from disclosures.keyed_hash import keyed_hash
from disclosures.models import Quota

KEPT = timedelta(days=2)
HOST_BITS = 64  # of an IPv6 address, chosen by the visitor's own machine


def take(family: str, who: str, *, most: int, within: timedelta, now: datetime | None = None) -> bool:
    """Counts one more use by ``who``; False when more than ``most`` fall into the present window of ``within``.

    Windows begin at whole multiples of ``within``. Old ones are swept away by the first use of a new one.
    """
    now = now or timezone.now()
    with transaction.atomic():
        quota, new = Quota.objects.get_or_create(**_window(family, who, within, now))
        Quota.objects.filter(pk=quota.pk).update(used=F("used") + 1)
        quota.refresh_from_db(fields=["used"])
        if new:
            Quota.objects.filter(since__lt=now - KEPT).delete()
    return quota.used <= most


def give_back(family: str, who: str, *, within: timedelta, now: datetime | None = None) -> None:
    """One use fewer in the present window: what was counted beforehand has turned out not to count."""
    found = Quota.objects.filter(**_window(family, who, within, now or timezone.now()), used__gt=0)
    found.update(used=F("used") - 1)


def _window(family: str, who: str, within: timedelta, now: datetime) -> dict[str, Any]:
    since = datetime.fromtimestamp(now.timestamp() // within.total_seconds() * within.total_seconds(), tz=now.tzinfo)
    return {"family": family, "who": keyed_hash("quota", f"{family} {who}"), "since": since}


def address_of(request: HttpRequest) -> str:
    """The visitor's, or behind a proxy of ours what that proxy wrote last; of IPv6 the network of a household."""
    shown = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        shown = forwarded.rsplit(",", 1)[-1].strip()[:64]
    try:
        address = ip_address(shown)
    except ValueError:
        return shown
    if not isinstance(address, IPv6Address):
        return str(address)
    # Whoever has one IPv6 address has the 2**64 of its network, and would be counted anew with each.
    return str(address.ipv4_mapped or IPv6Address(int(address) >> HOST_BITS << HOST_BITS))
