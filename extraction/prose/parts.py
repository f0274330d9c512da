"""What a number counts that is a part or a kind of what was counted before: 其中一等奖3个, 按学制分，三年制1246人."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from extraction.meaning import KIND_OF_PARTS, Meaning, family, kinds_of_name, of_college
from extraction.prose.thread import AMONG, Thread, rest_in
from extraction.prose.words import (
    LONG_SENTENCE,
    OTHERS,
    PARTED_BY,
    YOUNGER,
    Words,
    left_over,
    meaning_in,
    name_of,
)
from extraction.records import Observation
from extraction.vocabulary import Term, Unit, squeeze, vocabulary

_STUDENTS = re.compile(r"^来自|的?学生$|班学生$|生源$|新生$|班$")  # 其中高级工班学生 of those enrolled
_BY_STRUCTURE = re.compile(
    r"(?:^|[，,；;])(?:(?:专任|教师)*(?:[从按在就论]|分))?(?:专任教师|教师)?的?(?P<name>职称|学历|学位)(?:结构|层次)?(?:方面|上|来看|看|而言|来说|来讲|分|划分)?[，,：:]"
)
_HOME = re.compile(r"本[省市县区州地]")  # where students come from, in a list of origins
_HAVING_IT = re.compile(
    r"^(?:具[有备]|拥有|取得|获得)|(?:学历|学位|职称)?(?:\((?:学历|学位|职称)\))?(?:的(?:教师)?|教师)?[仅只]?[有剩为]?$"
)
_NAMELY = re.compile(r"^[\u4e00-\u9fff]{2,8}(?<![高初中同])等(?=..)")  # 正安等市外学生
_OF_GROUP = re.compile(
    r"^位|专业大?类?|大?类|的|学生|招生|在校生|占比?|依次|分别|(?:[是为]|只有|仅有?|高?达到?)$"
)
_TOPIC = re.compile(r"(?:^|[。；;\n])([^，,。；;：:\n]{0,12}满意度)[^，,。；;：:\n]{0,6}[：:][^。；;\n]*$")
_TOPIC_OF_GROUPS = re.compile(
    r"(?:^|[，,。；;\n])(?:[^，,。；;：:\n\d]{0,14}?(?:各|分)专业大?类?的?(?:(?:19|20)\d\d(?:[—–-](?:19|20)\d\d)?(?:学年|年度?))?([^，,。；;：:\n]{2,12}?)(?:依次|分别)?(?:为|是)?[：:]|按([^，,。；;：:\n]{2,12}?)(?:排列|排序|排|统计|计算?)[，,：:]"
    r"|([^，,。；;：:\n]{2,12}?)(?:[从按]|分)专业大?类(?:来?看|分|划分|统计)[，,：:]"
    r"|([^，,。；;：:\n]{2,12}?)(?:规模)?(?:排名?|位?居|位?列|较[大多]|最[大多])[^，,。；;：:\n]{0,8}的?(?:专业(?:大类)?(?:依次|分别)?|依次|分别)[是为有][：:]?)[^。\n]*$"
)
_RANKED = re.compile(r".*(?:依次|分别)[是为有]")
_A_NAME = re.compile(r"(?P<name>[\u4e00-\u9fff（）()]{2,14}?)(?:专业)?")
_SOME_OF = re.compile(r"其中|(?:^|[，,])(?:包括|包含)")
_OF_ANY_PARTS = ("partner_enterprises", "non_degree_training", "training_bases", "interns", "schools")
_BELONGS_TO = re.compile(r"隶属于?|属于")
# 最多的是信息技术类，为3161人，其次是交通运输类，为2703人
_FOREMOST = re.compile(r"(?:其中|[；;，,])[^，,。；;\d]{2,20}最[高低多少大小][，,]?[有为达共约]*到?$")
_NEXT = re.compile(r"(?:其次|再次)[是为]?[^，,。；;\d（(]{2,20}[，,（(]?[有为达共约]*到?$")
_LONGEST_PART = 12
_WORK = ("direct_employment", "employed_graduates")
_PRACTICE = ("interns",)
_OF_WORKERS = ("graduates_by_industry", "matched_employment", "matched_employment_rate")
_AT = (
    r"本地|异地|外地|(?:本|外|周边)[省市县区州]"
    r"|[省市县区州][内外](?:[省市县区州][内外]|其他(?:地市|县区|区县|县市|[省市县区州]))?"
)
_WORK_AT = re.compile(
    rf"(?:其中)?(?:毕业生)?(?P<go>留?在|到|去往?|赴)?(?P<where>{_AT})(?P<work>就业|工作|实习)?的?(?:学生|毕业生)?[有为]?"
)
_NEAR = 60  # characters
_ANOTHER_DEED = re.compile(r"完成|开展|组织|[鉴认]定|考[核评]|服务|活动")


def of_kinds(words: Words, thread: Thread) -> Meaning | None:
    """`招生1572人。按学制分，三年制1246人`: the kinds of what was counted before, whatever else they would be kinds of."""
    parted = PARTED_BY.search(LONG_SENTENCE.split(words.said)[-1])
    if parted is None or words.number.is_percent:
        return None
    unit = words.number.unit
    alike = (one for one in (thread.last, thread.before) if one and unit and one.unit == unit.canonical)
    last = next(alike, None)
    named = any(term.kind == "metric" for term in vocabulary().find_terms(words.clause))
    if last and "生源" in parted.group() and _HOME.fullmatch(words.clause):
        return Meaning(last.metric, {**last.dims, "origin": words.clause}, 0.6)
    return of_list(words, last) if last and not named else None


def of_structure(words: Words) -> Meaning | None:
    """`职称方面，高级78人、中级103人`: the teachers of this title or degree, where the sentence opens with how it parts them."""
    *_, opens = (None, *_BY_STRUCTURE.finditer(LONG_SENTENCE.split(words.said)[-1]))
    dimension = vocabulary().dimension_of_header.get(opens["name"]) if opens else None
    member = _HAVING_IT.sub("", words.clause.lstrip("(").removeprefix("其中"))
    if opens is None or dimension is None or member not in vocabulary().members[dimension]:
        return None
    found = meaning_in(words, [member + opens["name"]])
    if found or words.number.is_percent:
        return found
    metric = next(code for code, kind in KIND_OF_PARTS.items() if kind == dimension)
    return Meaning(metric, {dimension: vocabulary().members[dimension][member]}, 0.6)


def of_list(words: Words, last: Observation | None) -> Meaning | None:
    """`其中一等奖3个、二等奖5个`: what the number before it counted, narrowed by a member of its own or of that member."""
    if last is None or not words.clause:
        return None
    shared = not words.number.is_percent and vocabulary().part_of_share.get(last.metric)
    metric = vocabulary().metrics[shared or last.metric]  # 男生60人，占60%；女生40人
    counted = of_college(metric, words.clause).code
    if "其中" in words.lead and words.after_unknown:
        return None  # some of what is not known
    part = _NAMELY.sub("", words.clause.lstrip("("))
    if last.metric == "new_entrants":
        part = YOUNGER.sub("学生", part)  # 招生420人，其中本县初中毕业生308人
    if kinds_of_name(bare := _STUDENTS.sub("", part)) - {"metric"}:
        part = bare  # 3+2学生 of those who were admitted are not all who are enrolled
    if alike := _also_a_metric(words, last, squeeze(part)):
        return alike
    if parts := _members_of(last.dims, squeeze(part)):
        return Meaning(last.metric, {**last.dims, **parts}, 0.6)
    if _STUDENTS.sub("", left_over(part)) not in name_of(counted):
        return _of_unknown_part(words, last, part) or _other_member(words, last, squeeze(part))
    found = meaning_in(words, [part, name_of(counted)])
    narrower = found and {k: v for k, v in found.dims.items() if last.dims.get(k) != v}
    if found is None or (found.metric == last.metric and not (narrower and narrower.keys() - {"indicator"})):
        found = _of_unknown_part(words, last, part) or found
        narrower = found and {k: v for k, v in found.dims.items() if last.dims.get(k) != v}
    if not found or not narrower:
        return None
    siblings = "其中" in words.lead or any(dimension in last.dims for dimension in narrower)
    same = dict(last.dims) if found.metric == last.metric and siblings else {}
    if "level" in narrower and "其中" not in words.lead:
        same.pop("award", None)  # 国家级7项（…三等奖4项）；省级35项
    return replace(found, dims={**same, **listed(words, found.dims)}, confidence=0.6)


def of_place_of_work(words: Words, thread: Thread) -> Meaning | None:
    """`直接就业510人，在县内就业203人、市外189人`, `实习学生1276人，在县内实习的703人`: those who went there."""
    place = _WORK_AT.fullmatch(words.clause.lstrip("("))
    unit = words.number.unit
    if place is None or unit is None or unit.canonical != "person":
        return None
    told = thread.told if place["work"] or place["go"] else [thread.last] if thread.last else []
    kinds = {"": (*_WORK, *_PRACTICE), "实习": _PRACTICE}.get(place["work"] or "", _WORK)
    if last := next((o for o in reversed(told) if o.metric in kinds), None):
        return Meaning(last.metric, {"indicator": place["where"]}, 0.6)
    of_workers = any(o.metric in _OF_WORKERS for o in told) and "实习" not in place[0]
    return Meaning(_WORK[0], {"indicator": place["where"]}, 0.5) if of_workers else None


def of_part_behind(words: Words, last: Observation | None) -> Meaning | None:
    """`直接就业1473人，其中22人自主创业`: a part of what was counted before, told behind its number."""
    if last is None or words.clause or words.number.unit_raw != last.unit_raw:
        return None
    if "其中" not in words.lead and "indicator" not in last.dims:
        return None
    kinds = vocabulary().terms.get(squeeze(words.noun), ())
    members = {kind: code for kind, code in kinds if kind != "metric"}
    if last.metric in _OF_ANY_PARTS and _BELONGS_TO.match(words.noun):
        return Meaning(last.metric, {**last.dims, "indicator": squeeze(words.noun)[:_LONGEST_PART]}, 0.5)
    return (
        Meaning(last.metric, {**last.dims, **members}, 0.6)
        if members and len(members) == len(kinds)
        else None
    )


def _of_unknown_part(words: Words, last: Observation, part: str) -> Meaning | None:
    """`合作企业78家，其中深度合作23家`: a part of firms or of people trained, under words that the vocabulary does not know."""
    sentence = LONG_SENTENCE.split(words.said)[-1]
    is_part = (
        _SOME_OF.search(words.lead)
        or PARTED_BY.search(words.lead)
        or ((_SOME_OF.search(sentence) or PARTED_BY.search(sentence)) and "indicator" in last.dims)
    )
    alike = words.number.unit_raw == last.unit_raw and not words.number.is_percent
    if _ANOTHER_DEED.search(part) or (not _SOME_OF.search(words.lead) and "；" in words.lead):
        return None
    part = _SOME_OF.sub("", part)
    if not (is_part and alike and last.metric in _OF_ANY_PARTS) or len(part) > _LONGEST_PART:
        return None
    if part in words.names:
        return None
    return Meaning(last.metric, {**last.dims, "indicator": part}, 0.5)


def _also_a_metric(words: Words, last: Observation, part: str) -> Meaning | None:
    """`在校生满意度95.2%，毕业生93.6%`: the next member of the dimension told before, whatever else it names."""
    if words.number.is_percent != (last.unit == "percent") or "metric" not in kinds_of_name(part):
        return None
    told = {d: vocabulary().members[d][part] for d in last.dims if part in vocabulary().members[d]}
    return Meaning(last.metric, {**last.dims, **told}, 0.6) if told else None


def of_next_member(words: Words, last: Observation | None) -> Meaning | None:
    """`在校生满意度95.2%、毕业生93.6%`: the next member of the dimension told before, though it names a metric, too."""
    if last is None or not words.number.is_percent:
        return None  # 校内实训基地9个 are what they are called
    return _also_a_metric(words, last, squeeze(_NAMELY.sub("", words.clause.lstrip("("))))


def _members_of(dims: Mapping[str, str], part: str) -> dict[str, str]:
    """`国家助学金2846人次（一档1122人次，二档…`: the members that words make with the member told before, or in its place."""
    known = vocabulary().members
    return {
        dimension: known[dimension][name]
        for dimension, told in dims.items()
        for name in (told + part, told[: -len(part)] + part)
        if part and part not in known[dimension] and name in known[dimension]
    }


def _other_member(words: Words, last: Observation, part: str) -> Meaning | None:
    """`校外实训基地85个、校内62个`: the member of the dimension told before that words are by themselves."""
    known = vocabulary().members
    other = {kind: part for kind, told in last.dims.items() if told != part == known[kind].get(part)}
    alike = words.number.unit_raw == last.unit_raw and not words.number.is_percent
    return Meaning(last.metric, {**last.dims, **other}, 0.6) if other and alike else None


def of_among(words: Words, thread: Thread) -> Meaning | None:
    """`直接就业的学生中，自主创业的26人`: some of those that the sentence names before 中, under words of their own."""
    among = AMONG.search(LONG_SENTENCE.split(words.said)[-1])
    part = words.clause.removesuffix("有").removesuffix("的")
    if among and YOUNGER.fullmatch(part) and not words.number.is_percent and "新生" in among[1]:
        return Meaning("new_entrants", {"origin": part}, 0.5)  # 新生中，初中毕业生1387人
    if not among or not part or len(part) > _LONGEST_PART or words.number.is_percent:
        return None
    metrics = [term.code for term in vocabulary().find_terms(squeeze(among[1])) if term.kind == "metric"]
    known = any(term.kind == "metric" for term in vocabulary().find_terms(part))
    unit = words.number.unit
    if (
        not metrics
        or known
        or unit is None
        or family(vocabulary().metrics[metrics[-1]].unit) != family(unit.canonical)
    ):
        return None  # of 直接就业的毕业生 the first are the narrower ones
    by_group = bool(thread.group) and _is_group_alone(words, thread)  # a dimension of its own
    return Meaning(metrics[0 if "的" in among[1] else -1], {} if by_group else {"indicator": part}, 0.5)


def of_rest(words: Words, last: Observation | None) -> Meaning | None:
    """`…占93.2%，其余5个专业大类共657人`: what was counted before, or its share."""
    if last is None or not (words.clause in OTHERS or rest_in(words.said)):
        return None
    parts = [part for part, share in vocabulary().share_of.items() if share == last.metric]
    return next(
        (
            replace(found, dims={}, confidence=0.6)
            for code in (last.metric, *parts)
            if (found := meaning_in(words, [name_of(code)])) and found.metric in (last.metric, *parts)
        ),
        None,
    )


def listed(words: Words, dims: dict[str, str]) -> dict[str, str]:
    """The dimensions with all members that a list before the number names: `中级、高级讲师共38人`."""
    named = {(t.kind, t.code) for t in vocabulary().find_terms(words.clause)}
    if ("indicator", dims.get("indicator")) in {
        (t.kind, t.code) for t in vocabulary().find_terms(words.listed)
    } - named:
        dims = {k: v for k, v in dims.items() if k != "indicator"}  # 面向农民、…等培训 is of them all
    opening = next((t for t in vocabulary().find_terms(words.clause) if dims.get(t.kind) == t.code), None)
    if opening is None or opening.start > 0 or not words.listed:
        return dims
    members = [opening.code]
    for part in reversed(re.split(r"[、和及与]", words.listed)):
        member = _ending(part, opening.kind) or _completed(part, opening)
        if not member:
            break
        members.insert(0, member)
    return {**dims, opening.kind: "、".join(members)}


def _ending(part: str, kind: str) -> str | None:
    """The member of a dimension that a part of a list ends with."""
    ends = [t.code for t in vocabulary().find_terms(part) if (t.kind, t.end) == (kind, len(part))]
    return ends[-1] if ends else None


def _completed(part: str, last: Term) -> str | None:
    """The member that the short part of a list means by the list's last: 高 in 高、中级职称. 市、区级 is a level of its own."""
    short = part[-1:]
    return _ending(short + last.text[1:], last.kind) if short and last.kind != "level" else None


