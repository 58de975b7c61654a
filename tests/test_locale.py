"""The back office speaks Chinese: the theme's texts are translated here, and the compiled catalogue is in step."""

import re
from pathlib import Path

import polib
import pytest
import unfold
from django.utils import translation

CATALOGUE = Path(__file__).resolve().parent.parent / "locale" / "zh_Hans" / "LC_MESSAGES"
# Words of the theme's texts that stay as they are.
PLACEHOLDERS = re.compile(r"%\(\w+\)s|{\w*}|<[^>]+>|\s|\W")


def texts_of_the_theme():
    for template in Path(unfold.__file__).parent.rglob("*.html"):
        text = template.read_text("utf-8")
        for match in re.finditer(r"{%\s*(?:trans|translate)\s+([\"'])(.*?)\1", text):
            yield match.group(2)


def test_compiled_catalogue_is_the_source_compiled():
    source, compiled = polib.pofile(str(CATALOGUE / "django.po")), polib.mofile(str(CATALOGUE / "django.mo"))

    assert {entry.msgid: entry.msgstr for entry in source} == {entry.msgid: entry.msgstr for entry in compiled}


@pytest.mark.parametrize("text", sorted(set(texts_of_the_theme())))
def test_every_text_of_the_theme_is_chinese(text):
    with translation.override("zh-hans"):
        shown = translation.gettext(text)

    assert not PLACEHOLDERS.sub("", text) or re.search("[\u4e00-\u9fff]", shown), shown
