"""The question pages of an application (条例 Art. 29), one thing each: what is asked, of whom, and what is kept.

Answers are plain text by question and field, as a question's form leaves them when it is valid. Whether a question is
still open is asked of its form again each time, so nothing is sent that would be refused today.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from disclosures.models import Agency
from requests_app import identity
from requests_app.enums import ApplicantKind, IdentityProof, RequestChannel, WantedForm
from requests_app.models import DeliveryMethod, DisclosureRequest
from requests_app.portal.uploads import FilesField
from requests_app.validators import printable

Answers = dict[str, dict[str, str]]

# 联系方式 is stored as one text of 200 characters: these four and their labels fit into it.
PHONE, EMAIL, ADDRESS = 20, 60, 80
NAME, DESCRIPTION = 100, 5000


class Text(forms.CharField):
    """Stored as ``normal`` makes it; ``longest`` is told as a fault, never cut off by the browser."""

    def __init__(self, *, normal: Callable[[str], str], longest: int, missing: str = "", **kwargs: Any) -> None:
        self.normal, self.longest = normal, longest
        super().__init__(
            strip=False, required=bool(missing), error_messages={"required": missing}, validators=[printable], **kwargs
        )

    def to_python(self, value: Any) -> str:
        given = super().to_python(value) or ""
        if len(given) > 20 * self.longest:
            raise ValidationError(f"最多写{self.longest}字，现在有{len(given)}字，请精简")
        try:
            text = self.normal(given) if identity.line(given) else ""
        except ValueError as fault:
            raise ValidationError(str(fault)) from None
        if len(text) > self.longest:
            raise ValidationError(f"最多写{self.longest}字，现在有{len(text)}字，请精简")
        return text


class Choice(forms.ChoiceField):
    def __init__(self, *, missing: str, **kwargs: Any) -> None:
        errors = {"required": missing, "invalid_choice": missing}
        super().__init__(widget=forms.RadioSelect, error_messages=errors, **kwargs)


class QuestionForm(forms.Form):
    """``today`` is the last day of birth; ``answers`` are those to all questions."""

    use_required_attribute = False

    def __init__(self, *args: Any, answers: Answers, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers, self.today = answers, today

    def stored(self) -> dict[str, str]:
        """What to keep: of a form with faults, the fields without."""
        return {name: value for name, value in self.cleaned_data.items() if isinstance(value, str)}

    def told(self) -> list[tuple[str, str]]:
        """Label and answer, for the page on which everything is checked."""
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name, "")
            if isinstance(field, FilesField) or isinstance(field.widget, forms.HiddenInput):
                continue
            choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
            shown = dict(choices).get(value, value)
            if shown:
                found.append((str(field.label), str(shown)))
        return found


class Applicant(QuestionForm):
    kind = Choice(
        label="以谁的名义申请？",
        missing="请选择以谁的名义申请",
        help_text="以单位名义申请的，请选单位的类型",
        choices=[
            (ApplicantKind.NATURAL_PERSON, "公民（以本人名义）"),
            *[
                (kind, f"法人或者其他组织：{kind.label}")
                for kind in ApplicantKind
                if kind != ApplicantKind.NATURAL_PERSON
            ],
        ],
    )


class Identity(QuestionForm):
    name = Text(label="姓名", normal=identity.name, longest=NAME, missing="请填写姓名")
    proof = Choice(label="用什么证件证明身份？", missing="请选择证件", choices=())
    number = Text(label="证件号码", normal=identity.line, longest=60, missing="请填写证件号码")
    copies = FilesField(label="证件照片或者扫描件", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.answers.get("applicant", {}).get("kind", "") in ("", ApplicantKind.NATURAL_PERSON)
        proofs = [IdentityProof.ID_CARD if person else IdentityProof.LICENCE, IdentityProof.OTHER]
        self.fields["proof"].choices = [(proof.value, proof.label) for proof in proofs]  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["autocomplete"] = "name" if person else "organization"
        self.fields["number"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "class": "short"}
        self.fields["number"].help_text = (
            "照证件填写，可以带空格；身份证末位的X大小写都可以" if person else "照证照填写"
        )
        if not person:
            self.fields["name"].label = "单位名称"
            self.fields["name"].error_messages["required"] = "请填写单位名称"
            self.fields["copies"].label = "证照照片或者扫描件"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        proof, number = given.get("proof"), given.get("number")
        if proof and number:
            try:
                given["number"] = self._normal(proof, number)
            except ValueError as fault:
                self.add_error("number", str(fault))
        return given

    def _normal(self, proof: str, number: str) -> str:
        if proof == IdentityProof.ID_CARD:
            return identity.resident_number(number, self.today)
        return identity.credit_code(number) if proof == IdentityProof.LICENCE else identity.other_number(number)


class Contact(QuestionForm):
    phone = Text(
        label="电话",
        normal=identity.phone,
        longest=PHONE,
        help_text="手机号码，或者带区号的座机号码",
        widget=forms.TelInput(attrs={"autocomplete": "tel", "class": "short"}),
    )
    email = Text(
        label="电子邮箱",
        normal=identity.email,
        longest=EMAIL,
        # Not type="email": the browser would refuse in its own words, and what full-width signs it takes for a fault.
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )
    address = Text(
        label="通信地址",
        normal=identity.line,
        longest=ADDRESS,
        widget=forms.Textarea(attrs={"autocomplete": "street-address", "rows": 2}),
    )

    def clean_email(self) -> str:
        given = self.cleaned_data["email"]
        if given:
            try:
                validate_email(given)
            except ValidationError:
                raise ValidationError("电子邮箱有误，请核对，例如：name@example.com") from None
        return given

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not any(given.values()):
            self.add_error("phone", "电话、电子邮箱、通信地址至少填写一项")
        return given


class Content(QuestionForm):
    description = Text(
        label="要申请的政府信息",
        normal=identity.prose,
        longest=DESCRIPTION,
        missing="请写明要申请的政府信息",
        help_text="写明名称、文号，或者便于查找的其他特征，例如时间、地点、事项、制作的单位。一次只申请一项；不需要说明用途",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    # Nobody sees it; whoever fills it in is a program, or a browser that knows better. It is noted, never refused.
    website = forms.Field(
        label="请不要填写这一项",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def stored(self) -> dict[str, str]:
        return {name: value for name, value in super().stored().items() if name != "website"}

    @property
    def trapped(self) -> bool:
        return bool(str(self.data.get("website", "")).strip())


class Delivery(QuestionForm):
    form = Choice(
        label="需要什么形式的信息？",
        missing="请选择需要什么形式的信息",
        choices=[(form.value, form.label) for form in WantedForm],
        help_text="选“其他”的，请在申请内容里写明",
    )
    method = Choice(
        label="用什么方式取得？",
        missing="请选择用什么方式取得",
        choices=[
            (DeliveryMethod.ONLINE.value, "网上下载（在进度查询页面）"),
            (DeliveryMethod.MAIL.value, DeliveryMethod.MAIL.label),
            (DeliveryMethod.IN_PERSON.value, DeliveryMethod.IN_PERSON.label),
            (DeliveryMethod.FAX.value, DeliveryMethod.FAX.label),
        ],
    )


class PostalAddress(QuestionForm):
    """The one address of the answers: whoever gave it as 联系方式 finds it here, filled in."""

    address = Text(
        label="邮寄地址",
        normal=identity.line,
        longest=ADDRESS,
        missing="请填写邮寄地址",
        help_text="省、市、县（区）、街道和门牌号，可以加邮政编码",
        widget=forms.Textarea(attrs={"autocomplete": "street-address", "rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("address", self.answers.get("contact", {}).get("address", ""))


class FaxNumber(QuestionForm):
    number = Text(
        label="传真号码",
        normal=identity.phone,
        longest=PHONE,
        missing="请填写传真号码",
        help_text="带区号，例如：0631-8451120",
        widget=forms.TelInput(attrs={"autocomplete": "off", "class": "short"}),
    )


def _always(answers: Answers) -> bool:
    return True


def _delivered_by(method: DeliveryMethod) -> Callable[[Answers], bool]:
    return lambda answers: answers.get("delivery", {}).get("method") == method


@dataclass(frozen=True)
class Question:
    slug: str
    title: str
    form: type[QuestionForm]
    asked: Callable[[Answers], bool] = _always


QUESTIONS = (
    Question("applicant", "申请人", Applicant),
    Question("identity", "申请人身份", Identity),
    Question("contact", "联系方式", Contact),
    Question("content", "申请内容", Content),
    Question("delivery", "提供形式和获取方式", Delivery),
    Question("address", "邮寄地址", PostalAddress, _delivered_by(DeliveryMethod.MAIL)),
    Question("fax", "传真号码", FaxNumber, _delivered_by(DeliveryMethod.FAX)),
)
BY_SLUG = {question.slug: question for question in QUESTIONS}


def asked(answers: Answers) -> list[Question]:
    """The questions of this application, in their order."""
    return [question for question in QUESTIONS if question.asked(answers)]


def answered(question: Question, answers: Answers, today: date) -> QuestionForm:
    """The question's form over what is stored; valid unless the question is open."""
    return question.form(answers.get(question.slug, {}), answers=answers, today=today)


