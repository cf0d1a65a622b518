"""Pages from templates: everything that comes from the warehouse is escaped."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from govservice.inspecting import rejudging, suites
from portal import wording


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """One page.

    Args:
        request: has the address under which the portal is mounted, `root` in the templates.
        template: file in templates/.
        status: HTTP status.
        values: what the template shows.
    """
    html = _templates().get_template(template).render(root=request.scope["root_path"], **values)
    return HTMLResponse(html, status)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        count=wording.count,
        rate=wording.rate,
        moment=wording.moment,
        segment=wording.segment,
        feed=wording.feed_name,
        severity=suites.ACTIONS.get,
        confidence=suites.CONFIDENCES.get,
        reason=rejudging.REASONS.get,
        verdict=wording.VERDICTS.get,
        rating_verdict=wording.RATING_VERDICTS.get,
        source_state=wording.SOURCE_STATES.get,
        delivery_state=wording.DELIVERY_STATES.get,
        protocol=wording.PROTOCOLS.get,
    )
    templates.globals["column"] = wording.column_name
    return templates
