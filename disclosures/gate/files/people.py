"""Properties of a file that may name a person, and the names that programs put there."""

import re

PERSONS = {"creator": "作者", "lastModifiedBy": "最后保存者", "Manager": "主管", "lastPrintedBy": "打印者"}
REMARKS = {"description": "备注", "keywords": "关键词", "subject": "主题"}
CLEARED = {*PERSONS, *REMARKS, "Company", "HyperlinkBase", "TitlesOfParts", "HeadingPairs", "contentStatus"}
COUNTS = {
    "TotalTime", "Pages", "Words", "Characters", "CharactersWithSpaces", "Lines", "Paragraphs", "Slides", "Notes",
    "HiddenSlides", "MMClips", "DocSecurity", "ScaleCrop", "LinksUpToDate", "SharedDoc", "HyperlinksChanged",
    "AppVersion", "Application", "Template", "created", "modified", "revision", "lastPrinted", "i4",
    "PresentationFormat",
}  # fmt: skip
# What WPS writes into every file.
BY_PROGRAMS = {"KSOProductBuildVer", "ICV", "KSORubyTemplateID"}

_PROGRAMS = re.compile(
    r"python-?(?:docx|pptx)|openpyxl|xlsxwriter|wps(?:[ _]?office)?|wps 文字|wps表格|microsoft.*|ms office|office|"
    r"libreoffice.*|apache poi|aspose.*|steve canny|administrator|admin|user|users|windows用户|windows user|pc|hp|dell|"
    r"lenovo|china|unknown|未知|匿名|作者|author|un-?named|adobe.*|acrobat.*|weasyprint.*|pypdf.*|\d{1,4}|[-_. *]*|"
    r"kingsoft.*|默认|default|owner|root|test|computer|thinkpad|asus|acer|huawei|honor|微软用户|微软中国|番茄花园|雨林木风|"
    r"深度技术|系统管理员|管理员|用户|user\d*",
    re.I,
)
_OFFICES = re.compile(
    r".{2,}(?:政府|人民代表大会|法院|检察院|委员会|办公室|[局厅委办]|中心|公司|集团|学校|医院|协会|街道|大队|支队|分局|研究院)"
)
_BOILERPLATE = re.compile(r"generated (?:by|using) \S.*|created by .*|powerpoint presentation|word document", re.I)


def is_person(name: str) -> bool:
    """False for empty values, for offices, and for the names that programs and computers give themselves."""
    text = name.strip().strip("\x00")
    return bool(text) and not _PROGRAMS.fullmatch(text) and not _OFFICES.fullmatch(text)


def is_remark(text: str) -> bool:
    return bool(text.strip()) and not _BOILERPLATE.fullmatch(text.strip())