def first_open(answers: Answers, today: date) -> Question | None:
    return next((each for each in asked(answers) if not answered(each, answers, today).is_valid()), None)


def told(answers: Answers, today: date) -> Iterator[tuple[Question, list[tuple[str, str]]]]:
    """Each question with labels and answers; of complete answers."""
    for question in asked(answers):
        form = answered(question, answers, today)
        form.is_valid()
        yield question, form.told()


def contact_of(answers: Answers) -> str:
    """联系方式 as the case keeps it; the address to post to is the address."""
    contact = answers.get("contact", {})
    by_slug = {question.slug: answers.get(question.slug, {}) for question in asked(answers)}
    given = {
        "电话": contact.get("phone", ""),
        "电子邮箱": contact.get("email", ""),
        "地址": by_slug.get("address", {}).get("address") or contact.get("address", ""),
        "传真": by_slug.get("fax", {}).get("number", ""),
    }
    return "；".join(f"{label}：{value}" for label, value in given.items() if value)


def request_of(agency: Agency, answers: Answers, today: date) -> DisclosureRequest:
    """The application, not yet stored. Raises ``ValidationError`` while a question is open.

    条例 Art. 31: it has arrived, and counts as received on the day both sides confirm, which is not yet known.
    """
    if first_open(answers, today):
        raise ValidationError("还有没有回答的问题，请从第一个没有回答的问题继续")
    who, what, how = answers["identity"], answers["content"], answers["delivery"]
    request = DisclosureRequest(
        agency=agency,
        applicant_kind=answers["applicant"]["kind"],
        applicant_name=who["name"],
        identity_proof=who["proof"],
        id_number=who["number"],
        contact=contact_of(answers),
        channel=RequestChannel.ONLINE,
        arrived_on=today,
        description=what["description"],
        wanted_form=how["form"],
        wanted_delivery=how["method"],
    )
    request.full_clean(exclude=["agency", "number"])
    return request
