"""Printed numbers that are no statistic of the year: years, codes and dates; plans, changes and sums of several years."""

from __future__ import annotations

import re

from extraction.meaning import Context, interpret
from extraction.numbers import Number
from extraction.prose.words import CHANGE, CLAUSE_END, REACHES, Words
from extraction.records import UNMAPPED
from extraction.vocabulary import squeeze, vocabulary
from extraction.years import Year, spoken_of, years_in

_PLAN = re.compile(
    r"力争|[还尚仍]需|[须应][达高]到|(?<!雨露)计划(?:招|新|到|在|于|开|安排|投|建|募|筹|补|引|聘|选|增)|拟(?:招|新|建|开|申|增)|预计|目标|规划到|到20\d\d年|(?:在|用)[一二两三\d]年内|将达|不低于|不少于|容纳|[可能]满足|可供"
)
_AHEAD = re.compile(
    r"力争|力求|打算|预计|拟(?:招|新|建|开|申|增)|计划(?:招|新|在|于|开|到|用|[一二两三四五\d]+年内)|规划(?:建设|办学|占地|用地|设置|总)|[建落]成后|设置规模|未来|今后|下一步|明年|到(?P<year>20\d\d)年"
)
# All of a sentence, however many semicolons it has: 2026年，学校计划招生…；…占比达到80%以上
_COMING_YEAR = re.compile(r"(?P<year>20\d\d)年[，,]?[^，,。；;\d]{0,6}(?:计划|打算|拟|力争|预计|将)")
_BY_A_PLAN = re.compile(r"按照?[^，,。；;]{0,24}规划(?:建设|设计|设置)")  # by which something was built
_TODAY = re.compile(r"[目当]前|现|已|截至|实际|完成")
_NOW = re.compile(r"[目当]前|现[有在共已]")
_NEAR = 200
_LONG_RUN = re.compile(
    r"近[二三四五六七八九十两几\d]+年|年来(?:(?<=[\d二三四五六七八九十]年来)|(?<=[\d二三四五六七八九十][余多]年来))|历年"
    r"|以来(?<!今年以来)(?<!今年\d月以来)(?<!今年\d\d月以来)|建校至今|自(?:19|20)\d\d年.{0,6}?起"
)
# … of what is counted, not of rates: 近年来就业率保持98%
_LATELY = re.compile(
    rf"{_LONG_RUN.pattern}|近年来|十[二三四五六]五[”\"]?(?:期间|时期|累计)|累计(?<!全年累计)(?=招生|招收|培养|毕业|输送)|"
    + "|".join(
        rf"{century}\d\d年(?:.{{0,4}}?至今)|{century}\d\d年?\s*[至到—–-]+\s*(?:19|20)\d\d年(?:累计|间|期间|共有)"
        for century in (19, 20)
    )
)
_DATED = r"(?:目前|如今|同期|截[至止][^，,]{0,12}|(?:19|20)\d\d年(?:[春秋]季(?:学期)?|底|末)?)?"
_BACKGROUND = re.compile(
    rf"[而但]?{_DATED}(?:全[市国省球]|我[国省])(?!性|.*(?:赛|奖|荣誉|称号|示范|名师|第[一二三四五六七八九十\d]))"
)
# In a school's own report, what all schools of its county have: 全县中职在校生5324人.
_OF_THE_COUNTY = re.compile(
    rf"{_DATED}全[县区旗](?!性|.*(?:赛|奖|荣誉|称号|示范|名师|第[一二三四五六七八九十\d]))"
)
_OF_THE_COUNTRY = re.compile(
    r"(?:^|[，,；;])(?:截[至止][^，,]{0,12}[，,])?(?:(?:19|20)\d\d年(?:末|底)?[，,]?)?(?:全国|全省|我国|我省|全球)(?:共|现|已)?(?:有|建成|开设)"
)
# … and in a school's report what all schools of its city have: 全市目前有中职学校7所，在校生1.86万人.
_OF_THE_CITY = re.compile(
    r"(?:^|[，,；;])(?:全|我)?[市县区]里?(?:[目当]前|现|共|一共)*(?:有|拥有)(?:中职|中等职业|职业)(?:学校|院校)"
)
_OUR_OWN = re.compile(r"我[校县区市院]|本[校县区市院]|学校(?:现|共|有)|学院(?:现|共|有)|全[校县区市院]|其中")
_NO_STATISTIC = ("第", "图", "表", "案例", "编号", "电话", "邮编", "号")
_NAMES_A_DAY = ("年", "月", "日", "号", "届")
_PLUS = ("+", "＋")
_YEARS_PLUS = re.compile(r"\d\s*[+＋]$")
_SAYS_RATIO = re.compile(r"[数比率值为][:：]?\s*(?:1\s*[:：∶])?$|[\u4e00-\u9fff]\s*1\s*[:：∶]\s*$")
_SAYS_HOURS = re.compile(r"学时(?:总[量数]|合计|共计|总计|数)?(?:[为达共]|达到)?$")  # 总学时48600
_LISTED = re.compile(r"(?:分别|依次)(?:为|是)[\d.:：、，,和与及\s]*[、，,和与及]\s*$")  # 分别为14.22和14.29
_GOES_ON_AS_CODE = (".", "-", "—", "+")
_POINTED_AT = re.compile(r"(?:最[\u4e00-\u9fff]{1,2}的前?|[这那该此哪])$")
_FEWER_TAKEN_IN = re.compile(r"(?:压缩|缩减|控减|核减)(?:招生|规模|计划)*$")
_OF_EACH_ONE = re.compile(r"(?:人均|每[人生周月学])[^，,。；;]*$")
_ONE_BY_ONE = re.compile(r"(?:分别|依次)[^，,；;]*$")
_IN_QUOTES = re.compile(r"[“\"][^”\"]*[”\"]")
_SENTENCE_END = re.compile(r"[。；;！？\n]")
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
_FULL_STOP = re.compile(r"[。！？\n]")
# What is told of several years goes on behind a semicolon where it is of one kind: 近五年荣获成果奖4项；大赛奖项19项.
_ACHIEVED = re.compile(r"奖|荣誉|称号|成果|课题|专利|论文")
# What each gets or has to have: 每生6000元, 按生师比15:1测算.
_EACH_GETS = re.compile(
    r"[（(]?(?:[按以])?每(?:人|生|名|位|名?学生)(?:每(?:学?年|学期|月))?(?:补助|资助|发放|奖励|给予|标准)?(?:约|为|达)?$"
)
_NORM_OF_AID = re.compile(r"(?:助学金|奖学金|资助|补助)(?:的)?(?:资助)?标准[^。；;]*$")
_BY_NORM = re.compile(
    r"^的[^，,。；;]{2,6}[还尚仍]需|^(?:的?(?:标准|要求|比例|规定))?(?:来|进行)?(?:测算|核算|计算|配备|配置|折算)"
)
_GIVEN_A_NORM = re.compile(r"(?:^|[，,；;。])(?:若|如)?(?:按照?|依据|根据|以)[^，,；;。]{0,12}$")
# What is to be brought to it: 将生均占地提高到35平方米.
_TO_BE_BROUGHT = re.compile(rf"^将(?!近)[^，,。；;]*{REACHES.pattern}")
# 距60%的目标还差2.9个百分点, 优于20:1的国家设置标准
_A_GOAL = re.compile(
    r"^[^，,。；;]{0,4}(?:的[\u4e00-\u9fff]{0,4})?目标|^的(?:国家|[省市]定|部颁)?(?:设置|办学|达标|规定|最低)?(?:要求|标准|底线|红线)"
)
# The least of several years, or of several things: 始终保持在95%以上, 各方面满意度均超过94%.
_LEAST_OF_SEVERAL = re.compile(r"(?:始终|一直|连续[两三四五六\d]年|历年)[^，,。；;\d]*$")
_EACH_OF_SEVERAL = re.compile(r"(?:各(?!类|级)|多)[^，,。；;\d]*均[^，,。；;\d]*(?:超过?|[高大]于|不低于)$")
_AT_LEAST = re.compile(r"^\s*[）)]?以上")
_ABOVE_NORM = re.compile(r"[高低]于(?:\s*1\s*[:：∶])?$")  # 仍高于20:1
_ASKED = re.compile(
    r"《[^》]+》[^，,。；;]{0,8}(?:要求|规定|明确)[^，,。；;]*$"
)  # 《…标准》要求在校生3000人以上
_NORM_BEFORE = re.compile(r"[较比于][^，,。；;]{0,8}(?:规定|要求|标准)的$")  # 占比较国家规定的50%高出
_MISSING = re.compile(r"(?:缺口|缺额|空缺|短缺|不足|流失|辞职|离职|退休)(?:约|达|为|共)*$")
_OF_EACH = re.compile(r"(?:各|每(?!百))[^，,。；;]*(?:均|都)?(?:拥有|有|达|设|配备?)$")
_ADDED_LIST = re.compile(r"(?:^|[学校共又年度,，；;。])新增[^，,。；;：:]*$")
_IN_A_YEAR = re.compile(r"(?:19|20)\d\d年度?的?(?:[为有是达仅])?$")
_NOT_COUNTED = {"year", "day", "month", "age", "km", "km2", "percent_point"}


