#!/usr/bin/env python3
"""Runs random queries (grammar.py) with and without the planner's rewrite and batches, in one
process and in parallel, under random settings of the planner, and compares what they return.

    fuzz.py --queries N --seed S [--first F] [--one K] [--seconds T]

It uses the server that PGHOST and its like name; the database "pgscore_fuzz" is made anew. A
difference, or a crash, is printed with the settings and the query, made smaller. Query K of seed S
is always the same: `--one K` runs it alone. The status is 1 when anything was found.
"""
import argparse
import os
import subprocess
import sys
import time

import psycopg2
import psycopg2.errors

from grammar import Grammar

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = "pgscore_fuzz"
CHUNK = 25  # queries that are run under one of the settings before the next one
# In all runs. Seconds of a query that has grown too large are of no use.
COMMON = [
    "SET search_path = fuzz, public",
    "SET statement_timeout = 3000",
    "SET pgscore.batch_min_rows = 0",
    "SET jit = off",
]
FORCED = [
    "SET parallel_setup_cost = 0",
    "SET parallel_tuple_cost = 0",
    "SET min_parallel_table_scan_size = 0",
    "SET max_parallel_workers_per_gather = 2",
]
# A random choice of these for each chunk, in all of its runs but the first.
PLANNER = [
    "enable_hashjoin = off",
    "enable_mergejoin = off",
    "enable_nestloop = off",
    "enable_seqscan = off",
    "enable_hashagg = off",
    "enable_sort = off",
    "enable_material = off",
    "enable_memoize = off",
    "enable_indexscan = off",
    "enable_bitmapscan = off",
    "constraint_exclusion = on",
    "enable_partitionwise_join = on",
    "enable_partitionwise_aggregate = on",
    "from_collapse_limit = 1",
    "join_collapse_limit = 1",
    "geqo_threshold = 2",
    "work_mem = '64kB'",
    "plan_cache_mode = force_generic_plan",
    "plan_cache_mode = force_custom_plan",
    "pgscore.batch_size = 1",
    "pgscore.batch_size = 2",
    "pgscore.batch_size = 7",
]
TIMEOUT = "57014"
# FULL JOIN and the like: what PostgreSQL cannot plan, whatever we do.
NOT_SUPPORTED = "0A000"


class Statement:
    """What is run for one query: statements, whose rows are collected. Changes are taken back."""

    def __init__(self, fragment, wrap, seed):
        self.fragment, self.wrap, self.seed = fragment, wrap, seed

    def steps(self):
        text = str(self.fragment)
        if self.wrap == "change":
            return ["BEGIN", text, "ROLLBACK"]
        if self.wrap == "cursor":
            kind = ("", " SCROLL", " NO SCROLL")[self.seed % 3]
            return [
                "BEGIN",
                "DECLARE c%s CURSOR FOR %s" % (kind, text),
                "FETCH 2 FROM c",
                "FETCH 3 FROM c",
                "FETCH ALL FROM c",
                "ROLLBACK",
            ]
        if self.wrap == "prepared":
            # The first of the queries' constants becomes a parameter, or the first model's name.
            value = "'lin'" if self.seed % 2 == 0 else "0.5"
            kind = "text" if self.seed % 2 == 0 else "float8"
            text = (
                text.replace("predict(%s, " % value, "predict($1, ", 1)
                if kind == "text"
                else text.replace(value, "$1", 1)
            )
            return (
                ["PREPARE p(%s) AS %s" % (kind, text)]
                + ["EXECUTE p(%s)" % value] * 2
                + ["DEALLOCATE p"]
            )
        if self.wrap == "loop":
            return ["SELECT * FROM rows_of($fuzz$%s$fuzz$)" % text]
        return [text]


def generate(seed, number):
    """Query `number` of `seed`."""
    grammar = Grammar(seed * 1_000_003 + number)
    if grammar.chance(0.12):
        return Statement(grammar.change(), "change", number)
    wrap = grammar.random.choices(["", "cursor", "prepared", "loop"], [84, 6, 7, 3])[0]
    return Statement(grammar.query(), wrap, number)


class Crash(Exception):
    pass


