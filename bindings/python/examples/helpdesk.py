"""A helpdesk in Flask that embeds the engine, keeps its own table of assignments, and survives a restart.

    python helpdesk.py desk.db

The engine lives in this process; the database holds a snapshot of it and the events since. A command is decided first, its events are
written together with the table in one transaction, and only then applied: a crash between any two lines loses nothing and doubles
nothing.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from typing import Any

import deskmatch
from flask import Flask, Response, jsonify, request

SCHEMA = """
CREATE TABLE IF NOT EXISTS snapshot (seq INTEGER, state BLOB);
CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, event TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS assignment (ticket TEXT PRIMARY KEY, agent TEXT NOT NULL, since INTEGER NOT NULL);
"""
SNAPSHOT_EVERY = 1_000


class Desk:
    """The engine and what it is kept in."""

    def __init__(self, path: str, policy: Any = None) -> None:
        self.lock = threading.Lock()
        self.database = sqlite3.connect(path, check_same_thread=False)
        self.database.executescript(SCHEMA)
        kept = self.database.execute("SELECT seq, state FROM snapshot").fetchone()
        self.kept = kept[0] if kept else 0
        self.engine = deskmatch.Engine.restore(kept[1]) if kept else deskmatch.Engine(policy)
        log = self.database.execute("SELECT event FROM log WHERE seq > ? ORDER BY seq", (self.kept,))
        self.engine.apply([deskmatch.Event.from_json(line) for (line,) in log])

    def do(self, command: dict[str, Any]) -> deskmatch.Outcome:
        """Decides, writes, applies."""
        with self.lock:
            outcome = self.engine.decide(command)
            if not outcome.repeated:
                with self.database:
                    for event in outcome:
                        self.database.execute("INSERT INTO log VALUES (?, ?)", (event.seq, event.to_json()))
                        self.note(event)
                self.engine.apply(outcome.events)
                if self.engine.seq - self.kept >= SNAPSHOT_EVERY:
                    self.keep()
            return outcome

    def note(self, event: deskmatch.Event) -> None:
        """Keeps the table of who has what."""
        match event:
            case deskmatch.Assigned(ticket, agent):
                row = (ticket, agent, event.at)
                self.database.execute("INSERT OR REPLACE INTO assignment VALUES (?, ?, ?)", row)
            case deskmatch.Requeued(ticket) | deskmatch.Closed(ticket) | deskmatch.Cancelled(ticket):
                self.database.execute("DELETE FROM assignment WHERE ticket = ?", (ticket,))

    def keep(self) -> None:
        """Keeps a snapshot, and forgets the events that are in it."""
        with self.database:
            self.database.execute("DELETE FROM snapshot")
            self.database.execute("INSERT INTO snapshot VALUES (?, ?)", (self.engine.seq, self.engine.snapshot()))
            self.database.execute("DELETE FROM log WHERE seq <= ?", (self.engine.seq,))
        self.kept = self.engine.seq

    def close(self) -> None:
        self.database.close()


def create_app(desk: Desk) -> Flask:
    app = Flask(__name__)

    @app.errorhandler(deskmatch.DeskmatchError)
    def refuse(error: deskmatch.DeskmatchError) -> tuple[Response, int]:
        status = 404 if isinstance(error, LookupError) else 409 if isinstance(error, deskmatch.WrongStateError) else 400
        return jsonify(code=error.code, message=str(error), path=error.path), status

    @app.post("/commands")
    def command() -> Response:
        outcome = desk.do(request.get_json(force=True))
        refusal = str(outcome.refusal) if outcome.refusal else None
        return jsonify(events=[event.to_dict() for event in outcome], refusal=refusal, repeated=outcome.repeated)

    @app.get("/assignments")
    def assignments() -> Response:
        with desk.lock:
            rows = desk.database.execute("SELECT ticket, agent, since FROM assignment ORDER BY ticket").fetchall()
        return jsonify([dict(zip(("ticket", "agent", "since"), row, strict=True)) for row in rows])

    @app.get("/tickets/<ticket>/why")
    def why(ticket: str) -> Response:
        return Response(str(desk.engine.explain(ticket)), mimetype="text/plain")

    return app


def run_timers(desk: Desk, stop: threading.Event) -> None:
    """Ticks when something is due: offers that run out, relaxation, targets. The engine says when; nothing is swept."""
    while not stop.wait(0.2):
        due = desk.engine.next_due
        if due is not None and due <= now_ms():
            desk.do({"type": "tick"})


def now_ms() -> int:
    import time

    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    desk = Desk(sys.argv[1] if len(sys.argv) > 1 else "desk.db")
    threading.Thread(target=run_timers, args=(desk, threading.Event()), daemon=True).start()
    create_app(desk).run()