def is_statistic(number: Number, sentence: str) -> bool:
    """Not a year, an ordinal, a code or a date: a number with a counted unit, or a ratio."""
    before, after = sentence[: number.start].rstrip(), sentence[number.unit_end :].lstrip()[:1]
    if (before.endswith(_NO_STATISTIC) and not before.endswith("称号")) or (
        number.unit is None and after in _NAMES_A_DAY
    ):
        return False
    # 3+4 is a kind of schooling.
    if after in _PLUS or (before.endswith(_PLUS) and _YEARS_PLUS.search(before)):
        return False
    if number.unit is None:
        in_list = "." in number.raw and _LISTED.search(before)
        of_itself = _SAYS_RATIO.search(before[-8:]) or _SAYS_HOURS.search(before[-8:])
        return bool(in_list or of_itself) and after not in _GOES_ON_AS_CODE
    if number.unit.canonical == "hour":
        cues = "|".join(vocabulary().cue_pattern.findall(before))
        if _OF_EACH_ONE.search(before):
            return False  # 人均每学期授课36课时
        clauses = tuple(reversed(CLAUSE_END.split(before)[-2:]))  # 课程126门、23800学时
        named = interpret(Context(clauses, before=cues), number.unit)
        return named.metric != UNMAPPED  # few hours are statistics: 课程总学时 is, 每周2学时 is not
    return number.unit.canonical not in _NOT_COUNTED


