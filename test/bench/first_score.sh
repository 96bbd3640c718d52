#!/usr/bin/env bash
# How long does a new connection wait for its first score, when the model is in shared memory
# already? CONNECTIONS (50) new connections each run SELECT 1, a first score and a second one;
# medians in milliseconds, as psql's \timing sees them. Twice: without the library in
# shared_preload_libraries and with it, on private servers (test/tools/private_server.sh). `-r` runs
# against the server that psql reaches.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
connections=${CONNECTIONS:-50} cuts=${CUTS:-100000}

prepare() {
  psql -X -q -v ON_ERROR_STOP=1 -d postgres -c 'SET client_min_messages = warning' \
    -c 'DROP DATABASE IF EXISTS pgscore_first' -c 'CREATE DATABASE pgscore_first'
  export PGDATABASE=pgscore_first
  local model="'{\"pgscore_model\": 1, \"inputs\": [{\"name\": \"x\"}],
      \"nodes\": [{\"type\": \"discretize\", \"input\": 0, \"cuts\": ['
    || (SELECT string_agg(i::text, ',') FROM generate_series(1, %s) i) || '], \"values\": ['
    || (SELECT string_agg(i::text, ',') FROM generate_series(0, %s) i)
    || ']}], \"output\": {\"task\": \"regression\",
      \"values\": [{\"name\": \"y\", \"column\": 1}], \"raw\": [1]}}'"
  # shellcheck disable=SC2059
  {
    echo 'CREATE EXTENSION pgscore;'
    echo "SELECT pgscore.import_model('small', convert_to($(printf "$model" 100 100), 'UTF8'));"
    model=$(printf "$model" "$cuts" "$cuts")
    echo "SELECT pgscore.import_model('large', convert_to($model, 'UTF8'));"
    echo "SELECT pgscore.warm_model('small'), pgscore.warm_model('large');"
    echo 'VACUUM ANALYZE;'
  } | psql -X -q -v ON_ERROR_STOP=1 -f - >/dev/null
}

# The times of one new connection: SELECT 1, the first score, the second.
one_connection() {
  printf '%s\n' '\timing on' 'SELECT 1;' "SELECT predict('$1', 7.5);" "SELECT predict('$1', 8.5);" |
    psql -X -q -At -f - | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | paste -sd ' '
}

measure() {
  local name
  psql -X -q -At -F ' ' -c "
    SELECT '$1,', count(*), 'models loaded, plans of',
           string_agg((bytes / 1000)::text, ' and ' ORDER BY bytes), 'kB'
      FROM pgscore.loaded_models"
  for name in small large; do
    for _ in $(seq "$connections"); do one_connection "$name"; done | awk -v name="$name" '
      function median(a, n,   i, j, x) {
        for (i = 2; i <= n; i++) {
          x = a[i]
          for (j = i - 1; j > 0 && a[j] > x; j--) a[j + 1] = a[j]
          a[j + 1] = x
        }
        return a[int((n + 1) / 2)]
      }
      { n++; one[n] = $1; first[n] = $2; second[n] = $3 }
      END {
        printf "  %-6s SELECT 1 %6.3f   first score %6.3f   second %6.3f   ms, median of %d;",
          name, median(one, n), median(first, n), median(second, n), n
        printf " fastest first score %.3f\n", first[1]
      }'
  done
}

echo "$(uname -m), $(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg), $(date -u +%F)"
if [ "${1:-}" = -r ]; then
  prepare
  measure "$(psql -X -q -At -c "SELECT version()" | cut -d ' ' -f 1,2)"
  psql -X -q -d postgres -c 'DROP DATABASE pgscore_first WITH (FORCE)'
  exit
fi
# shellcheck source=test/tools/private_server.sh
. "$here/../tools/private_server.sh"
server_place first_score
trap 'server_remove first_score' EXIT
server_install
for preload in '' pgscore; do
  server_start "jit = off" "shared_preload_libraries = '$preload'"
  export PATH=$bindir:$PATH
  prepare
  measure "$("$pg_config" --version), ${preload:-not} preloaded"
  unset PGDATABASE
done
