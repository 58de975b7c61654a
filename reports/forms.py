from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from reports import narrative
from reports.adjustments import adjustable
from reports.cells import CELLS, label_of
from reports.models import Adjustment, AnnualReport
from reports.text import blocks
from reports.text.texts import as_stored, marks_of


class TextsForm(forms.Form):
    """The sections of the text, and on what state of it the officer began to write."""

    signed_on = forms.DateField(
        label="落款日期",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="印在报告末尾",
    )
    edits = forms.IntegerField(required=False, widget=forms.HiddenInput)
    basis = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        report: AnnualReport,
        sections: Mapping[str, narrative.Section],
        written: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        self.report, self.sections = report, sections
        super().__init__(*args, **kwargs)
        stored = {key: written.get(key, section.default) for key, section in self.sections.items()}
        self.fields["signed_on"].initial = report.signed_on
        self.fields["edits"].initial = report.edits
        self.fields["basis"].initial = marks_of(stored)
        for key, section in self.sections.items():
            text = stored[key]
            self.fields[key] = forms.CharField(
                label=section.heading or "报告开头",
                required=False,
                max_length=20_000,
                initial=text,
                widget=forms.Textarea(attrs={"rows": max(3, min(14, len(text) // 42 + text.count("\n") + 2))}),
            )

    @property
    def submitted(self) -> dict[str, str]:
        """Section → what was sent, for those that were sent."""
        return {key: as_stored(self.data[key]) for key in self.sections if key in self.data}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        signed_on = cleaned.get("signed_on")
        if signed_on and signed_on.year <= self.report.year:
            self.add_error("signed_on", f"落款日期应在{self.report.year}年结束之后")
        for key in self.sections:
            text = cleaned.get(key, "")
            if unknown := narrative.unknown_placeholders(text):
                names = "、".join(f"{{{name}}}" for name in unknown)
                self.add_error(key, f"不认识的数据名称：{names}。请从“插入数据”的列表中选择")
            for fault in blocks.faults(text):
                self.add_error(key, fault)
        return cleaned


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
