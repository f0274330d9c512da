"""What the title of a vocational quality report looks like, and what only resembles one.

A source may bring expressions of its own (`title`, `exclude` in its YAML); these are the ones for all others. Titles
are compared squeezed: without white space, full-width forms made half-width.
"""

from __future__ import annotations

import re
import unicodedata

_VOCATIONAL = r"(职业(?!病|卫生|健康|安全)|职教|职高|职中|中职|高职|中专|技工|技校|技师|卫校|学校|学院|中学)"
_YEAR = r"[\d\W年度学]{0,16}"
_REPORT = rf"质量(发展)?{_YEAR}(发展)?(报告(?!会)|年报)"
_BARE = rf"^(附件|关于|发布|公布|公开|教育|人才培养|{_YEAR}){{0,6}}{_REPORT}[\d\W年度版全文]*$"

REPORT_TITLE = rf"(?=.*{_VOCATIONAL}).*{_REPORT}|(?=.*年){_BARE}"
"""The report's name in any word order, with a vocational school or vocational education in the title; or nothing but
the name and its year, as in a column of its own."""

_OTHER_QUALITY = (
    r"(义务教育|基础教育|学前教育|幼儿园|小学|初中|普通高中|普高).*质量"
    r"|(?<!职业)(本科|研究生).*质量|就业.{0,2}质量|高质量"
    r"|(产品|工程|建设|环境|空气|水|水体|水源|生态|食品|餐饮|膳食|药品|农产品|耕地|服务|医疗|护理|卫生|监理|施工|"
    r"作业|课堂|生源|体质|营商|信用|数据|统计|审计)质量"
    r"|质量(监测|体系|监督|检测|检验|安全|提升|诊断|管理)"
)
"""Other things whose quality is reported on. Words that school names carry (卫生学校, 工程学校) count only where they
stand right before 质量."""

_PREPARATION = (
    r"编制|编写|撰写|编撰|起草|报送|上报|呈报|提交|填报|催报|征集|征求|申报|遴选|评审|评议|评选|论证|验收"
    r"|(做好|开展|组织|加强|落实|推进|启动).*(通知|通告|函|方案|公告|工作)"
    r"|(模板|范本|样本|样式|体例|格式|指南|提纲|大纲|方案|办法|细则|规定|要点|要求|指标|标准|说明)"
    r"|采购|招标|投标|中标|成交|磋商|询价|比选|培训|研讨|撤回|撤销|延期"
)
"""What happens before a report is published, or around it."""

_NEWS = (
    r"解读|图解|读懂|一图|速览|亮点|看点|侧记|综述|述评|访谈|专访|答记者问|评论|点评|学习|宣讲"
    r"|推进会|部署会|动员会|座谈|会议|发布会|召开|举行|举办|出炉|问世|亮相|上线"
    r"|获评|获奖|荣获|获.{0,8}奖|入选|优秀(案例|报告|等次|$)|典型案例|合规性|抽查|督查|检查|审核|通报"
    r"|情况(的|说明|汇报|公示|一览|统计|$)"
    r"|(?<!关于)(?<!予以)(?<!公开)(?<!统一)(?<!^)(正式|成功|如期|顺利|率先|首次)发布|[区县市校院委我]发布"
)
"""What is written about a report."""

_NOTICE = r"^(?!.*(发布|公布|公开|印发|刊发)).*(通知|通告|函)(\W.*)?$"
"""A notice publishes a report only where it says so."""

NOT_A_REPORT = "|".join((_OTHER_QUALITY, _PREPARATION, _NEWS, _NOTICE))
"""Titles to leave out though the report's name is in them."""

_HINT = re.compile(rf"{_VOCATIONAL}|质量|年度")


def squeezed(title: str) -> str:
    """A title for comparing: no white space, no width variants (（ = ()."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", title))


def could_become(title: str) -> bool:
    """Whether a title that a list has cut short may be that of a report; only the article can tell."""
    return bool(_HINT.search(squeezed(title)))
