#!/usr/bin/env bash
# What scoring costs in SQL: a table of ROWS (1000000) rows of 20 columns, two XGBoost models (100
# trees of depth 6, 500 of depth 8), pgscore row by row, in batches and its kernels alone, next to
# XGBoost over a matrix that is in memory already, XGBoost's C API for each row, PL/Python, a job
# that copies the rows out and the scores in, and the model as an SQL expression. Paired rounds
# (ROUNDS, 5) on a private server; prints ratios, writes build/bench/sql.json. What is missing of
# Debian's packages is installed (as root).
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=test/tools/private_server.sh
. test/tools/private_server.sh
# shellcheck source=test/tools/results.sh
. test/tools/results.sh
major=$("${PG_CONFIG:-pg_config}" --version | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p')
missing=()
for package in "postgresql-plpython3-$major" python3-xgboost python3-numpy python3-pandas \
  libxgboost-dev libbenchmark-dev cmake gcc; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
    missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "sql_bench: installing ${missing[*]}"
  apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
fi
server_place bench
trap 'server_stop' EXIT
build_product
server_install
server_start 'jit = off' 'shared_buffers = 1GB' 'max_wal_size = 8GB' \
  "shared_preload_libraries = 'pgscore'"
mkdir -p build/bench "$place/peers"
cmake -S . -B build/bench -DPGSCORE_BENCH=ON >build/bench/configure.log ||
  { tail build/bench/configure.log; exit 1; }
cmake --build build/bench --target score_rows -j"$(nproc)" >build/bench/make.log 2>&1 ||
  { tail -n 30 build/bench/make.log; exit 1; }
for peer in empty_function xgboost_per_row; do
  libraries=()
  [ "$peer" = empty_function ] || libraries=(-lxgboost)
  gcc -O2 -fPIC -shared -I"$("$pg_config" --includedir-server)" "test/bench/$peer.c" \
    -o "$place/peers/$peer.so" "${libraries[@]}"
done
PATH=$bindir:$PATH /usr/bin/python3 test/bench/sql_bench.py --peers "$place/peers" \
  --score-rows build/bench/score_rows --json build/bench/sql.json \
  --rows "${ROWS:-1000000}" --rounds "${ROUNDS:-5}" "$@"
chmod -R a+rX "$place/peers"
