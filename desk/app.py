"""The desk as a web application on this machine: pages for people, a form for decisions, nothing else.

What keeps it safe: it answers to loopback names only (a page elsewhere that resolves to 127.0.0.1 is refused); nothing is
changed but by POST, with the session's cookie, a token made from it, and an Origin that is the desk itself; everything
that comes from a report is escaped by Jinja, and the Content-Security-Policy lets no inline script run even so.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from desk.evidence import by_place, page_image, passages, table
from desk.findings import SEVERITIES, STATUSES, Citation, Filter, Finding, Findings, NoFindings, decide
from desk.words import LANGUAGES, word
from warehouse.review import DecidedMeanwhile, Decision, ReviewError, now

HERE = Path(__file__).parent
HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SESSION, LANGUAGE, REVIEWER = "desk_session", "desk_language", "desk_reviewer"
MOST_BYTES = 64 * 1024
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
VERDICTS = ("source_error", "corrected", "parser_error", "accepted")


@dataclass(frozen=True)
class Desk:
    """What the desk works on: the findings, and where a report's landed text and its file are, if they still are.

    `data_docs` is the folder of the last run's Data Docs, `reviewer` the name that stands in the form at first.
    """

    findings: Findings
    text_of: Callable[[str], str | None]
    file_of: Callable[[str], Path | None]
    data_docs: Path
    reviewer: str = ""


def make_app(desk: Desk) -> Starlette:
    """The application. The secret behind the form tokens lives as long as it does."""
    pages = _Pages(desk)
    routes = [
        Route("/", pages.index),
        Route("/finding/{finding}", pages.finding, methods=["GET"]),
        Route("/finding/{finding}", pages.decide, methods=["POST"]),
        Route("/finding/{finding}/page/{number:int}.png", pages.page),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    if desk.data_docs.is_dir():
        routes.append(Mount("/data-docs", StaticFiles(directory=desk.data_docs, html=True)))
    return Starlette(
        routes=routes,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS), Middleware(_Headers)],
        exception_handlers={ReviewError: pages.refused},
    )


class _Headers:
    """The headers that every answer carries."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", POLICY.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"same-origin"),
                    (b"cross-origin-resource-policy", b"same-origin"),
                    (b"cache-control", b"no-store"),
                ]
            await send(message)

        await self.app(scope, receive, sending)


