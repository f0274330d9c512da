"""One message to one channel: the four robots' shapes of JSON, and mail. What is told is decided elsewhere (alerts.py).

Shapes and limits as the makers document them:
- wecom    企业微信群机器人 developer.work.weixin.qq.com/document/path/91770 (markdown, 4096 bytes of UTF-8)
- dingtalk 钉钉自定义机器人 open.dingtalk.com/document/robots/custom-robot-access (markdown, signed by HMAC-SHA256)
- feishu   飞书自定义机器人 open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (post, signed by HMAC-SHA256)
- slack    docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (mrkdwn)

The Chinese robots answer 200 to what they refuse: the body says so.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import smtplib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from orchestration.operations import Channel

_SECONDS = 10.0
_WECOM_BYTES = 4096


class NotDelivered(Exception):
    """A channel did not take a message; says which and why."""


@dataclass(frozen=True)
class Line:
    """One thing told: its words, and where to look."""

    words: str
    link: str


@dataclass(frozen=True)
class Message:
    """A title and its lines."""

    title: str
    lines: tuple[Line, ...]


def send(channel: Channel, message: Message) -> None:
    """Deliver a message. Raises NotDelivered; what the receiver refuses counts as not delivered."""
    try:
        _mail(channel, message) if channel.shape == "mail" else _post(channel, message)
    except (OSError, smtplib.SMTPException, requests.RequestException, ValueError) as error:
        raise NotDelivered(f"{channel.name} ({channel.shape}): {error}") from error


# ── robots ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _post(channel: Channel, message: Message) -> None:
    content, query = _SHAPES[channel.shape](message, channel.secret)
    url = f"{channel.url}{'&' if '?' in channel.url else '?'}{urlencode(query)}" if query else channel.url
    answer = requests.post(url, json=content, timeout=_SECONDS, allow_redirects=False)
    if not answer.ok:  # its own words hold the address, and the address a key
        raise ValueError(f"answers {answer.status_code}: {answer.text[:200]}")
    if channel.shape != "slack":
        body = answer.json()
        code = body.get("errcode", body.get("code", body.get("StatusCode", 0)))
        if code:
            raise ValueError(f"refused: {code} {body.get('errmsg') or body.get('msg') or ''}")


_Shaped = tuple[Mapping[str, Any], Mapping[str, str]]


def _wecom(message: Message, _: str) -> _Shaped:
    text = f"**{message.title}**\n{_markdown(message)}"
    while len(text.encode()) > _WECOM_BYTES:  # whole lines: half a link is none
        text = text.rpartition("\n")[0]
    return {"msgtype": "markdown", "markdown": {"content": text}}, {}


def _dingtalk(message: Message, secret: str) -> _Shaped:
    content = {
        "msgtype": "markdown",
        "markdown": {"title": message.title, "text": f"#### {message.title}\n{_markdown(message)}"},
    }
    stamp = str(round(time.time() * 1000))
    return content, {"timestamp": stamp, "sign": _hmac(secret, f"{stamp}\n{secret}")} if secret else {}


def _feishu(message: Message, secret: str) -> _Shaped:
    lines = [
        [{"tag": "text", "text": f"{line.words} "}, {"tag": "a", "text": "查看", "href": line.link}]
        for line in message.lines
    ]
    content = {"msg_type": "post", "content": {"post": {"zh_cn": {"title": message.title, "content": lines}}}}
    stamp = str(int(time.time()))
    signed = {"timestamp": stamp, "sign": _hmac(f"{stamp}\n{secret}", "")} if secret else {}
    return {**signed, **content}, {}


def _slack(message: Message, _: str) -> _Shaped:
    lines = "\n".join(f"• {_escaped(line.words)} <{line.link}|查看 view>" for line in message.lines)
    return {"text": f"*{_escaped(message.title)}*\n{lines}"}, {}


_SHAPES: Mapping[str, Callable[[Message, str], _Shaped]] = {
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "slack": _slack,
}


def _markdown(message: Message) -> str:
    return "\n".join(f"- {line.words} [查看]({line.link})" for line in message.lines)


def _escaped(text: str) -> str:
    """Slack's three signs."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _mail(channel: Channel, message: Message) -> None:
    """Plain text. smtp:// is encrypted by STARTTLS where the server offers it, and always before a password goes out."""
    address = urlsplit(channel.url)
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.title, channel.sender, ", ".join(channel.to)
    mail.set_content("\n".join(f"{line.words}\n    {line.link}" for line in message.lines) + "\n")
    connect = smtplib.SMTP_SSL if address.scheme == "smtps" else smtplib.SMTP
    with connect(address.hostname or "", address.port or 0, timeout=_SECONDS) as server:
        server.ehlo()
        if address.scheme == "smtp" and (server.has_extn("starttls") or channel.user):
            server.starttls()
        if channel.user:
            server.login(channel.user, channel.password)
        server.send_message(mail)
