"""The one form in which a number and a 查询码 are entered, and how it answers."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from disclosures import code_entry
from disclosures.models import Agency
from disclosures.quotas import address_of

WRONG = "编号和查询码对不上。请照提交时记下的逐字核对，再试一次"
TOO_MANY = "输错的次数太多，暂时不能查询。请15分钟以后再试，或者电话联系本机关"


class NumberAndCode(forms.Form):
    number = forms.CharField(label="登记编号", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    code = forms.CharField(
        label="查询码",
        max_length=100,
        help_text="可以粘贴；空格、横线和大小写不影响",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args, number_help: str = "", number_label: str = "登记编号", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].label, self.fields["number"].help_text = number_label, number_help


def judged(
    request: HttpRequest, form: NumberAndCode, rows: QuerySet, *, family: str, agency: Agency
) -> tuple[int | None, int]:
    """(key of the row that the form opens, HTTP status); where there is none, the form says why."""
    if not form.is_valid():
        return None, 400
    try:
        key = code_entry.opened(rows, family=family, agency=agency, address=address_of(request), **form.cleaned_data)
    except code_entry.TooManyTries:
        form.add_error(None, TOO_MANY)
        return None, 429
    if key is None:
        form.add_error(None, WRONG)
        return None, 403
    return key, 200
