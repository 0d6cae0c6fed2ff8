"""Firefox, for one pass over the pages: driven over WebDriver BiDi, which it speaks itself (no driver is needed)."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests import PATIENCE

COMMANDS = ("firefox-esr", "firefox")
# A fresh profile that asks nobody for anything.
PREFERENCES = {
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "",
    "remote.prefs.recommended": True,
}


def installed() -> str | None:
    return next((found for found in map(shutil.which, COMMANDS) if found), None)


class Firefox:
    """One headless Firefox with one tab. Use as `async with`; `errors` gathers what its console calls an error."""

    async def __aenter__(self):
        from tornado.websocket import websocket_connect

        self.profile = tempfile.mkdtemp(prefix="brief-firefox-")
        lines = "".join(
            f'user_pref("{name}", {json.dumps(value)});\n' for name, value in PREFERENCES.items()
        )
        (Path(self.profile) / "user.js").write_text(lines, encoding="utf-8")
        self.process = await asyncio.create_subprocess_exec(
            installed(),
            "--headless",
            "--no-remote",
            "--remote-debugging-port",
            "0",
            "--profile",
            self.profile,
            "about:blank",
            stdout=subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self.socket = await websocket_connect(
            await asyncio.wait_for(self.address(), PATIENCE) + "/session",
            max_message_size=100_000_000,
        )
        self.errors, self.number = [], 0
        await self.ask("session.new", capabilities={})
        await self.ask("session.subscribe", events=["log.entryAdded"])
        self.tab = (await self.ask("browsingContext.getTree"))["contexts"][0]["context"]
        return self

    async def address(self) -> str:
        """Where it listens, as it says on stderr."""
        while line := (await self.process.stderr.readline()).decode():
            if match := re.search(r"ws://\S+", line):
                return match[0]
        raise RuntimeError("Firefox ended before it listened")

    async def __aexit__(self, *_):
        self.socket.close()
        self.process.terminate()
        await self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    async def ask(self, method: str, **parameters) -> dict:
        """Send one command and wait for its answer; console errors that arrive meanwhile are kept."""
        self.number += 1
        await self.socket.write_message(
            json.dumps({"id": self.number, "method": method, "params": parameters})
        )
        while True:
            message = json.loads(await asyncio.wait_for(self.socket.read_message(), PATIENCE))
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self.errors.append(message["params"]["text"])
            if message.get("id") == self.number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['message']}")
                return message["result"]

    async def open(self, address: str) -> None:
        await self.ask("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    async def evaluate(self, script: str):
        """The value of an expression (a number or a text), promises awaited."""
        found = await self.ask(
            "script.evaluate", expression=script, target={"context": self.tab}, awaitPromise=True
        )
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        return found["result"].get("value")

    async def picture(self, path: Path) -> None:
        shot = await self.ask("browsingContext.captureScreenshot", context=self.tab)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))
