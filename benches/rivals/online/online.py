"""One ticket at a time: the engine beside what a helpdesk would write instead, in one run, with the same choices.

    cargo build --release -p deskmatch-rivals --bin online_decider
    python3 benches/rivals/online/online.py [AGENTS] [ROUNDS]

The world: agents with 4 of 16 skills at level 2 to 10, room for 8 tickets, 0 to 3 tickets from the start. A ticket needs one
skill. All deciders give it to the agent with the lowest load, then the highest level, then the smallest number; a hash of
the first choices proves it. Once the desk is half full, the oldest ticket is released after each decision; `life` is a decision
and a release.
Deciders take turns, ROUNDS times, four seconds each; the first 20 decisions of each are not counted, and what reading the clock
takes is taken off every time. The table shows the round with the middle mean. A slow decider may not come to a release in that
time, and its `life` is then a decision. One that is not there (no redis or PostgreSQL server to be started, or no NumPy, say) is
named with the reason.
"""

import collections
import heapq
import json
import os
import pathlib
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

CAPACITY, SKILLS, SECONDS, TICKETS, WARM_UP = 8, 16, 4.0, 200_000, 20
ENGINE = pathlib.Path(__file__).resolve().parents[3] / "target" / "release" / "online_decider"


def make_world(agents):
    rng = random.Random(700021 + agents)
    people = []
    for _ in range(agents):
        skills = {skill: rng.choice((2, 4, 6, 8, 10)) for skill in rng.sample(range(SKILLS), 4)}
        people.append((rng.randrange(0, 4), skills))
    rng = random.Random(11)
    return people, [rng.randrange(SKILLS) for _ in range(TICKETS)]


class Heap:
    """A heap for each skill; entries that are out of date are dropped when they come up."""

    name = "Python: a lazy heap per skill"

    def __init__(self, people):
        self.load = [load for load, _ in people]
        self.skills = [skills for _, skills in people]
        self.heaps = [[] for _ in range(SKILLS)]
        for agent, (load, skills) in enumerate(people):
            for skill, level in skills.items():
                self.heaps[skill].append((load, -level, agent))
        for heap in self.heaps:
            heapq.heapify(heap)

    def _push(self, agent):
        load = self.load[agent]
        if load < CAPACITY:
            for skill, level in self.skills[agent].items():
                heapq.heappush(self.heaps[skill], (load, -level, agent))

    def pick(self, skill):
        heap = self.heaps[skill]
        while heap[0][0] != self.load[heap[0][2]]:
            heapq.heappop(heap)
        agent = heap[0][2]
        self.load[agent] += 1
        self._push(agent)
        return agent

    def release(self, agent):
        self.load[agent] -= 1
        self._push(agent)


class Lists:
    """A list for each skill, of which the least is taken."""

    name = "Python: a list per skill"

    def __init__(self, people):
        self.load = [load for load, _ in people]
        self.lists = [[] for _ in range(SKILLS)]
        for agent, (_, skills) in enumerate(people):
            for skill, level in skills.items():
                self.lists[skill].append((-level, agent))

    def pick(self, skill):
        load = self.load
        _, _, agent = min((load[agent], level, agent) for level, agent in self.lists[skill] if load[agent] < CAPACITY)
        load[agent] += 1
        return agent

    def release(self, agent):
        self.load[agent] -= 1


class NumPy:
    """An array of loads, and for each skill one of levels: the least of one expression."""

    name = "NumPy: the least of an array"

    def __init__(self, people):
        import numpy

        self.np = numpy
        self.load = numpy.array([load for load, _ in people])
        self.level = numpy.zeros((SKILLS, len(people)), numpy.int64)
        for agent, (_, skills) in enumerate(people):
            for skill, level in skills.items():
                self.level[skill, agent] = level

    def pick(self, skill):
        level = self.level[skill]
        agent = int(self.np.where((level > 0) & (self.load < CAPACITY), self.load * 100 - level, 1 << 30).argmin())
        self.load[agent] += 1
        return agent

    def release(self, agent):
        self.load[agent] -= 1