def is_other(words: Words) -> bool:
    """A change, a plan, a sum over several years, or what is said of the city or the country."""
    clause = _IN_QUOTES.sub("", CLAUSE_END.split(words.lead)[-1]).rstrip()
    elsewhere = _is_elsewhere(clause, words)
    if (
        _long_ago(clause, words.own)
        or _PLAN.search(REACHES.sub("", clause))
        or elsewhere
        or _is_ahead(words)
        or _of_several_years(words)
    ):
        return True
    in_money = words.number.unit is not None and words.number.unit.canonical == "CNY"
    if words.number.is_chinese and _POINTED_AT.search(clause):
        return True  # 人数最多的三个专业, 这两个专业
    if _FEWER_TAKEN_IN.search(clause):
        return True
    if (
        _ASKED.search(words.said[-_NEAR:])
        or clause.endswith(("净增", "净增加"))
        or (_A_GOAL.match(words.behind) and not in_money)
    ):
        return True
    at_least = _LEAST_OF_SEVERAL.search(clause) and _AT_LEAST.match(words.behind)
    if words.number.is_percent and (at_least or _EACH_OF_SEVERAL.search(clause)):
        return True
    is_ratio = words.number.unit is None or words.number.unit.canonical == "ratio"
    if (is_ratio and _ABOVE_NORM.search(clause)) or (words.number.is_percent and _NORM_BEFORE.search(clause)):
        return True
    if CHANGE.search(clause) or _ADDED_LIST.search(words.said):
        return not (_counts_programmes(squeeze(words.noun or clause)) or _names_a_rise(squeeze(clause)))
    return bool(_MISSING.search(clause) or _OF_EACH.search(clause) or _is_a_norm(words, clause))


