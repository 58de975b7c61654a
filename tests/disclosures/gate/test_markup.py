"""Formatted text as the gate reads it, and masks written back into it."""

from dataclasses import dataclass

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from disclosures.gate.markup import Markup
from disclosures.rich_text import sanitise


@dataclass(frozen=True)
class Hit:
    start: int
    end: int
    masked: str


def masked(html, text, mask):
    markup = Markup(html)
    start = markup.text.index(text)
    return markup.masked([Hit(start, start + len(text), mask)])


def test_number_split_by_formatting_is_one_number_and_cells_are_two():
    markup = Markup("<p>号码<b>371002</b><i>1980</i>01011234</p><table><tr><td>138</td><td>0000</td></tr></table>")

    assert "371002198001011234" in markup.text
    assert "1380000" not in markup.text


@pytest.mark.parametrize(
    ("html", "text", "after"),
    [
        ("<p>身份证371002</p>", "371002", "<p>身份证**</p>"),
        ("<p>身<b>37</b>1<i>002</i>完</p>", "371002", "<p>身<b>**</b><i></i>完</p>"),
        ("号371002<br>下一行", "371002", "号**<br>下一行"),
        ("a &lt;b&gt; 371002", "371002", "a &lt;b&gt; **"),
        ('<p><a href="mailto:x@y.cn">写信</a></p>', "x@y.cn", '<p><a href="mailto:**">写信</a></p>'),
    ],
)
def test_mask_takes_the_place_of_the_text_and_leaves_the_formatting(html, text, after):
    assert masked(html, text, "**") == after


texts = st.text(alphabet="甲乙1234&<>\"'", min_size=1, max_size=12)
blocks = st.tuples(st.sampled_from(["p", "h2", "blockquote"]), st.sampled_from(["b", "em", "u", "sub"]), texts)


@given(st.lists(blocks, min_size=1, max_size=5), st.data())
def test_reader_sees_the_same_text_with_the_mask_in_it(parts, data):
    written = (f"<{block}>{escape(text)}<{tag}>1</{tag}>2</{block}>" for block, tag, text in parts)
    html = sanitise("".join(written))
    text = Markup(html).text
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)).filter(lambda end: "\n" not in text[start:end]))

    after = Markup(html).masked([Hit(start, end, "＊")])

    assert Markup(after).text == text[:start] + "＊" + text[end:]
    assert sanitise(after) == after
    assert Markup(html).masked([]) == html
