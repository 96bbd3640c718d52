#!/usr/bin/env bash
# How long a model of about 100 MB takes from its file to its first score, and how much memory: for
# each of the files of upload_models.py a new connection imports it and scores a row. Private
# server; prints a table. Needs python3-xgboost (as root it is installed).
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=test/tools/private_server.sh
. test/tools/private_server.sh
# shellcheck source=test/tools/results.sh
. test/tools/results.sh
[ "$(dpkg-query -W -f='${db:Status-Status}' python3-xgboost 2>/dev/null)" = installed ] ||
  apt-get -qq install -y --no-install-recommends python3-xgboost >/dev/null
server_place upload
trap 'server_stop' EXIT
build_product
server_install
server_start 'jit = off' 'max_wal_size = 4GB' "shared_preload_libraries = 'pgscore'"
PATH=$bindir:$PATH
/usr/bin/python3 test/bench/upload_models.py "$place/models" "${MEGABYTES:-100}" >/dev/null
chmod 755 "$place/models"
psql -X -q -d postgres -c 'SET client_min_messages = warning' \
  -c 'DROP DATABASE IF EXISTS pgscore_upload' -c 'CREATE DATABASE pgscore_upload'
export PGDATABASE=pgscore_upload
psql -X -q -c 'CREATE EXTENSION pgscore'
uptime
printf '%-16s%8s%18s%10s%24s%24s\n' file MB 'import, wall s' 'CPU s' 'private peak / file' \
  'first score, wall ms'
values=$(seq -s ', ' -f '0.5 AS f%g' 0 19)
for file in "$place"/models/*; do
  coproc SESSION { psql -X -q -At -v ON_ERROR_STOP=1; }
  exec 3<&"${SESSION[0]}" 4>&"${SESSION[1]}"
  echo 'SELECT pg_backend_pid();' >&4
  read -r pid <&3
  # What the backend does not share with others, at its peak: the kernel keeps no record of it.
  peak() { awk '/^RssAnon/ { print $2 }' "/proc/$pid/status"; }
  before=$(peak)
  (top=0
    while now=$(peak 2>/dev/null); do
      [ "${now:-0}" -le "$top" ] || { top=$now; echo "$top" >"$place/peak"; }
      sleep 0.02
    done) &
  watch=$!
  cat >&4 <<SQL
SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1) AS cpu,
       clock_timestamp() AS start \gset
SELECT pgscore.import_model_file('m', '$file') \g /dev/null
SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1) AS cpu_after,
       clock_timestamp() AS stop \gset
SELECT predict_raw('m', t) FROM (SELECT $values) t \g /dev/null
SELECT format('%s %s %s',
              round(extract(epoch FROM :'stop'::timestamptz - :'start'::timestamptz), 2),
              round((:cpu_after - :cpu) / 1e9, 2),
              round(1000 * extract(epoch FROM clock_timestamp() - :'stop'::timestamptz), 1));
SQL
  read -r wall cpu first <&3
  kill "$watch"
  bytes=$(stat -c %s "$file")
  printf '%-16s%8d%18s%10s%24s%24s\n' "$(basename "$file")" $((bytes / 1000000)) "$wall" "$cpu" \
    "$(awk -v a="$before" -v b="$(cat "$place/peak")" -v f="$bytes" \
      'BEGIN { printf "%.2f", (b - a) * 1024 / f }')" "$first"
  printf '%s\n' "SELECT pgscore.drop_model('m') \\g /dev/null" '\q' >&4
  wait "$SESSION_PID"
done
psql -X -q -d postgres -c 'DROP DATABASE pgscore_upload WITH (FORCE)'