class Session:
    def __init__(self):
        self.connection = None

    def open(self):
        if self.connection is None or self.connection.closed:
            for attempt in range(60):
                try:
                    self.connection = psycopg2.connect(dbname=DATABASE, application_name="sql_fuzz")
                    break
                except psycopg2.OperationalError:
                    if attempt == 59:
                        raise
                    time.sleep(0.5)
            self.connection.autocommit = True
            self.cursor = self.connection.cursor()
            # Before anything is planned, as shared_preload_libraries would.
            self.execute("LOAD 'pgscore'; SET SESSION AUTHORIZATION fuzz_scorer")

    def execute(self, text):
        try:
            self.cursor.execute(text)
        except psycopg2.Error as error:
            if error.pgcode is None or self.connection.closed:
                self.connection.close()
                raise Crash(str(error)) from None
            raise

    def certainly(self, text):
        """What is none of the queries, and has to be done also where it takes too long."""
        while True:
            try:
                return self.execute(text)
            except psycopg2.errors.QueryCanceled:
                pass

    def set(self, settings):
        self.open()
        self.certainly("RESET ALL; " + "; ".join(settings))

    def run(self, statement):
        """-> sorted rows, or the error's code"""
        rows = []
        try:
            for step in statement.steps():
                self.execute(step)
                if self.cursor.description is not None:
                    rows += self.cursor.fetchall()
        except psycopg2.Error as error:
            self.certainly("ROLLBACK")
            if statement.wrap == "prepared":
                self.certainly("DEALLOCATE ALL")
            return error.pgcode + " " + (error.diag.message_primary or "")
        return sorted(map(repr, rows))


def runs_of(seed, chunk, parallel_setting):
    """The settings of each run of a chunk; those of the first say what is right."""
    choice = Grammar(seed * 7_919 + chunk).random
    some = ["SET " + setting for setting in choice.sample(PLANNER, choice.choice([0, 0, 1, 2, 3]))]
    runs = [
        COMMON
        + [
            "SET pgscore.enable_rewrite = off",
            "SET pgscore.enable_batch = off",
            "SET max_parallel_workers_per_gather = 0",
        ]
    ]
    for rewrite in ("on", "off"):
        for batch in ("on", "off"):
            switches = [
                "SET pgscore.enable_rewrite = " + rewrite,
                "SET pgscore.enable_batch = " + batch,
            ]
            if (rewrite, batch) == ("off", "off") and not some:
                continue
            runs.append(COMMON + switches + ["SET max_parallel_workers_per_gather = 0"] + some)
    if chunk % 6 == 0:
        switches = [
            "SET pgscore.enable_rewrite = " + choice.choice(["on", "on", "off"]),
            "SET pgscore.enable_batch = " + choice.choice(["on", "on", "off"]),
        ]
        runs.append(COMMON + switches + FORCED + ["SET %s = on" % parallel_setting] + some)
    return runs


def differs(expected, found):
    if expected == found:
        return False
    codes = {result[:5] for result in (expected, found) if isinstance(result, str)}
    if TIMEOUT in codes or codes == {NOT_SUPPORTED}:
        return False
    return not (isinstance(expected, str) and isinstance(found, str) and expected[:5] == found[:5])