class Pandas:
    """A frame, filtered and sorted."""

    name = "pandas: filter and sort"

    def __init__(self, people):
        import pandas

        columns = {"agent": range(len(people)), "load": [load for load, _ in people]}
        for skill in range(SKILLS):
            columns[f"skill{skill}"] = [skills.get(skill, 0) for _, skills in people]
        self.frame = pandas.DataFrame(columns)

    def pick(self, skill):
        frame, level = self.frame, f"skill{skill}"
        able = frame[(frame[level] > 0) & (frame["load"] < CAPACITY)]
        first = able.sort_values(["load", level, "agent"], ascending=[True, False, True])
        agent = int(first["agent"].iloc[0])
        frame.loc[agent, "load"] += 1
        return agent

    def release(self, agent):
        self.frame.loc[agent, "load"] -= 1


class Sqlite:
    """One table that repeats each agent's load for each of its skills, under an index in the order of the choice."""

    name = "SQLite in memory: one index"

    def __init__(self, people):
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.executescript(
            "CREATE TABLE pool (skill INT, load INT, descending INT, agent INT);"
            "CREATE INDEX choice ON pool (skill, load, descending, agent);"
            "CREATE INDEX agents ON pool (agent);"
        )
        self.db.execute("BEGIN")
        rows = [(s, load, -level, a) for a, (load, skills) in enumerate(people) for s, level in skills.items()]
        self.db.executemany("INSERT INTO pool VALUES (?, ?, ?, ?)", rows)
        self.db.execute("COMMIT")

    def pick(self, skill):
        self.db.execute("BEGIN IMMEDIATE")
        query = "SELECT agent FROM pool WHERE skill = ? AND load < 8 ORDER BY load, descending, agent LIMIT 1"
        (agent,) = self.db.execute(query, (skill,)).fetchone()
        self.db.execute("UPDATE pool SET load = load + 1 WHERE agent = ?", (agent,))
        self.db.execute("COMMIT")
        return agent

    def release(self, agent):
        self.db.execute("UPDATE pool SET load = load - 1 WHERE agent = ?", (agent,))


CHANGE = """
for _, place in ipairs(redis.call('SMEMBERS', 'agent:' .. id)) do
  local skill, member = place:match('^(%d+)|(.*)$')
  redis.call('ZINCRBY', 'pool:' .. skill, step, member)
end
return id
"""
TAKE = "local id = redis.call('ZRANGE', KEYS[1], 0, 0)[1]:sub(-7); local step = 1\n" + CHANGE
GIVE_BACK = "local id = ARGV[1]; local step = -1\n" + CHANGE


class Redis:
    """A sorted set for each skill, changed by one script a decision."""

    name = "Redis on loopback: one script"

    def __init__(self, people):
        if shutil.which("redis-server") is None:
            raise RuntimeError("redis-server is not installed")
        import redis

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder.name]
        self.server = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        self.db = redis.Redis(port=port)
        for _ in range(100):
            try:
                self.db.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        pipe = self.db.pipeline()
        for agent, (load, skills) in enumerate(people):
            for skill, level in skills.items():
                member = f"{99 - level:02}:{agent:07}"
                pipe.zadd(f"pool:{skill}", {member: load})
                pipe.sadd(f"agent:{agent:07}", f"{skill}|{member}")
        pipe.execute()
        self.take, self.give_back = self.db.register_script(TAKE), self.db.register_script(GIVE_BACK)

    def pick(self, skill):
        return int(self.take(keys=[f"pool:{skill}"]))

    def release(self, agent):
        self.give_back(args=[f"{agent:07}"])

    def close(self):
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()


