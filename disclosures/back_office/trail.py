"""Every change made on a page leaves who, when, from, to, why; and the page that shows it in Chinese."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from disclosures import history
from disclosures.gate.markup import Markup

ADDED, EDITED, DELETED = "add", "edit", "delete"
LONGEST_VALUE = 300  # of a text shown in the trail; the record keeps all of it
FORMATTED = re.compile(r"</(p|h[2-4]|ul|ol|li|table|td|blockquote|strong)>")


class Trailed:
    """A page of records whose changes are kept in ``history``."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = type(obj)._base_manager.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        if before is None:
            history.record(obj, by=request.user, step=ADDED, what="录入")
            return
        stored = {field.name for field in obj._meta.concrete_fields}
        self._record_edits(request, obj, history.edits(before, obj, [n for n in form.changed_data if n in stored]))

    def _record_edits(self, request: HttpRequest, obj: Any, edits: dict[str, list[str]]) -> None:
        if edits:
            history.record(
                obj, by=request.user, step=EDITED, what=f"修改：{'、'.join(edits)}", details={"edits": edits}
            )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What the record points to, several at a time, is told too."""
        fields = [field for field in form.instance._meta.many_to_many if change and field.name in form.changed_data]
        before = {field: _listed(form.instance, field) for field in fields}
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        pairs = {str(field.verbose_name): [before[field], _listed(form.instance, field)] for field in fields}
        self._record_edits(request, form.instance, {label: both for label, both in pairs.items() if both[0] != both[1]})

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Rows of the record are told in the record's own trail."""
        super().save_formset(request, form, formset, change)  # type: ignore[misc]
        name = str(formset.model._meta.verbose_name)
        told = [f"新增{name}“{row}”" for row in formset.new_objects]
        told += [f"修改{name}“{row}”" for row, _ in formset.changed_objects]
        told += [f"删除{name}“{row}”" for row in formset.deleted_objects]
        if change and told:
            history.record(form.instance, by=request.user, step=EDITED, what="；".join(told))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        history.record(obj, by=request.user, step=DELETED, what=f"删除：{obj}")
        super().delete_model(request, obj)  # type: ignore[misc]

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        history.record_many({obj: f"删除：{obj}" for obj in queryset}, by=request.user, step=DELETED)
        super().delete_queryset(request, queryset)  # type: ignore[misc]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if obj is None or not self.has_view_permission(request, obj):  # type: ignore[attr-defined]
            raise Http404
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": f"修改记录：{obj}",
            "opts": self.opts,  # type: ignore[attr-defined]
            "object": obj,
            "entries": [
                (entry, [_read(label, *values) for label, values in entry.details.get("edits", {}).items()])
                for entry in history.entries_of(obj)
            ],
            "whole": history.first_broken(obj) is None,
            "now": timezone.now(),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/disclosures/history.html", context)


def _listed(record: Any, field: Any) -> str:
    return "、".join(str(each) for each in getattr(record, field.name).order_by("pk"))


def _read(label: str, before: str, after: str) -> tuple[str, str, str]:
    """The values of a field for a reader: words without the marks of formatted text."""
    values = [Markup(text).text.strip() if FORMATTED.search(text) else text for text in (before, after)]
    if before != after and values[0] == values[1]:
        values[1] = "（文字相同，只改了格式）"
    return label, _short(values[0]), _short(values[1])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}……（共{len(text)}字）"
