"""The report as one page of HTML that needs nothing but itself.

The page carries its style, its script and its data. A content security policy allows exactly that
style and that script and no request at all. Data reaches the screen as text nodes only.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from itertools import chain

from reports.history import History
from reports.page_data import page_data
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
<a class="skip" href="#main">To the report</a>
<header class="bar"><div class="wide">
<strong class="mark">Coolwind</strong>
<nav aria-label="Parts of the report">
<a href="#overview">Overview</a>
<a href="#matrix">Matrix</a>
<a href="#findings">Findings</a>
<a href="#latency">Latency</a>
<a href="#trend">Trend</a>
<a href="#scenarios">Scenarios</a>
</nav>
<button type="button" id="theme" title="Light or dark" aria-label="Light or dark">◐</button>
</div></header>
<main class="wide" id="main">
<noscript><p>{words} The rest needs JavaScript; the Markdown form does not.</p></noscript>
<section id="overview" aria-label="Overview"></section>
<section id="matrix" aria-labelledby="matrix-title">
<h2 id="matrix-title">What each fault did, where</h2>
</section>
<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
</section>
<section id="latency" aria-labelledby="latency-title">
<h2 id="latency-title">Restore latency</h2>
</section>
<section id="trend" aria-labelledby="trend-title">
<h2 id="trend-title">Trend</h2>
</section>
<section id="scenarios" aria-labelledby="scenarios-title">
<h2 id="scenarios-title">Scenarios</h2>
</section>
<p id="said" class="hidden" role="status"></p>
<svg id="blank" class="hidden" aria-hidden="true"></svg>
</main>
<footer class="wide">Made from the run record alone. This page sends nothing anywhere.</footer>
{data}
<script>{script}</script>
</body>
</html>
"""

SCRIPTS = ("page_parts.js", "page_matrix.js", "page_finding.js", "page_plots.js", "page.js")
"""The parts of the script, each of which uses those before it."""


def page(history: History) -> str:
    """The whole page. The same records give the same page, byte for byte."""
    style, script = _part("page.css"), "\n".join(map(_part, SCRIPTS))
    totals = totals_of(history.record)
    verdict = f"{totals.verdict} (partial)" if totals.is_partial else totals.verdict
    words = f"The verdict is {verdict}, with {counted(totals.findings, 'finding')}."
    return _SHELL.format(
        policy=_policy(style, script),
        title=escape(f"Coolwind: {verdict}"),
        style=style,
        words=escape(words),
        data="\n".join(_data(history)),
        script=script,
    )


def _data(history: History) -> Iterator[str]:
    """One element for each part of the data: details are unpacked when they are wanted."""
    data = page_data(history)
    whole = (("overview", data.overview), ("groups", data.groups), ("transcripts", data.scenarios))
    parts = chain(whole, ((f"block-{at}", block) for at, block in enumerate(data.details)))
    for name, value in parts:
        yield f'<script type="text/plain" id="data-{name}">{packed(value)}</script>'


def packed(value: Json) -> str:
    """A value as compressed JSON in letters that no markup is made of: deflate, base64."""
    plain = json.dumps(value, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(plain, 9)).decode()


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
