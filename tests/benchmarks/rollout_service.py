"""A service for a roll-out of any size: campaigns, their reports in pages of 1,000, and a clock that is set.

An argument is the number of seconds after which it answers, any number of requests at a time. Where a device stands
follows from its IMEI and the time, so that a million devices take no memory. It ends when its standard input does, or
when its time is over.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import deque
from datetime import date, datetime, timedelta, timezone
from email.utils import formatdate
from itertools import count
from typing import Any
from zlib import crc32

_LONGEST_LIFE = 7200.0
_PAGE = 1000
_FAILING = 0.02
_SCALE = 2**32


class Service:
    """The campaigns, and what was asked for."""

    def __init__(self) -> None:
        self.now = datetime.now(timezone.utc)
        self.campaigns: dict[str, dict[str, Any]] = {}
        self.calls = self.writes = 0
        self._numbers = count(1)

    def answer(self, method: str, path: str, body: bytes) -> Any:
        """Answer a request."""
        if path == "/clock":
            self.now = datetime.fromisoformat(json.loads(body))
            return {}
        if path == "/counters":
            return {"calls": self.calls, "writes": self.writes}
        self.calls += 1
        path, _, query = path.partition("?")
        parts = path.split("/")
        if method == "POST":
            self.writes += 1
            return self._schedule(parts[5], json.loads(body))
        if parts[3] == "subscriptions":
            return {"accountName": parts[4], "purchaseType": "TS-HFOTA-EVNT", "licenseCount": 0, "licenseUsedCount": 0}
        if parts[3] == "campaigns":
            return self._shown(parts[5])
        return self._report(parts[4], parts[6], query.partition("=")[2])

    def _schedule(self, account: str, body: dict[str, Any]) -> dict[str, Any]:
        campaign_id = f"00000000-0000-4000-8000-{next(self._numbers):012d}"
        body["deviceList"].sort()
        body |= {"id": campaign_id, "accountName": account, "make": "SEQUANS Communications", "model": "GM01Q"}
        self.campaigns[campaign_id] = body
        return self._shown(campaign_id)

    def _progress(self, body: dict[str, Any]) -> float:
        """Return which part of a campaign's time is over; below 0 before it starts."""
        start = datetime.combine(date.fromisoformat(body["startDate"]), datetime.min.time(), timezone.utc)
        end = datetime.combine(date.fromisoformat(body["endDate"]), datetime.min.time(), timezone.utc)
        return (self.now - start) / (end + timedelta(days=1) - start)

    def _shown(self, campaign_id: str) -> dict[str, Any]:
        body = self.campaigns[campaign_id]
        progress = self._progress(body)
        status = "Queued" if progress < 0 else "Scheduled" if progress < 1 else "Ended"
        shown = {key: value for key, value in body.items() if key != "deviceList"}
        return {**shown, "status": f"Campaign{status}"}

    def _report(self, account: str, campaign_id: str, after: str) -> dict[str, Any]:
        body = self.campaigns[campaign_id]
        progress = self._progress(body)
        devices = [imei for imei in body["deviceList"] if imei > after]
        shown = [self._device(imei, progress) for imei in devices[:_PAGE]]
        more = {"hasMoreData": len(devices) > _PAGE, "lastSeenDeviceId": shown[-1]["deviceId"] if shown else "0"}
        return {"accountName": account, "maxPageSize": _PAGE, "deviceList": shown, **more}

    @staticmethod
    def _device(imei: str, progress: float) -> dict[str, str]:
        reason = "Upgrade pending, the device upgrade is estimated to be scheduled for 06 Oct 22 18:05 UTC"
        if progress < crc32(imei.encode()) / _SCALE:
            return {
                "deviceId": imei,
                "status": "UpgradePending" if progress >= 0 else "ReceivedDeviceDataFromNetwork",
                "resultReason": reason,
                "nextAttemptTime": "2022-10-06T18:35:00Z",
            }
        has_failed = crc32(b"fails" + imei.encode()) / _SCALE < _FAILING
        status, reason = (
            ("UpgradeFailed", "Failed") if has_failed else ("UpgradeSuccess", "Upgrade completed successfully")
        )
        return {"deviceId": imei, "status": status, "resultReason": reason}


def _serve(service: Service, connection: socket.socket, received: bytearray) -> bytes | None:
    """Return the responses to what has arrived; None when the other side has closed."""
    data = connection.recv(1 << 20)
    received += data
    responses = b""
    while (end := received.find(b"\r\n\r\n")) >= 0:
        head = bytes(received[:end]).decode("latin-1")
        length = next((int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
        if len(received) < end + 4 + length:
            break
        body = bytes(received[end + 4 : end + 4 + length])
        del received[: end + 4 + length]
        method, path, _ = head.split(" ", 2)
        text = json.dumps(service.answer(method, path, body)).encode()
        responses += (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            + f"Content-Length: {len(text)}\r\nDate: {formatdate(usegmt=True)}\r\n\r\n".encode()
            + text
        )
    return responses if data else None


def main() -> None:
    """Serve on a free port of this machine, which is printed."""
    latency = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)
    service = Service()
    waiting = selectors.DefaultSelector()
    waiting.register(listener, selectors.EVENT_READ)
    waiting.register(sys.stdin, selectors.EVENT_READ)
    due: deque[tuple[float, socket.socket, bytes]] = deque()
    end = time.monotonic() + _LONGEST_LIFE
    while (now := time.monotonic()) < end:
        while due and due[0][0] <= now:
            _, connection, responses = due.popleft()
            connection.sendall(responses)
        for key, _ in waiting.select(due[0][0] - now if due else 1.0):
            if key.fileobj is sys.stdin:
                return
            if key.fileobj is listener:
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                waiting.register(connection, selectors.EVENT_READ, bytearray())
            elif isinstance(key.fileobj, socket.socket):
                found = _serve(service, key.fileobj, key.data)
                if found is None:
                    waiting.unregister(key.fileobj)
                    key.fileobj.close()
                elif latency > 0:
                    due.append((time.monotonic() + latency, key.fileobj, found))
                else:
                    key.fileobj.sendall(found)


if __name__ == "__main__":
    main()
