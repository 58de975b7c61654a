from decimal import Decimal
from typing import Any

from django import forms

from reports import narrative
from reports.adjustments import adjustable
from reports.cells import CELLS, label_of
from reports.models import Adjustment, AnnualReport, ReportText


class TextsForm(forms.Form):
    """The sections of the text; a section left as its default is not stored, so that better defaults reach it."""

    signed_on = forms.DateField(
        label="落款日期", required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="印在报告末尾"
    )

    def __init__(self, *args: Any, report: AnnualReport, **kwargs: Any) -> None:
        self.report = report
        self.written = {text.section: text.text for text in report.texts.all()}
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].initial = report.signed_on
        for key, section in narrative.SECTIONS.items():
            self.fields[key] = forms.CharField(
                label=section.heading or "引言",
                required=False,
                max_length=20_000,
                initial=self.written.get(key, section.default),
                widget=forms.Textarea(attrs={"rows": 5}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        signed_on = cleaned.get("signed_on")
        if signed_on and signed_on.year <= self.report.year:
            self.add_error("signed_on", f"落款日期应在{self.report.year}年结束之后")
        for key in narrative.SECTIONS:
            if unknown := narrative.unknown_placeholders(cleaned.get(key, "")):
                names = "、".join(f"{{{name}}}" for name in unknown)
                self.add_error(key, f"不认识的数据名称：{names}。请从下方列表中选择")
        return cleaned

    def save(self) -> None:
        self.report.signed_on = self.cleaned_data["signed_on"]
        self.report.save(update_fields=["signed_on", "updated_at"])
        for key, section in narrative.SECTIONS.items():
            text = self.cleaned_data[key].replace("\r\n", "\n").strip()
            if text == section.default:
                ReportText.objects.filter(report=self.report, section=key).delete()
            else:
                ReportText.objects.update_or_create(report=self.report, section=key, defaults={"text": text})


class AdjustmentForm(forms.ModelForm):
    cell = forms.ChoiceField(label="单元格", choices=[(code, label_of(code)) for code in adjustable()])

    class Meta:
        model = Adjustment
        fields = ["cell", "value", "reason", "source"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        value: Decimal | None = cleaned.get("value")
        cell = CELLS.get(cleaned.get("cell", ""))
        if value is not None and cell and not cell.is_money and value != value.to_integral_value():
            self.add_error("value", "件数应为整数")
        return cleaned


class JustificationForm(forms.Form):
    """Why an identity does not hold; ``rule`` and ``cell`` come from the page."""

    rule = forms.CharField(label="规则", max_length=20)
    cell = forms.CharField(label="单元格", max_length=60, required=False)
    reason = forms.CharField(label="说明", max_length=200)
