"""What can be wrong with an answer, and how it shows. Every fault has one kind, and every kind one finding.

The kinds are the words of `Problem.kind`; the rules on them are in `expectations/rules/landing.yaml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup

from scrapers.markup import scripts, text_of

KINDS: dict[str, str] = {
    # the site
    "unreachable": "no connection, no whole answer, or none in time",
    "http_error": "a status that is neither good nor gone",
    "busy": "the site asks to come back later than this run waits",
    "challenge": "a page that wants to see a browser: a cookie by script, a captcha, a firewall's words",
    "login": "a page that wants a password",
    "redirects": "sent on in circles",
    # what we do not ask
    "robots": "robots.txt forbids it",
    "off_site": "on a host that the source does not allow",
    "private_address": "the host's address is not one of the open Internet",
    "budget": "this run has asked as much as it may",
    # lists
    "empty_list": "a list page without a link to an article",
    "fewer_links": "a list page with far fewer links than it had",
    "no_match": "a selector of the source matches nothing",
    "pages_left": "the list has more pages than the source says to read",
    # articles and files
    "dead_link": "listed, but not there",
    "soft_404": "a page that says with status 200 that it is not there",
    "no_body": "an article page without an article",
    "no_file": "an article that says the report is attached, without a file",
    "empty_file": "an answer without content",
    "unsupported": "something else than a document where one should be",
    "too_large": "larger than the cap",
    "archive": "an archive that cannot be opened within bounds",
    # the source
    "overdue": "the season has passed without a report",
    "landing": "the landing zone is in use or damaged",
    "bad_source_file": "the source's YAML has mistakes",
    "broken_hook": "the source's own code failed",
    "defect": "our code failed on a page",
}

LASTING = frozenset(
    [
        "off_site",
        "robots",
        "dead_link",
        "soft_404",
        "no_body",
        "no_file",
        "no_match",
        "empty_file",
        "unsupported",
        "too_large",
        "archive",
        "pages_left",
    ]
)
"""Faults that asking again at once does not mend: asked again the next day, or when the list changes. The others are
asked again by every run."""

_CHALLENGE = re.compile(
    r"(安全|人机|滑[动块]|浏览器)(验证|检查|检测|校验)|请(完成|进行|输入).{0,6}验证|验证您?是(否)?.{0,4}(真人|人类|机器)"
    r"|(请求|访问|操作).{0,12}(被(拦截|阻断|阻止|拒绝|禁止)|存在(安全)?(威胁|风险)|疑似(攻击|黑客)|过于频繁|异常)"
    r"|Web应用防火墙|网站防火墙|应用防护|云防护|创宇盾|安全狗|云锁|安全宝|请(开启|启用|打开).{0,12}(JavaScript|JS|Cookie)"
    r"|enableJavaScript|JavaScript(isrequired|required|isdisabled)|Checkingyourbrowser|AttentionRequired"
    r"|Requestblocked|AccessDenied|WebApplicationFirewall|\bWAF\b|captcha|DDoSprotection|Justamoment",
    re.I,
)
_CHALLENGE_SCRIPT = re.compile(
    r"document\.cookie\s*=|__jsl_clearance|acw_sc__v2|acw_tc|_\$jsvmprt|\$_ts\b|cdn-cgi/challenge|_guard"
    r"|location\.reload\s*\(|eval\s*\(\s*function\s*\(p,a,c,k,e|challenge|fingerprint",
    re.I,
)
_LOGIN = re.compile(r"统一身份认证|用户登录|账号登录|会员登录|请先?登录|登录后|单点登录|signin|login", re.I)
_LOGIN_URL = re.compile(r"/(login|signin|sso|cas|passport|oauth)\b", re.I)
_SOFT_404 = re.compile(
    r"(页面?|文章|文件|信息|内容|网页|地址|资源|链接).{0,12}(不存在|没有找到|未找到|找不到|已(经)?(被)?(删除|移除|下线|撤(销|回|下))|已?失效)"
    r"|(找不到|没有找到|未找到|无法找到)(您|你)?.{0,8}(页|文件|文章|信息|内容|资源)|(?<!\d)404(NotFound|错误|页面|(?![\d人个元]))|NotFound|pagenotfound",
    re.I,
)
_SHORT = 400
"""Characters of a page that has no more to say than that something is wrong."""


class FetchError(Exception):
    """An address gave nothing to keep. `kind` is one of KINDS, `detail` is for people, `page` the evidence.

    `host_wide`: the same would come of any other address of the host.
    """

    def __init__(
        self, kind: str, url: str, detail: str, page: Path | None = None, host_wide: bool = False
    ) -> None:
        self.kind, self.url, self.detail, self.page, self.host_wide = kind, url, detail, page, host_wide
        super().__init__(f"{url}: {detail}")


DEFECTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What code raises that did not expect a page like this one. It costs that page, never the source or the run."""


def defect(error: Exception, url: str, page: Path | None) -> FetchError:
    """The fault that a mistake of ours is."""
    detail = f"cannot be read: a defect of zhijiao ({type(error).__name__}: {error}); please report it with the page"
    return FetchError("defect", url, detail, page)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A page that is not what it should be: the kind of fault and how it showed."""

    kind: str
    detail: str


def fault_of_page(soup: BeautifulSoup, url: str, text: str | None = None) -> Verdict | None:
    """What is wrong with a page that shows no article or no list; None where nothing says so.

    `text` is that of the article's body, where it has one: a fault may stand within the site's usual frame.
    """
    if text:
        return _fault_in_body(text)
    said = text_of(soup)
    title = "".join(soup.title.get_text().split()) if soup.title else ""
    heading = "".join(text_of(tag) for tag in soup.select("h1, h2")[:3])
    short = said if len(said) <= _SHORT else ""
    password = soup.select_one('input[type="password" i]') and len(said) <= 3 * _SHORT
    if password or _LOGIN_URL.search(url) or _LOGIN.search(title):
        return Verdict("login", "a login page answers: the site wants a password here")
    if found := _CHALLENGE.search(f"{title} {heading} {short}"):
        return Verdict(
            "challenge", f"a protection page answers (“{found[0]}”): the site takes the crawler for an attack"
        )
    script = scripts(soup)
    if found := _SOFT_404.search(f"{title} {heading} {short}") or _SOFT_404.search(said):
        return Verdict("soft_404", f"the page says “{found[0]}”")
    if len(said) <= _SHORT / 4 and (found := _CHALLENGE_SCRIPT.search(script)):
        return Verdict(
            "challenge",
            f"a page of nothing but script answers (“{found[0]}”): the site wants to see a browser",
        )
    return None


def _fault_in_body(text: str) -> Verdict | None:
    if len(text) <= _SHORT and (found := _SOFT_404.search(text)):
        return Verdict("soft_404", f"the article says “{found[0]}”")
    if len(text) <= _SHORT and (found := _CHALLENGE.search(text)):
        return Verdict(
            "challenge", f"a protection page answers (“{found[0]}”): the site takes the crawler for an attack"
        )
    if len(text) <= _SHORT / 4 and (found := re.search(r"请先?登录|登录后", text)):
        return Verdict("login", f"the article says “{found[0]}”")
    return None