def _is_elsewhere(clause: str, words: Words) -> bool:
    """What is said of the country, the province, or in a school's own report of its county."""
    if words.home and words.home in clause:
        return False
    of_the_county = not words.home and _OF_THE_COUNTY.match(clause)
    return bool(_BACKGROUND.match(clause) or of_the_county) or _goes_on_elsewhere(words)


def _is_a_norm(words: Words, clause: str) -> bool:
    """Whether a number is what each one gets, or what is reckoned with: 每生6000元, 按生师比15:1测算."""
    unit = words.number.unit
    gets = unit is not None and unit.canonical == "CNY" and "生均" not in clause and _EACH_GETS.search(clause)
    raised = (
        unit is not None
        and unit.canonical == "CNY"
        and _NORM_OF_AID.search(_IN_BRACKETS.sub("", words.said[-_NEAR:]))
    )
    by_norm = raised or (_GIVEN_A_NORM.search(words.lead) and _BY_NORM.match(words.noun))
    return bool(gets or by_norm or _TO_BE_BROUGHT.match(clause))


def _goes_on_elsewhere(words: Words) -> bool:
    """Whether the sentence told right before of the country or the province: 全国共有中职学校7201所，在校生1339万人; or in a
    school's report of its city.
    """
    sentence = _FULL_STOP.split(words.said[-_NEAR:])[-1]
    told = list(_OF_THE_COUNTRY.finditer(sentence))
    told += [] if words.home else _OF_THE_CITY.finditer(sentence)
    return bool(told) and not _OUR_OWN.search(sentence, told[-1].end())


def _long_ago(clause: str, own: int | None) -> bool:
    """Whether a clause ends with a year that is none of the report's: `从2008年的40人增至…`."""
    if own is None or not _IN_A_YEAR.search(clause):
        return False
    return spoken_of(clause, Year(own, "report")) is None


def _is_ahead(words: Words) -> bool:
    """Whether an earlier clause of the sentence looks ahead, and none since speaks of today: 2026年力争…，…达到80%."""
    opens = max(map(words.said.rfind, "。！？\n")) + 1
    coming = _COMING_YEAR.match(words.said[opens : opens + _NEAR].lstrip())
    if coming and words.own is not None and int(coming["year"]) > words.own:
        return True
    near = words.said[-_NEAR:]
    if not _AHEAD.search(near):
        return False
    sentence = _BY_A_PLAN.sub("", _IN_BRACKETS.sub("", _SENTENCE_END.split(near)[-1]))
    ahead = list(_AHEAD.finditer(sentence))
    if not ahead or _TODAY.search(sentence[ahead[-1].end() :]):
        return False
    until = ahead[-1]["year"]
    return until is None or (words.own is not None and int(until) > words.own)


def _counts_programmes(phrase: str) -> bool:
    """Whether a phrase opens or ends with what is counted as programmes, not as 专业带头人: those added are a statistic."""
    return any(
        term.code in ("programmes", "programmes_added") and (term.start == 0 or term.end == len(phrase))
        for term in vocabulary().find_terms(phrase)
    )


def _names_a_rise(phrase: str) -> bool:
    """Whether a phrase ends with a metric whose name says that something rose: 学历提升6人."""
    return any(
        term.kind == "metric" and term.end == len(phrase) and CHANGE.search(phrase[term.start :])
        for term in vocabulary().find_terms(phrase)
    )


def _of_several_years(words: Words) -> bool:
    """Whether the sentence up to the number speaks of several years together, and of no single one since."""
    near = words.said[-_NEAR:]
    several = _LONG_RUN if words.number.is_percent else _LATELY
    if not several.search(near):
        return False
    of_a_list = _ACHIEVED.search(words.clause + words.noun)
    sentence = (_FULL_STOP if of_a_list else _SENTENCE_END).split(near)[-1]
    runs = list(several.finditer(sentence))
    since = sentence[runs[-1].end() :] if runs else ""
    each_year = _ONE_BY_ONE.search(since)  # 近三年在校生分别为2310人、2398人
    return bool(runs) and not years_in(since) and not _NOW.search(since) and not each_year
