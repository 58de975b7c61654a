"""What a form of the public carries hidden: that it is sent once, when it was opened, and a trap for machines.

No captcha: whoever fills in the field that nobody sees, or sends a form sooner than it can be read, is marked, not
refused.
"""

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.core import signing

from disclosures.keyed_hash import new_token

LASTS = timedelta(hours=12)
QUICKEST = timedelta(seconds=3)
EXPIRED = "页面打开的时间太长，请核对内容后再提交一次"
_SIGNER = signing.TimestampSigner(salt="portal.ticket")


@dataclass(frozen=True)
class Ticket:
    """``token``: of this opening of the form, random; ``is_hasty``: sent sooner than a person can."""

    token: str
    is_hasty: bool


def new() -> str:
    """For the hidden field of a form that is opened now."""
    return _SIGNER.sign(new_token())


def read(text: str) -> Ticket | None:
    """None for one that we did not give out, or that has expired."""
    try:
        token = _SIGNER.unsign(text, max_age=LASTS)
        return Ticket(token, is_hasty=not _is_older(text, QUICKEST))
    except signing.BadSignature:
        return None


def _is_older(text: str, than: timedelta) -> bool:
    try:
        _SIGNER.unsign(text, max_age=than)
    except signing.SignatureExpired:
        return True
    return False


class SentOnce(forms.Form):
    """``ticket`` once it is valid; a form whose ticket has expired is shown again with a new one."""

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("ticket", new())

    def clean(self):
        cleaned = super().clean()
        self.sent = read(self.cleaned_data.get("ticket") or "")
        if self.sent is None:
            self.data = {**self.data, self.add_prefix("ticket"): new()}
            self.add_error(None, EXPIRED)
        return cleaned


class Trapped(SentOnce):
    """With a field that people neither see nor reach."""

    homepage = forms.CharField(label="个人主页（请不要填写）", required=False, max_length=200)

    @property
    def looks_automatic(self) -> bool:
        return bool(self.cleaned_data.get("homepage")) or (self.sent is not None and self.sent.is_hasty)
