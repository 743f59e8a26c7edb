"""The report as one page of HTML that needs nothing but itself.

The page carries its style, its script and its data. A content security policy allows exactly that
style and that script and no request at all. Data reaches the screen as text nodes only.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from html import escape
from importlib.resources import files

from reports.page_data import page_data
from reports.record import Record
from reports.sentences import counted
from reports.shape import Json
from reports.totals import totals_of

_SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<nav aria-label="Parts of the report"><div class="wide">
<strong>Coolwind</strong>
<a href="#overview">Overview</a>
<a href="#matrix">Matrix</a>
<a href="#findings">Findings</a>
<a href="#scenarios">Scenarios</a>
<button type="button" id="theme" title="Light or dark" aria-label="Light or dark">◐</button>
</div></nav>
<main class="wide">
<noscript><p>{words} The rest needs JavaScript; the Markdown form does not.</p></noscript>
<section id="overview" aria-label="Overview"></section>
<section id="matrix" aria-label="Flow step × fault"><h2>Flow step × fault</h2></section>
<section id="findings" aria-label="Findings"><h2>Findings</h2></section>
<section id="scenarios" aria-label="Scenarios"><h2>Scenarios</h2></section>
<p id="said" class="hidden" role="status"></p>
</main>
<footer class="wide">Made from the run record alone. This page sends nothing anywhere.</footer>
<script type="application/json" id="record">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def page(record: Record) -> str:
    """The whole page. The same record gives the same page, byte for byte."""
    style, script = _part("page.css"), _part("page.js")
    totals = totals_of(record)
    verdict = f"{totals.verdict} (partial)" if totals.is_partial else totals.verdict
    words = f"The verdict is {verdict}, with {counted(totals.findings, 'finding')}."
    return _SHELL.format(
        policy=_policy(style, script),
        title=escape(f"Coolwind: {verdict}"),
        style=style,
        words=escape(words),
        data=_packed(page_data(record)),
        script=script,
    )


def _part(name: str) -> str:
    return (files("reports") / name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    rules = {
        "default-src": "'none'",
        "style-src": _hash(style),
        "script-src": _hash(script),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _packed(data: Mapping[str, Json]) -> str:
    plain = json.dumps(data, separators=(",", ":")).encode()
    packed = base64.b64encode(zlib.compress(plain, 9)).decode()
    return json.dumps({"encoding": "deflate, base64", "bytes": packed})
