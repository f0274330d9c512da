"""Schools that are none of those the reports are about, and of which a district's report tells beside its vocational ones."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extraction.vocabulary import squeeze

# All of general education, and what counts vocational schools together with it.
_GENERAL = (
    r"(?:各级)?各类学校|高等教育|研究生(?:培养机构|教育)|各级各类教育|基础教育|义务教育|普通教育|特殊教育|特教|幼儿园|小学|初中|初级中学|(?:普通)?中学|中小学|(?:普通)?高中(?![职等阶段])|高级中学|完全中学"
    r"|[九十](?:[一二]|十二)?年一贯制|专门学校|工读学校|高中阶?段"
)
_HIGHER = r"(?:普通|成人)?(?:高等(?:学校|院校)|高校)|本科院校|高职(?:高专|专科)?院校|高职高专"
_OF_ALL = r"[—–-]*(?:(?:19|20)\d\d年[,，]?)?(?:其中|全[市县区省州]|另?有|共有|现有|共|在)*"
_KIND = re.compile(
    rf"{_OF_ALL}(?P<kind>(?P<general>{_GENERAL})|{_HIGHER}|技工(?:学校|院校)?|技师学院)(?:教育|学校|中小学|阶段)*"
    r"(?=$|[共现有招（(\d]|在校|在园|毕业(?!生)|专任|教职|教师)"
)
_VOCATIONAL = re.compile(rf"{_OF_ALL}(?:中职|中等职业|职业)")
_NAME_OF_ROW = re.compile(
    rf"[#＃]?(?:其中[:：]?)?(?:{_GENERAL}|{_HIGHER}|(?:普通|成人|高等|完全|义务)+(?:学校|教育))(?:教育|学校)*(?:合计|小计|总计)?"
)
_BESIDE_OTHERS = re.compile(r"学前教育|(?:合计|总计|小计|共计)|[\u4e00-\u9fff]{0,5}总数")


def named_in(clause: str) -> tuple[str, bool] | None:
    """The kind of other schools that a clause opens with (普通高中12所, 技工学校招生), and whether it is of general education.

    An empty kind where it opens with the vocational ones; None where it says neither.
    """
    words = squeeze(clause)
    if match := _KIND.match(words):
        return match["kind"], match["general"] is not None
    return ("", False) if _VOCATIONAL.match(words) else None


def rows_of_others(names: Iterable[str]) -> frozenset[str]:
    """Those names of a table's rows that are of other schools; beside some, 学前教育 and the totals of all are, too."""
    every = frozenset(names)
    # 学前教育 alone is a programme of vocational schools
    others = frozenset(name for name in every if _NAME_OF_ROW.fullmatch(squeeze(name)))
    return others | {name for name in every if others and _BESIDE_OTHERS.fullmatch(squeeze(name))}
