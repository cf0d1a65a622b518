"""Chinese and Shanghai time as defaults of Airflow's own pages. Imported by every Airflow process: standard library only."""

from typing import Any

# Airflow has no such setting: its pages look into the browser's storage, where a user's own choice is kept, then at the
# browser's language. What is not chosen yet is filled in before they look.
SCRIPT = (
    b"<script>try{for(const[k,v]of[['i18nextLng','zh-CN'],['timezone','\"Asia/Shanghai\"']])"
    b"localStorage.getItem(k)||localStorage.setItem(k,v)}catch(e){}</script></head>"
)


class ChineseDefaults:
    """Middleware that puts SCRIPT into the head of Airflow's HTML pages and leaves every other answer alone."""

    def __init__(self, app: Any) -> None:
        """Args: the application it is wrapped around."""
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on; hold an HTML page back until it is whole."""
        if scope["type"] != "http" or scope["path"].startswith(f"{scope.get('root_path', '')}/quality/"):
            await self._app(scope, receive, send)
            return
        start: dict[str, Any] = {}
        body = bytearray()

        async def hold(message: Any) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                start.update(message)
            elif message["type"] == "http.response.body" and start:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await _send_page(send, start, bytes(body))
            else:
                await send(message)

        await self._app(scope, receive, hold)


def _is_page(message: Any) -> bool:
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    return bool(kinds) and kinds[0].startswith(b"text/html")


async def _send_page(send: Any, start: dict[str, Any], body: bytes) -> None:
    page = body.replace(b"</head>", SCRIPT, 1)
    length = (b"content-length", str(len(page)).encode())
    kept = [(name, value) for name, value in start["headers"] if name.lower() not in (b"content-length", b"etag")]
    await send({**start, "headers": [*kept, length]})
    await send({"type": "http.response.body", "body": page})
