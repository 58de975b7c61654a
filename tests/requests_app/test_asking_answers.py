"""What the question pages store of what is typed: one value, however it was typed, that they would take again."""

import unicodedata
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from requests_app import identity
from requests_app.enums import ApplicantKind
from requests_app.portal import questions
from requests_app.portal.questions import BY_SLUG, QUESTIONS
from requests_app.portal.uploads import LONGEST_NAME, safe_name
from tests.factories.asking import PERSON
from tests.factories.disclosures import AgencyFactory

TODAY = date(2026, 11, 27)
FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789XABCDEFGHJKLMNPQRTUWY@.-+"}
BLANKS = st.sampled_from(["", "", "", " ", "\u3000", "\t", "\u200b", "\u202e", "\x00", "\ufeff", "\u2066"])
TYPED = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)
ODD = st.text(
    st.sampled_from("王示例·•・ （）ＡbＣ12３\u200d\u202e\u2028\r\n\t\x00\x1f🙂👩\u200d👩e\u0301\u0301"), max_size=40
)


@st.composite
def typed_otherwise(draw, number):
    """The same number as somebody else types it."""
    signs = []
    for sign in number:
        sign = draw(st.sampled_from([sign, sign.lower(), sign.translate(FULL_WIDTH)]))
        signs += [sign, draw(BLANKS)]
    return draw(BLANKS) + "".join(signs)


def form_of(slug, typed, kind=ApplicantKind.NATURAL_PERSON):
    return BY_SLUG[slug].form(typed, answers={"applicant": {"kind": kind}}, today=TODAY)


@given(typed_otherwise("11010519491231002X"))
def test_identity_number_is_one_text_however_typed(typed):
    assert identity.resident_number(typed, TODAY) == "11010519491231002X"


@given(typed_otherwise("91350100M000100Y43"))
def test_credit_code_is_one_text_however_typed(typed):
    assert identity.credit_code(typed) == "91350100M000100Y43"


@given(typed_otherwise("13800000000"), st.sampled_from(["", "+86 ", "86-", "0086"]))
def test_mobile_number_is_one_text_however_typed(typed, country):
    assert identity.phone(country + typed) == "13800000000"


@pytest.mark.parametrize(
    "typed", ["0631-8451120", "（0631）8451120", "06318451120", "+86 631 845 1120", "０６３１－８４５１１２０"]
)
def test_land_line_is_one_text_however_typed(typed):
    assert identity.phone(typed) == "0631-8451120"


@pytest.mark.parametrize(
    "typed", ["8451120", "1380000000", "138000000001", "电话没有", "0631-1451120", "+", "9" * 5000]
)
def test_what_is_no_number_to_call_is_refused(typed):
    with pytest.raises(ValueError, match="请"):
        identity.phone(typed)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("110105194912310021", "逐位核对"),
        ("11010519491331002X", "逐位核对"),  # a thirteenth month
        ("110105203012310028", "逐位核对"),  # not yet born
        ("110105491231002", "18位"),
        ("", "18位"),
    ],
)
def test_identity_number_that_cannot_be_is_refused(typed, told):
    with pytest.raises(ValueError, match=told):
        identity.resident_number(typed, TODAY)


@pytest.mark.parametrize("typed", ["91350100M000100Y44", "91350100M000100Y4", "9135010OM000100Y43"])
def test_credit_code_that_cannot_be_is_refused(typed):
    with pytest.raises(ValueError, match="统一社会信用代码"):
        identity.credit_code(typed)


@given(st.one_of(TYPED, ODD))
def test_what_is_kept_of_a_text_is_kept_unchanged_again(typed):
    for normal in (identity.prose, identity.line, identity.name, identity.email):
        kept = normal(typed)
        assert normal(kept) == kept
        assert not set(kept) & set("\x00\x1f\u202e\u2066\u200b\ufeff")


FIELDS = st.one_of(TYPED, ODD, st.sampled_from(["王 示例", "138 0000 0000", "name＠Example.com", "示例路１号", ""]))


@settings(max_examples=150)
@given(st.data())
def test_accepted_answer_is_accepted_again_and_stays_as_it_is(data):
    question = data.draw(st.sampled_from(QUESTIONS))
    kind = data.draw(st.sampled_from([ApplicantKind.NATURAL_PERSON, ApplicantKind.OTHER]))
    good = PERSON.get(question.slug, {"number": "0631-8451120"})
    typed = {name: data.draw(st.one_of(st.just(value), FIELDS)) for name, value in good.items()}
    form = form_of(question.slug, typed, kind)

    if form.is_valid():
        again = form_of(question.slug, form.stored(), kind)
        assert again.is_valid(), again.errors
        assert again.stored() == form.stored()


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_accepted_answers_are_a_case_that_the_officers_form_takes_too(data):
    answers = {}
    for slug, good in PERSON.items():
        typed = {name: data.draw(st.one_of(st.just(value), FIELDS)) for name, value in good.items()}
        form = BY_SLUG[slug].form(typed, answers=answers, today=TODAY)
        if not form.is_valid():
            form = BY_SLUG[slug].form(good, answers=answers, today=TODAY)
            assert form.is_valid(), form.errors
        answers[slug] = form.stored()

    request = questions.request_of(AGENCY, answers, TODAY)

    assert 0 < len(request.contact) <= 200
    assert request.received_on is None and request.arrived_on == TODAY


AGENCY = AgencyFactory.build()


@given(st.text(max_size=300), st.sampled_from(["", ".pdf", ".PDF", ".tar.gz", "." + "x" * 400]))
def test_file_name_is_harmless_and_short(name, ending):
    kept = safe_name(name + ending)

    assert 0 < len(kept) <= LONGEST_NAME
    assert not set(kept) & set("/\\\u202e") and "Cc" not in set(map(unicodedata.category, kept))
    assert safe_name(kept) == kept


def test_nothing_beyond_the_list_is_asked():
    """条例 Art. 29: who, how to prove it and to be reached; what; in which form and way. No purpose."""
    asked = {(question.slug, name) for question in QUESTIONS for name in form_of(question.slug, None).fields}

    assert asked == {
        ("applicant", "kind"),
        ("identity", "name"),
        ("identity", "proof"),
        ("identity", "number"),
        ("identity", "copies"),
        ("contact", "phone"),
        ("contact", "email"),
        ("contact", "address"),
        ("content", "description"),
        ("content", "website"),
        ("delivery", "form"),
        ("delivery", "method"),
        ("address", "address"),
        ("fax", "number"),
    }