class Postgres:
    """The table that SQLite has, in a server of its own on a socket; one prepared statement a decision."""

    name = "PostgreSQL on a socket: one index"

    def __init__(self, people):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        if not programs:
            raise RuntimeError("PostgreSQL is not installed")
        import psycopg

        self.folder = tempfile.TemporaryDirectory()
        # The server does not run as root.
        user = "postgres" if os.geteuid() == 0 else None
        if user:
            shutil.chown(self.folder.name, user)
        quiet = dict(user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder.name)
        data = f"{self.folder.name}/data"
        subprocess.run([programs[-1] / "initdb", "-D", data, "-A", "trust", "-U", "postgres"], check=True, **quiet)
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder.name}"]
        self.server = subprocess.Popen([programs[-1] / "postgres", "-D", data, *options], **quiet)
        for _ in range(100):
            try:
                self.db = psycopg.connect(host=self.folder.name, user="postgres", dbname="postgres", autocommit=True)
                break
            except psycopg.OperationalError:
                time.sleep(0.1)
        self.db.execute("SET synchronous_commit = off")
        self.db.execute("CREATE TABLE pool (skill INT, load INT, descending INT, agent INT)")
        rows = [(s, load, -level, a) for a, (load, skills) in enumerate(people) for s, level in skills.items()]
        with self.db.cursor().copy("COPY pool FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self.db.execute("CREATE INDEX choice ON pool (skill, load, descending, agent)")
        self.db.execute("CREATE INDEX agents ON pool (agent)")
        self.db.execute("ANALYZE pool")

    def pick(self, skill):
        first = "SELECT agent FROM pool WHERE skill = %s AND load < 8 ORDER BY load, descending, agent LIMIT 1"
        change = f"UPDATE pool SET load = load + 1 WHERE agent = ({first}) RETURNING agent"
        return self.db.execute(change, (skill,), prepare=True).fetchone()[0]

    def release(self, agent):
        self.db.execute("UPDATE pool SET load = load - 1 WHERE agent = %s", (agent,), prepare=True)

    def close(self):
        self.db.close()
        self.server.terminate()
        self.server.wait()
        self.folder.cleanup()


def clock_us():
    """What reading the clock takes, which is in every time that is measured: the least of many."""
    clock = time.perf_counter
    return min(-clock() + clock() for _ in range(10_000)) * 1e6


def measure(decider, agents, tickets):
    times, released, open_tickets, digest = [], 0.0, collections.deque(), 0
    end = time.perf_counter() + SECONDS
    for number, skill in enumerate(tickets):
        start = time.perf_counter()
        agent = decider.pick(skill)
        stop = time.perf_counter()
        times.append((stop - start) * 1e6)
        open_tickets.append(agent)
        if number < 300:
            digest = (digest * 1000003 + agent) & 0xFFFFFFFFFFFF
        if len(open_tickets) > 2 * agents + 10:
            start = time.perf_counter()
            decider.release(open_tickets.popleft())
            released += (time.perf_counter() - start) * 1e6
        if stop > end:
            break
    clock, releases = clock_us(), max(len(times) - 2 * agents - 10, 0)
    times = [us - clock for us in times[min(WARM_UP, len(times) // 10):]]
    mean = sum(times) / len(times)
    times.sort()
    at = lambda share: times[min(int(len(times) * share), len(times) - 1)]
    life = mean + (released / releases - clock if releases else 0)
    return dict(hash=digest, n=len(times), mean_us=mean, p50_us=at(0.5), p99_us=at(0.99), life_us=life)


def measure_engine(people, tickets):
    lines = [str(len(people))]
    for load, skills in people:
        lines.append(" ".join([str(load), *(f"{skill}:{level}" for skill, level in skills.items())]))
    text = "\n".join([*lines, " ".join(map(str, tickets))])
    answer = subprocess.run([ENGINE], input=text, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def main():
    agents = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    people, tickets = make_world(agents)
    results = collections.defaultdict(list)
    for _ in range(rounds):
        results["Deskmatch"].append(measure_engine(people, tickets))
        for kind in (Heap, Lists, NumPy, Pandas, Sqlite, Postgres, Redis):
            try:
                decider = kind(people)
            except (RuntimeError, ImportError) as error:
                print(f"not measured: {kind.name}: {error}", file=sys.stderr)
                continue
            results[kind.name].append(measure(decider, agents, tickets))
            getattr(decider, "close", lambda: None)()
    middle = {name: sorted(rows, key=lambda row: row["mean_us"])[len(rows) // 2] for name, rows in results.items()}
    ours = middle["Deskmatch"]
    print(f"{agents} agents; microseconds, and how many times the engine's")
    columns = ("mean", "median", "p99", "life")
    print(f"{'':32}" + "".join(f"{name:>9}" for name in columns) + "".join(f"{name + ' x':>10}" for name in columns))
    for name, row in sorted(middle.items(), key=lambda entry: entry[1]["mean_us"]):
        keys = ("mean_us", "p50_us", "p99_us", "life_us")
        same = "" if row["hash"] == ours["hash"] else "  OTHER CHOICES"
        figures = "".join(f"{row[key]:>9.3f}" for key in keys)
        print(f"{name:32}{figures}" + "".join(f"{row[key] / ours[key]:>10.1f}" for key in keys) + same)
    if len({row["hash"] for row in middle.values()}) > 1:
        sys.exit("the deciders did not choose the same agents")


if __name__ == "__main__":
    main()
