"""What this project adds to Airflow: the quality portal under /quality, its menu entries, notes of runs, Chinese by default.

Every Airflow process imports this file, so it imports nothing heavy; the portal itself is imported at its first request.
"""

from importlib import import_module
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

import run_notes
from connections.portless import Portless
from portal.defaults import ChineseDefaults


class LazyApp:
    """An ASGI application that is imported and made at its first request."""

    def __init__(self, module: str, factory: str) -> None:
        """Args: module and the function in it that makes the application."""
        self._module, self._factory = module, factory
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on."""
        if self._app is None:
            self._app = getattr(import_module(self._module), self._factory)()
        await self._app(scope, receive, send)


class GovservicePlugin(AirflowPlugin):
    """Registration with Airflow's plugin manager."""

    name = "govservice"
    listeners: ClassVar[list[Any]] = [run_notes]  # type: ignore[misc]
    fastapi_apps: ClassVar[list[Any]] = [  # type: ignore[misc]
        {"name": "质量看板", "app": LazyApp("portal.app", "create_app"), "url_prefix": "/quality"}
    ]
    fastapi_root_middlewares: ClassVar[list[Any]] = [  # type: ignore[misc]
        {"name": "中文和北京时间", "middleware": ChineseDefaults},
        {"name": "测试没有端口的连接", "middleware": Portless},
    ]
    # No leading slash: relative to Airflow's own base address, wherever a proxy puts it.
    external_views: ClassVar[list[Any]] = [  # type: ignore[misc]
        {
            "name": "质量看板",
            "href": "quality/",
            "destination": "nav",
            "url_route": "quality",
            "nav_top_level": True,
            "icon": "quality/static/icon.svg",
        },
        {"name": "质检结果", "href": "quality/runs/{RUN_ID}", "destination": "dag_run", "url_route": "quality-run"},
    ]
