"""The evaluation as one page: scores, reliability plot, alarms, with the simple rules beside; no script, no network."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2733}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .7rem;border-bottom:1px solid #cfd8e0;"
    "text-align:right}th:first-child,td:first-child{text-align:left}figure{display:inline-block;margin:.5rem}"
)
_SIDE = 220.0


def html_page(report: Mapping[str, Any], *, title: str) -> str:
    """Return the page of a report of `verification.verify`."""
    horizons = report["horizons"]
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        f"<h1>{escape(title)}</h1>",
        (f"<p>{report['forecasts']} forecasts of {report['vessels']} vessels, {report['issues']} issues, "
        f"{report['first_issue']} to {report['last_issue']}. Not in the truth: {report['not_in_truth']}.</p>"),
        "<h2>Chances</h2>",
        _table(
            ("hours", "n", "crossed", "base rate", "Brier", "by distance", "by time to line", "skill", "90 %", "ECE"),
            [
                (
                    h["hours"], h["n"], h["n_crossed"], h["base_rate"], h["brier"], h["brier_climatology"],
                    h["brier_time_to_line"], h["skill"], f"{_text(h['skill_low'])} … {_text(h['skill_high'])}",
                    h["ece"],
                )
                for h in horizons
            ],
        ),
        ("<p>Skill is against the chance by distance alone, fitted on these very rows in its favour; the interval is "
        "drawn by vessel.</p><h2>Reliability</h2>"),
        *[_reliability(h) for h in horizons],
        "<h2>As an alarm (6 hours, vessels within 40 nm, moored ones included)</h2>",
        _table(
            ("rule", "false per vessel-day", "threshold", "warned of", "2 h ahead", "median lead, h", "crossings"),
            [
                (
                    name, a["false_per_vessel_day"], a["threshold"], a["recall"], a["recall_2h"], a["lead_median_h"],
                    a["n_crossings"],
                )
                for name, rows in report["alarms"].items()
                for a in rows
            ],
        ),
        (f"<p>Time of crossing: median error {_text(report['arrival']['median_error_h'])} h, 80 % interval held "
        f"{_text(report['arrival']['coverage_80'])} of {report['arrival']['n']}.</p></html>"),
    ]  # fmt: skip
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    lines = "".join("<tr>" + "".join(f"<td>{escape(_text(v))}</td>" for v in row) + "</tr>" for row in rows)
    return f"<table><tr>{cells}</tr>{lines}</table>"


def _text(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _reliability(horizon: Mapping[str, Any]) -> str:
    """Return a plot of share that happened against chance given; on the diagonal they agree."""
    dots = "".join(
        f"<circle cx='{20 + b['p_mean'] * _SIDE:.1f}' cy='{10 + (1 - b['observed']) * _SIDE:.1f}' r='4'>"
        f"<title>said {b['p_mean']:.3f}, happened {b['observed']:.3f}, {b['n']:.0f} forecasts</title></circle>"
        for b in horizon["bins"]
    )
    edge = 20 + _SIDE
    return (
        f"<figure><svg width='{_SIDE + 30}' height='{_SIDE + 30}' role='img' "
        f"aria-label='Reliability at {horizon['hours']} hours'>"
        f"<rect x='20' y='10' width='{_SIDE}' height='{_SIDE}' fill='none' stroke='#9db0c0'/>"
        f"<line x1='20' y1='{10 + _SIDE}' x2='{edge}' y2='10' stroke='#9db0c0'/><g fill='#1f5f99'>{dots}</g></svg>"
        f"<figcaption>{horizon['hours']} h: chance given (right) and share that happened (up)</figcaption></figure>"
    )
