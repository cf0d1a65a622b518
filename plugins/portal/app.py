"""The portal as a FastAPI application: who may see it, and what a browser may do with its pages."""

import logging
from pathlib import Path
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as HttpError
from starlette.middleware.base import RequestResponseEndpoint

from portal import pages, queries
from portal.render import page

log = logging.getLogger(__name__)

# No script at all and nothing from elsewhere: a hostile key that slipped through the escaping still could not run.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
MESSAGES = {400: "请求不正确", 404: "没有这个页面", 405: "不支持这种操作"}


def create_app() -> FastAPI:
    """Make the application, to be mounted in Airflow's API server."""
    app = FastAPI(title="质量看板", docs_url=None, redoc_url=None, openapi_url=None)
    app.middleware("http")(guard)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_exception_handler(HttpError, _show_http_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _show_bad_request)
    app.add_exception_handler(queries.WarehouseUnavailable, _show_unavailable)
    return app


async def guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """Let a request through only for a logged-in user who may see Airflow; applies to every path, static files included."""
    response = await _refusal(request) or await call_next(request)
    response.headers.update(HEADERS)
    return response


async def _refusal(request: Request) -> Response | None:
    try:
        user = await get_user(request, None, await bearer_scheme(request))
    except HTTPException as error:
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(_login_url(request), 302)
        return JSONResponse({"detail": "请先登录 Airflow"}, error.status_code)
    if not get_auth_manager().is_authorized_view(access_view=AccessView.WEBSITE, user=user):
        return JSONResponse({"detail": "没有查看权限"}, 403)
    return None


def _login_url(request: Request) -> str:
    """Airflow's own way to log in, whichever auth manager is in use, and back to this page."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{request.scope.get('app_root_path', '')}/api/v2/auth/login?next={quote(wanted, safe='')}"


def _show_http_error(request: Request, error: HttpError) -> Response:
    message = error.detail if isinstance(error, pages.Unknown) else MESSAGES.get(error.status_code, "出错了")
    return page(request, "error.html", error.status_code, message=message)


def _show_bad_request(request: Request, error: Exception) -> Response:
    return page(request, "error.html", 400, message=MESSAGES[400])


def _show_unavailable(request: Request, error: Exception) -> Response:
    log.error("质量看板读不到数据仓库：%s", error)
    return page(request, "error.html", 503, message=str(error))
