#!/usr/bin/env bash
# How often is a large model in memory, and how long does a new connection wait for its first score?
# CONNECTIONS sessions (50) score with a model whose plan has about 100 MB; then the proportional
# set size (PSS) of its segment is added up over all server processes. Needs a server that psql
# reaches as superuser, on this machine, and the right to read the smaps of its processes (root).
set -euo pipefail
connections=${CONNECTIONS:-50} cuts=${CUTS:-6500000}
export PGDATABASE=pgscore_one_copy
psql -X -q -d postgres -c 'SET client_min_messages = warning' \
  -c "DROP DATABASE IF EXISTS $PGDATABASE" -c "CREATE DATABASE $PGDATABASE"
psql -X -q -c 'CREATE EXTENSION pgscore' -c "SELECT pgscore.import_model('large', convert_to('
  {\"pgscore_model\": 1, \"inputs\": [{\"name\": \"x\"}],
  \"nodes\": [{\"type\": \"discretize\", \"input\": 0, \"cuts\": ['
  || (SELECT string_agg(i::text, ',') FROM generate_series(1, $cuts) i) || '], \"values\": ['
  || (SELECT string_agg(i::text, ',') FROM generate_series(0, $cuts) i) || ']}],
  \"output\": {\"task\": \"regression\",
  \"values\": [{\"name\": \"y\", \"column\": 1}], \"raw\": [1]}}', 'UTF8'))" >/dev/null
psql -X -q -At -F ' ' -c "
  SELECT 'plan:', bytes / 1000000, 'MB, cold load:', load_ms, 'ms'
    FROM (SELECT pgscore.warm_model('large')) w,
         LATERAL (SELECT * FROM pgscore.loaded_models WHERE name = 'large' OFFSET 0) l" || true
pids=()
for _ in $(seq "$connections"); do
  psql -X -q -At \
    -c "SELECT sum(predict('large', (random() * $cuts)::float8)) FROM generate_series(1, 100000)" \
    -c 'SELECT pg_sleep(20)' >/dev/null &
  pids+=($!)
done
sleeping="SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
until [ "$(psql -X -q -At -c "$sleeping")" = "$connections" ]; do sleep 0.2; done
backends=$(psql -X -q -At -c "SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
psql -X -q -At -F ' ' -c "
  SELECT 'mapped by', backends, 'connections,', bytes / 1000000, 'MB'
    FROM pgscore.loaded_models WHERE name = 'large'"
# Segments of posix shared memory are mapped as /dev/shm/PostgreSQL.<handle>.
for pid in $backends; do cat "/proc/$pid/smaps" 2>/dev/null || true; done | awk '
  /^[0-9a-f]+-[0-9a-f]+ / { mine = $0 ~ /\/dev\/shm\/PostgreSQL/; if (mine) seen[$NF] = 1 }
  mine && /^Pss:/ { pss += $2 } mine && /^Rss:/ { rss += $2 }
  END { n = 0; for (s in seen) n++
        printf "model segments: %d, sum of RSS %.0f MB, sum of PSS %.0f MB\n",
          n, rss / 1000, pss / 1000 }'
echo "first score of a new connection, model loaded (ms):"
for _ in 1 2 3 4 5; do
  printf '%s\n' 'SELECT 1 \g /dev/null' '\timing on' "SELECT predict('large', 7.5);" \
    "SELECT predict('large', 8.5);" | psql -X -q -At -f - |
    sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | paste -sd ' ' |
    sed 's/^/  first and second statement: /'
done
kill "${pids[@]}" 2>/dev/null || true
wait 2>/dev/null || true
sleep 1
psql -X -q -d postgres -c "DROP DATABASE $PGDATABASE WITH (FORCE)"