def of_next(words: Words, thread: Thread) -> Meaning | None:
    """`其次是交通运输类，为2703人`, `其中护理专业最高，达4350元`: of the group that stands out, what was counted before."""
    told = [one for one in (thread.last, thread.before) if one]
    last = next(
        (one for one in told if one.unit_raw.split("/")[0] == words.number.unit_raw.split("/")[0]), None
    )
    if (
        last is None
        or not thread.group
        or vocabulary().metrics[last.metric].theme not in ("students", "outcomes")
    ):
        return None
    near = words.said[-_NEAR:]
    goes_on = thread.group.keys() & last.dims.keys() and _NEXT.search(near)
    if not (goes_on or _FOREMOST.search(near)):
        return None
    others = {k: v for k, v in last.dims.items() if k not in ("programme", "category")}
    return Meaning(last.metric, {**others, **thread.group}, 0.6)


def of_group(words: Words, thread: Thread) -> Meaning | None:
    """`招生1200人，其中护理专业220人、会计专业180人`: of the programme that its clause is, what was counted before."""
    unit = words.number.unit
    counted = (one for one in (thread.last, thread.before) if one and unit and _is_alike(one, unit))
    last = next(counted, None)
    if not (last and thread.group and words.clause):
        return None
    by_kinds = PARTED_BY.search(LONG_SENTENCE.split(words.said)[-1])
    goes_on = "其中" in words.lead or by_kinds or thread.group.keys() & last.dims.keys()
    if not (goes_on and _is_group_alone(words, thread)):
        return None
    return Meaning(
        last.metric, {k: v for k, v in last.dims.items() if k not in ("programme", "category")}, 0.6
    )


