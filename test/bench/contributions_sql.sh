#!/usr/bin/env bash
# Contributions in SQL next to XGBoost's pred_contribs: the model and rows of contributions_bench, one
# backend, CPU time of whole statements; the least of three rounds. Needs a server that psql reaches
# (PGHOST, PGPORT ...) as superuser with the extension installed, and the built contributions_bench
# (contributions.sh).
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d) && chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
PGSCORE_BENCH_FILES=$work "${CONTRIBUTIONS_BENCH:-build/bench/contributions_bench}" \
  "${DEPTH:-6}" "${TREES:-100}" 20 3
psql -X -q -d postgres -c 'SET client_min_messages = warning' \
  -c 'DROP DATABASE IF EXISTS pgscore_contributions' -c 'CREATE DATABASE pgscore_contributions'
export PGDATABASE=pgscore_contributions
columns=$(seq -s, -f 'f%.0f float8' 0 19)
psql -X -q -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION pgscore' -c "CREATE TABLE t ($columns)" \
  -c "\\copy t FROM '$work/rows.csv' WITH (FORMAT csv)" -c 'VACUUM ANALYZE t'
features=$(seq -s, -f '"f%.0f"' 0 19)
{
  echo "SELECT pgscore.import_model('m', decode('"
  base64 -w 0 "$work/booster.json"
  echo "', 'base64'), features => '[$features]');"
} | psql -X -q -v ON_ERROR_STOP=1 >/dev/null

# CPU time of the backend for a statement, in microseconds a row; the least of three.
measure() {
  local name=$1 batches=$2 statement=$3
  psql -X -q -A -t -v ON_ERROR_STOP=1 <<SQL | sort -n | head -n 1 |
SET max_parallel_workers_per_gather = 0;
SET pgscore.enable_batch = $batches;
SET jit = off;
SELECT predict_contrib('m', t) IS NULL FROM t LIMIT 1 \\g /dev/null
CREATE FUNCTION pg_temp.cpu() RETURNS float8 LANGUAGE sql VOLATILE AS
\$\$ SELECT 1e4 * (split_part(s, ' ', 14)::float8 + split_part(s, ' ', 15)::float8)
     FROM pg_read_file('/proc/' || pg_backend_pid() || '/stat') s \$\$;
SELECT pg_temp.cpu() AS before \\gset
$statement \\g /dev/null
SELECT (pg_temp.cpu() - :before) / (SELECT count(*) FROM t);
SELECT pg_temp.cpu() AS before \\gset
$statement \\g /dev/null
SELECT (pg_temp.cpu() - :before) / (SELECT count(*) FROM t);
SELECT pg_temp.cpu() AS before \\gset
$statement \\g /dev/null
SELECT (pg_temp.cpu() - :before) / (SELECT count(*) FROM t);
SQL
    awk -v name="$name" '{ printf "  %-34s %8.2f us a row\n", name, $1 }'
}
sum='SELECT sum(c[1]) FROM (SELECT predict_contrib('"'m'"', t) AS c FROM t OFFSET 0) s'
explained='SELECT sum(e.contribution) FROM t, explain('"'m'"', t, top_k => 5) e'
measure 'predict_contrib, in batches' on "$sum"
measure 'predict_contrib, row by row' off "$sum"
measure 'explain in a LATERAL, in batches' on "$explained"
measure 'explain in a LATERAL, row by row' off "$explained"