class _Pages:
    """The pages and what they do; one public method a route."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._secret = secrets.token_bytes(32)
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def index(self, request: Request) -> Response:
        """The list; with a finding waiting, that finding beside it."""
        wanted = _filter(request)
        found = await run_in_threadpool(self.desk.findings.all)
        first = next((finding for finding in found if wanted.takes(finding)), None)
        if first is not None and first.is_undecided:
            return _speaking(RedirectResponse(_address(first, wanted), 303), request)
        return self._show(request, found, None)

    async def finding(self, request: Request) -> Response:
        """One finding with all that it cites, and the form."""
        found = await run_in_threadpool(self.desk.findings.all)
        one = next((each for each in found if each.finding_id == request.path_params["finding"]), None)
        if one is None:
            raise NoFindings(f"no finding {request.path_params['finding']}")
        return await run_in_threadpool(partial(self._show, request, found, one))

    async def page(self, request: Request) -> Response:
        """The page of the PDF that a cited number stands on."""
        image = await run_in_threadpool(
            self._page, request.path_params["finding"], request.path_params["number"]
        )
        return Response(image, media_type="image/png") if image else Response(status_code=404)

    async def decide(self, request: Request) -> Response:
        """Take a decision down, and go on to what comes next."""
        form = await self._form(request)
        found = await run_in_threadpool(self.desk.findings.all)
        wanted = _filter(request)
        one = next((each for each in found if each.finding_id == request.path_params["finding"]), None)
        if one is None:
            raise NoFindings(f"no finding {request.path_params['finding']}")
        try:
            decision = await run_in_threadpool(self._decide, one, form)
        except ReviewError as error:
            fresh = await run_in_threadpool(self.desk.findings.all)
            again = next(each for each in fresh if each.finding_id == one.finding_id)
            show = partial(self._show, request, fresh, again, form=form, trouble=error)
            response = await run_in_threadpool(show)
            response.status_code = 409 if isinstance(error, DecidedMeanwhile) else 422
            return response
        target = one if decision.verdict == "reopened" else _next(found, one, wanted)
        response = RedirectResponse(
            _address(target, wanted, done=one.finding_id) if target else f"/?{_query(wanted)}", 303
        )
        response.set_cookie(REVIEWER, quote(decision.decided_by), max_age=31536000, samesite="strict")
        return response

    async def refused(self, request: Request, error: Exception) -> Response:
        """What cannot be shown, said in a page."""
        language = _language(request)
        body = self._templates.get_template("refused.html.jinja").render(
            message=str(error), language=language, word=partial(word, language=language)
        )
        return HTMLResponse(body, 404 if isinstance(error, NoFindings) else 400)

    # ── how it is done ───────────────────────────────────────────────────────────────────────────────────────────────

    def _show(
        self,
        request: Request,
        found: Sequence[Finding],
        one: Finding | None,
        *,
        form: dict[str, str] | None = None,
        trouble: ReviewError | None = None,
    ) -> Response:
        wanted, language = _filter(request), _language(request)
        shown = [finding for finding in found if wanted.takes(finding)]
        session = request.cookies.get(SESSION) or secrets.token_urlsafe(32)
        citations = self.desk.findings.citations(one) if one else []
        reviewer = unquote(request.cookies.get(REVIEWER, "")) or self.desk.reviewer
        body = self._templates.get_template("desk.html.jinja").render(
            found=found,
            shown=shown,
            groups=[list(group) for _, group in groupby(shown, key=lambda finding: finding.report_id)],
            one=one,
            districts=_choices(found, "district", "district" if language == "zh" else "district_en"),
            reports=_choices(found, "report_id", "report_title"),
            rules=_choices(found, "rule", f"rule_{language}"),
            titles={finding.report_id: finding.report_title for finding in found},
            citations=citations,
            evidence=self._evidence(citations),
            decisions=self.desk.findings.ledger.history(one.finding_id) if one else [],
            done=next((f for f in found if f.finding_id == request.query_params.get("done")), None),
            previous=_beside(shown, one, -1),
            following=_beside(shown, one, 1),
            form=defaultdict(str, form or {"decided_by": reviewer}),
            trouble=trouble,
            meanwhile=isinstance(trouble, DecidedMeanwhile),
            token=self._token(session),
            wanted=wanted,
            query=_query(wanted),
            language=language,
            languages=LANGUAGES,
            severities=SEVERITIES,
            statuses=STATUSES,
            verdicts=VERDICTS,
            has_docs=self.desk.data_docs.is_dir(),
            word=partial(word, language=language),
            said=lambda row, name: getattr(row, f"{name}_{language}"),
        )
        response = HTMLResponse(body)
        response.set_cookie(SESSION, session, httponly=True, samesite="strict")
        return _speaking(response, request)

    def _evidence(self, citations: Sequence[Citation]) -> list[dict[str, Any]]:
        """For each place that is cited: the passages, or the table put together again, and whether a page can be shown."""
        numbers = {citation.observation_id: number for number, citation in enumerate(citations, start=1)}
        found = []
        for (report_id, place), here in by_place(citations):
            cells = self.desk.findings.cells(report_id, place) if place != "prose" else []
            texts = [] if cells else passages(here, self.desk.text_of(report_id))
            found.append(
                {
                    "place": place,
                    "report_id": report_id,
                    "table": table(citations, cells) if cells else None,
                    "passages": [_renumbered(passage, here, numbers) for passage in texts],
                    "page": numbers[here[0].observation_id] if self._pdf(report_id) else None,
                }
            )
        return found

    def _pdf(self, report_id: str) -> Path | None:
        file = self.desk.file_of(report_id)
        return file if file and file.suffix == ".pdf" else None

    def _page(self, finding: str, number: int) -> bytes | None:
        citations = self.desk.findings.citations(self.desk.findings.one(finding))
        if not 1 <= number <= len(citations):
            return None
        citation = citations[number - 1]
        file = self._pdf(citation.report_id)
        return page_image(file, citation.quote, citation.raw) if file else None

    async def _form(self, request: Request) -> dict[str, str]:
        """The fields of a form that this desk gave to this browser. Raises ReviewError for any other."""
        origin = request.headers.get("origin")
        if origin != f"{request.url.scheme}://{request.headers.get('host')}":
            raise ReviewError("a decision is taken on the desk's own page only")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise ReviewError("the form is too large")
        try:
            given = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
        except ValueError as error:
            raise ReviewError(f"the form cannot be read: {error}") from None
        form = {name: values[-1].strip() for name, values in given.items()}
        session = request.cookies.get(SESSION, "")
        if not session or not hmac.compare_digest(form.get("token", ""), self._token(session)):
            raise ReviewError("this page is from another session of the desk: open it again, then decide")
        return form

    def _token(self, session: str) -> str:
        return hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()

    def _decide(self, one: Finding, form: dict[str, str]) -> Decision:
        citations = self.desk.findings.citations(one)
        verdict: Any = form.get("verdict", "")
        number = int(form["number"]) if form.get("number", "").isdigit() else 1
        cited = citations[number - 1] if 1 <= number <= len(citations) else None
        corrected = verdict == "corrected" and cited is not None
        return decide(
            self.desk.findings.ledger,
            one,
            Decision(
                finding=one.finding_id,
                rule=one.rule,
                verdict=verdict,
                reason=form.get("reason", ""),
                decided_by=form.get("decided_by", ""),
                decided_at=now(),
                until=form.get("until") or None,
                value=cited.canonical(form.get("value", "")) if corrected and cited else None,
                subject=cited.subject if cited else None,
            ),
            seen=int(form["seen"]) if form.get("seen", "").isdigit() else 0,
        )


def _renumbered(passage: Any, here: Sequence[Citation], numbers: dict[str, int]) -> Any:
    """A passage whose marks count the citations of the finding, not those of the place."""
    return replace(
        passage,
        pieces=tuple(
            replace(piece, mark=numbers[here[piece.mark - 1].observation_id]) if piece.mark else piece
            for piece in passage.pieces
        ),
    )


def _choices(found: Sequence[Finding], value: str, text: str) -> list[tuple[str, str]]:
    """What a filter can be set to: value and words, each once."""
    pairs = {getattr(finding, value): getattr(finding, text) for finding in found if getattr(finding, value)}
    return sorted(((key, words or key) for key, words in pairs.items()), key=lambda pair: pair[1])


def _filter(request: Request) -> Filter:
    given = request.query_params
    wanted = Filter(**{field.name: given[field.name] for field in fields(Filter) if given.get(field.name)})
    return wanted if wanted.status in STATUSES else replace(wanted, status="undecided")


def _query(wanted: Filter) -> str:
    """The filter as it stands in an address, without what narrows nothing."""
    plain = Filter()
    return urlencode(
        {
            field.name: getattr(wanted, field.name)
            for field in fields(Filter)
            if getattr(wanted, field.name) != getattr(plain, field.name)
        }
    )


def _address(finding: Finding, wanted: Filter, **more: str) -> str:
    query = "&".join(part for part in (_query(wanted), urlencode(more)) if part)
    return f"/finding/{finding.finding_id}{f'?{query}' if query else ''}"


def _language(request: Request) -> str:
    asked = request.query_params.get("language") or request.cookies.get(LANGUAGE) or ""
    if asked not in LANGUAGES:
        accepted = request.headers.get("accept-language", "zh").split(",")[0]
        asked = "en" if accepted.lower().startswith("en") else "zh"
    return asked


def _speaking(response: Response, request: Request) -> Response:
    """The answer, with the language kept that the address asks for."""
    if "language" in request.query_params:
        response.set_cookie(LANGUAGE, _language(request), max_age=31536000, samesite="strict")
    return response


def _beside(shown: Sequence[Finding], one: Finding | None, step: int) -> Finding | None:
    """The finding before or after this one in the list; the list's end, where this one is not in it."""
    places = [place for place, finding in enumerate(shown) if one and finding.finding_id == one.finding_id]
    if not places:
        return shown[0 if step > 0 else -1] if shown else None
    place = places[0] + step
    return shown[place] if 0 <= place < len(shown) else None


def _next(found: Sequence[Finding], one: Finding, wanted: Filter) -> Finding | None:
    """What waits after this one within the filter, else before it."""
    waiting = [f for f in found if f.finding_id == one.finding_id or (wanted.takes(f) and f.is_undecided)]
    place = next(n for n, finding in enumerate(waiting) if finding.finding_id == one.finding_id)
    rest = waiting[place + 1 :] or waiting[:place]
    return rest[0] if rest else None
