"""The verdict as a badge: a small picture for a README, in SVG."""

from html import escape

from reports.record import Record
from reports.sentences import counted
from reports.totals import totals_of

_COLOURS = {"pass": "#17693b", "fail": "#ab2318", "inconclusive": "#7d5108"}
_PLACES_A_CHARACTER = 6.6


def badge(record: Record) -> str:
    """What the run came to, in one look: the word, how many plans or findings, and whether there
    may be more of them because the run was cut short."""
    totals = totals_of(record)
    number = {
        "pass": counted(totals.plans, "fault plan"),
        "fail": counted(totals.findings, "finding")
        if totals.findings
        else counted(totals.statuses["failed"], "failed scenario"),
    }.get(totals.verdict, "partial" if totals.is_partial else "undecided")
    if totals.is_partial and totals.verdict == "fail":
        number += " so far"
    left, right = "conversation survives", f"{totals.verdict}, {number}"
    first, second = (round(_PLACES_A_CHARACTER * len(text)) + 14 for text in (left, right))
    title = escape(f"{left}: {right}")
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{first + second}" height="22" role="img" aria-label="{title}">
<title>{title}</title>
<clipPath id="round"><rect width="{first + second}" height="22" rx="5"/></clipPath>
<g clip-path="url(#round)"><rect width="{first}" height="22" fill="#3a4047"/><rect x="{first}" width="{second}" height="22" fill="{_COLOURS[totals.verdict]}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle"><text x="{first / 2}" y="15">{escape(left)}</text><text x="{first + second / 2}" y="15">{escape(right)}</text></g>
</svg>
"""  # noqa: E501