class Fuzzer:
    def __init__(self, options):
        self.options = options
        self.session = Session()
        self.session.open()
        self.session.execute(
            "SELECT name FROM pg_settings"
            " WHERE name IN ('force_parallel_mode', 'debug_parallel_query')"
        )
        self.parallel_setting = self.session.cursor.fetchone()[0]
        self.counts = dict(queries=0, runs=0, errors=0, timeouts=0, empty=0, findings=0)
        self.errors = {}

    def result(self, statement, settings):
        """Of one query alone; a crash is a result too."""
        try:
            self.session.set(settings)
            return self.session.run(statement)
        except Crash as crash:
            return ["crash: " + str(crash).strip().splitlines()[0]]

    def wrong(self, statement, runs, number):
        found = self.result(statement, runs[number])
        return differs(self.result(statement, runs[0]), found) and not self.of_postgresql(
            statement, runs[number], found
        )

    def of_postgresql(self, statement, settings, found):
        """Whether PostgreSQL alone, planning in the same way, fails like that: a parallel plan runs
        a sub-select that no row asks for (ExecInitParallelPlan), and meets its error."""
        if not isinstance(found, str):
            return False
        alone = [s for s in settings if "enable_rewrite" not in s and "enable_batch" not in s]
        alone += ["SET pgscore.enable_rewrite = off", "SET pgscore.enable_batch = off"]
        return not differs(found, self.result(statement, alone))

    def minimise(self, statement, runs, number, until):
        """Replaces fragments with simpler ones as long as the results differ."""
        changed = True
        while changed and time.time() < until:
            changed = False
            pending = [statement.fragment]
            while pending and time.time() < until:
                fragment = pending.pop(0)
                for candidate in [fragment.simple] + [
                    f for f in below(fragment) if f.kind == fragment.kind
                ]:
                    if (
                        candidate is None
                        or fragment.instead is not None
                        or str(candidate) == str(fragment)
                    ):
                        continue
                    fragment.instead = candidate
                    if self.wrong(statement, runs, number):
                        changed = True
                        break
                    fragment.instead = None
                inside = (
                    fragment.instead
                    if isinstance(fragment.instead, type(fragment))
                    else None
                    if fragment.instead is not None
                    else fragment
                )
                if inside is not None and inside is not fragment:
                    pending.append(inside)
                elif inside is not None:
                    pending += [part for part in fragment.parts if isinstance(part, type(fragment))]

    def report(self, query, statement, runs, number, expected, found):
        self.counts["findings"] += 1
        print("\n==== query %d of seed %d, run %d" % (query, self.options.seed, number), flush=True)
        print("-- as generated:\n%s;" % ";\n".join(statement.steps()))
        self.minimise(statement, runs, number, time.time() + self.options.minimise)
        print(
            "-- smaller:\n%s;\n%s;"
            % (";\n".join(["SET ROLE fuzz_scorer"] + runs[number]), ";\n".join(statement.steps()))
        )
        print(
            "-- expected: %s\n-- found:    %s"
            % (
                str(self.result(statement, runs[0]))[:2000],
                str(self.result(statement, runs[number]))[:2000],
            )
        )
        print(
            "-- at first expected: %s\n-- and found:         %s"
            % (str(expected)[:1000], str(found)[:1000]),
            flush=True,
        )

    def run_chunk(self, chunk, queries):
        runs = runs_of(self.options.seed, chunk, self.parallel_setting)
        statements = [(query, generate(self.options.seed, query)) for query in queries]
        expected, reported = {}, set()
        for number, settings in enumerate(runs):
            try:
                self.session.set(settings)
                results = [self.session.run(statement) for _, statement in statements]
                self.counts["runs"] += len(results)
            except Crash:
                # One by one, to see which it was.
                results = [self.result(statement, settings) for _, statement in statements]
            for (query, statement), found in zip(statements, results):
                if number == 0:
                    expected[query] = found
                    self.count(found)
                crashed = found and isinstance(found, list) and found[0].startswith("crash")
                if query in reported or not (crashed or differs(expected[query], found)):
                    continue
                if crashed or not self.of_postgresql(statement, settings, found):
                    reported.add(query)
                    self.report(
                        query,
                        generate(self.options.seed, query),
                        runs,
                        number,
                        expected[query],
                        found,
                    )
                    if self.counts["findings"] >= self.options.findings:
                        return False
        return True

    def count(self, result):
        self.counts["queries"] += 1
        if isinstance(result, str):
            self.counts["timeouts" if result.startswith(TIMEOUT) else "errors"] += 1
            self.errors.setdefault(result[:5], result)
        elif not result:
            self.counts["empty"] += 1


def below(fragment):
    found, pending = [], [part for part in fragment.parts if isinstance(part, type(fragment))]
    while pending:
        each = pending.pop(0)
        found.append(each)
        pending += [part for part in each.parts if isinstance(part, type(fragment))]
    return found


def prepare():
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("DROP DATABASE IF EXISTS " + DATABASE)
    cursor.execute("DROP ROLE IF EXISTS fuzz_scorer")
    cursor.execute("CREATE DATABASE " + DATABASE)
    connection.close()
    subprocess.run(
        [
            "psql",
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            DATABASE,
            "-o",
            os.devnull,
            "-c",
            "CREATE EXTENSION pgscore",
            "-f",
            os.path.join(HERE, "setup.sql"),
        ],
        check=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="begin with this one")
    parser.add_argument("--one", type=int, help="only this query")
    parser.add_argument("--seconds", type=float, default=0, help="stop after these")
    parser.add_argument(
        "--minimise", type=float, default=60, help="seconds for making a query smaller"
    )
    parser.add_argument("--findings", type=int, default=5, help="stop after these")
    options = parser.parse_args()
    prepare()
    fuzzer = Fuzzer(options)
    start = time.time()
    first = options.first if options.one is None else options.one
    last = options.queries if options.one is None else options.one + 1
    try:
        for chunk in range(first // CHUNK, (last + CHUNK - 1) // CHUNK):
            queries = range(max(first, chunk * CHUNK), min(last, chunk * CHUNK + CHUNK))
            if not fuzzer.run_chunk(chunk, queries) or (
                options.seconds and time.time() - start > options.seconds
            ):
                break
    except KeyboardInterrupt:
        print("sqlfuzz: stopped")
    counts = fuzzer.counts
    for code in sorted(fuzzer.errors):
        print("error " + fuzzer.errors[code])
    print(
        "sqlfuzz: seed %d, %d queries, %d runs in %d s; %d errors, %d timeouts, %d empty results;"
        " %d findings"
        % (
            options.seed,
            counts["queries"],
            counts["runs"],
            time.time() - start,
            counts["errors"],
            counts["timeouts"],
            counts["empty"],
            counts["findings"],
        )
    )
    return 1 if counts["findings"] or not counts["queries"] else 0


if __name__ == "__main__":
    sys.exit(main())
