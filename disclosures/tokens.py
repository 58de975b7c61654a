"""接口令牌: what a program of the agency shows instead of a password. Told once; kept as a keyed hash."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.dates import told
from disclosures.keyed_hash import keyed_hash, new_token, same
from disclosures.models import Agency, ApiToken
from disclosures.people import name_of

FAMILY = "api_token"
MARK = "gk_"  # by which a token is known when it turns up where it should not
LONGEST_LIFE = timedelta(days=731)
NOTED_EVERY = timedelta(minutes=1)  # of the last use
LONGEST_REASON = 200


def hash_of(text: str) -> str:
    return keyed_hash(FAMILY, text)


def may_push(owner: Any, agency: Agency) -> bool:
    """May the person in whose name a token acts enter and change items of the agency?"""
    return all(access.can(owner, action, Area.PUBLISHING, agency) for action in (Action.ADD, Action.CHANGE))


def fault_of(*, agency: Agency, owner: Any, expires_on: date, today: date) -> dict[str, str]:
    """What keeps such a token from being issued, by field; empty where nothing does."""
    faults = {}
    if not may_push(owner, agency):
        faults["owner"] = "这个人没有本机关的录入权限，请先分配录入员岗位"
    if expires_on < today:
        faults["expires_on"] = "有效期已经过去，请选择以后的日期"
    elif expires_on > today + LONGEST_LIFE:
        faults["expires_on"] = "有效期最长两年，到期前换一个新的"
    return faults


@transaction.atomic
def issue(*, agency: Agency, name: str, owner: Any, expires_on: date, by: Any) -> tuple[ApiToken, str]:
    """The token and its text, which nobody can read again.

    Raises ``PermissionDenied`` for whoever does not keep the agency's people, ``ValidationError`` for what
    ``fault_of`` finds.
    """
    if not access.can(by, Action.ADD, Area.PEOPLE, agency):
        raise PermissionDenied
    if faults := fault_of(agency=agency, owner=owner, expires_on=expires_on, today=timezone.localdate()):
        raise ValidationError(faults)
    text = MARK + new_token()
    token = ApiToken(agency=agency, name=name, owner=owner, expires_on=expires_on, token_hash=hash_of(text))
    token.full_clean()
    token.save()
    said = f"新建令牌“{name}”，以{name_of(owner)}的名义录入，有效期至{told(expires_on)}"
    history.record(token, by=by, step="issue", what=said)
    return token, text


@transaction.atomic
def revoke(*, token: ApiToken, by: Any, reason: str) -> ApiToken:
    """Of no use from now on. Raises ``ValidationError`` without a reason, or for one that was revoked before."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("agency").get(pk=token.pk)
    if not access.can(by, Action.CHANGE, Area.PEOPLE, token.agency):
        raise PermissionDenied
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise ValidationError(f"请填写停用原因，不超过{LONGEST_REASON}字，例如：更换网站后台")
    if token.revoked_at:
        raise ValidationError("这个令牌已经停用")
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    history.record(token, by=by, step="revoke", what=f"停用令牌“{token.name}”", reason=reason)
    return token


def find(text: str, now: datetime) -> ApiToken | None:
    """The token of this text that may be used ``now``; that it was used is noted. None for any other."""
    hashed = hash_of(text)
    token = ApiToken.objects.select_related("agency", "owner").filter(token_hash=hashed).first()
    if token is None or not same(token.token_hash, hashed) or not is_valid(token, now):
        return None
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOTED_EVERY)
    ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    return token


def is_valid(token: ApiToken, now: datetime) -> bool:
    """Not revoked, and its last day, which still counts, is not over."""
    return token.revoked_at is None and timezone.localdate(now) <= token.expires_on


def standing(token: ApiToken, now: datetime) -> str:
    """In a word, for lists."""
    if token.revoked_at:
        return "已停用"
    return "可以使用" if is_valid(token, now) else "已过期"