def _is_alike(one: Observation, unit: Unit) -> bool:
    """Whether a number with this unit can count of students what another one counts, or be such a rate of graduates."""
    metric = vocabulary().metrics[one.metric]
    of_students = metric.theme == "students" or (metric.theme == "outcomes" and unit.canonical == "percent")
    return of_students and family(unit.canonical) == family(metric.unit)


def _is_group_alone(words: Words, thread: Thread) -> bool:
    """Whether a clause names a programme or a category and no more: 护理专业."""
    name = next(iter(thread.group.values()))
    return name in words.clause and not _OF_GROUP.sub("", words.clause.replace(name, ""))


def of_ranked(words: Words, thread: Thread) -> Meaning | None:
    """`在校生规模较大的专业大类依次是装备制造大类1400人`: of the first group, what the clause says that they are ranked by."""
    ranked = _RANKED.match(words.clause)
    named = (
        thread.group and next(iter(thread.group.values())) == words.clause[ranked.end() :]
        if ranked
        else False
    )
    counted = _TOPIC_OF_GROUPS.search(words.said) if named and not words.number.is_percent else None
    return meaning_in(words, [next(filter(None, counted.groups()))]) if counted else None


def of_topic(words: Words, thread: Thread) -> Meaning | None:
    """`学生满意度：理论学习95%，生活94%`: with what they are satisfied, where the sentence says before who is.

    `各专业招生人数：护理专业109人，会计专业75人`: of which programme, where it says before what is counted.
    """
    if words.number.unit and not words.number.is_percent:
        topic = _TOPIC_OF_GROUPS.search(words.said)
        counted = next(filter(None, topic.groups())) if topic else ""
        found = meaning_in(words, [counted]) if counted else None
        if thread.group and _is_group_alone(words, thread):
            return found
        listed = (
            topic and (topic[1] or topic[4]) and _A_NAME.fullmatch(words.clause)
        )  # a programme that the catalogue does not have
        return replace(found, dims={**found.dims, "programme": listed["name"]}) if found and listed else None
    if not (words.number.is_percent and words.clause and "满意度" in words.said):
        return None
    topic = _TOPIC.search(words.said)
    found = meaning_in(words, [topic[1]]) if topic else None
    return found and replace(found, dims={**found.dims, "indicator": words.clause}, confidence=0.6)
