"""救济告知: what a letter must tell of review and suit. Derived from the outcome, never typed. Pure.

行政复议法 (2023) Art. 20, 22 ¶2, 23, 24; 行政诉讼法 Art. 45, 46; 法释〔2025〕8号 Art. 1.
"""

from dataclasses import dataclass

from requests_app.outcomes import Outcome, RemedyMode

ONLINE = "行政复议申请也可以在线提交"
REVIEW_FIRST_ARTICLES = "《中华人民共和国行政复议法》第二十条、第二十三条第一款第（四）项"


@dataclass(frozen=True)
class Organs:
    """To whom the applicant may turn. ``online`` is told in letters that are served through the internet."""

    review_organ: str
    court: str
    online: str = ""


class OrgansMissing(ValueError):
    pass


def clause(mode: RemedyMode, organs: Organs, *, document: str, partial: bool = False) -> str:
    """The paragraph; empty for ``NONE``. ``document`` is how the letter names itself: 答复书, 告知书.

    ``partial``: the refused part needs review first, the rest does not; both are told.
    Raises ``OrgansMissing`` where the agency has not said who they are.
    """
    if mode == RemedyMode.NONE:
        return ""
    if not organs.review_organ or not organs.court:
        raise OrgansMissing("请先在“机关”页面填写行政复议机关和有管辖权的人民法院，答复书须写明救济途径")
    if partial and mode == RemedyMode.REVIEW_FIRST:
        told = (
            f"对本{document}中不予公开的部分不服的，{_review_first(organs, document)}；"
            f"对其他内容不服的，{_free_choice(organs, document)}。"
        )
    elif mode == RemedyMode.REVIEW_FIRST:
        told = f"如对本{document}不服，{_review_first(organs, document)}。"
    else:
        told = f"如对本{document}不服，{_free_choice(organs, document)}。"
    return told + (f"{ONLINE}：{organs.online}。" if organs.online else "")


def _review_first(organs: Organs, document: str) -> str:
    return (
        f"应当依照{REVIEW_FIRST_ARTICLES}的规定，自收到本{document}之日起60日内先向{organs.review_organ}申请行政复议；"
        f"对行政复议决定仍不服的，可以自收到行政复议决定书之日起15日内向{organs.court}提起行政诉讼"
    )


def _free_choice(organs: Organs, document: str) -> str:
    return (
        f"可以自收到本{document}之日起60日内向{organs.review_organ}申请行政复议，"
        f"或者自收到本{document}之日起6个月内向{organs.court}提起行政诉讼"
    )


def is_told(text: str, mode: RemedyMode, *, partial: bool = False) -> bool:
    """Does a letter's text tell this mode and no other?"""
    first, free = "先向" in text and "60日内" in text, "6个月内" in text
    wanted = {
        RemedyMode.NONE: (False, False),
        RemedyMode.FREE_CHOICE: (False, True),
        RemedyMode.REVIEW_FIRST: (True, partial),
    }[mode]
    return (first, free) == wanted


def is_partial(outcome: Outcome) -> bool:
    return outcome == Outcome.PARTIAL
