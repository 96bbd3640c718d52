#!/usr/bin/env bash
# 1M rows x 20 columns, 100 trees of depth 6, one backend: pgscore row by row, next to PL/Python in batches and XGBoost's C API per row.
# One run, rounds interleaved; prints medians and ratios. Needs a server that psql reaches (PGHOST, PGPORT ...) as superuser with the
# extension installed, on this machine; postgresql-plpython3, python3-xgboost, libxgboost-dev, gcc. ROWS and ROUNDS change the size.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rows=${ROWS:-1000000} rounds=${ROUNDS:-5} slow=${SLOW_ROWS:-5000}
pg_config=${PG_CONFIG:-pg_config}
work=$(mktemp -d) && chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
gcc -O2 -fPIC -shared -I"$("$pg_config" --includedir-server)" "$here/xgboost_per_row.c" -o "$work/xgboost_per_row.so" -lxgboost
/usr/bin/python3 - "$work/model.json" <<'PYTHON'
import sys, numpy as np, xgboost as xgb
r = np.random.default_rng(1)
x = r.normal(size=(50000, 20)).astype(np.float32)
x[r.random(x.shape) < 0.03] = np.nan
y = (np.nan_to_num(x) @ r.normal(size=20) + np.sin(3 * np.nan_to_num(x[:, 0])) > 0).astype(int)
b = xgb.train({"objective": "binary:logistic", "max_depth": 6, "tree_method": "hist", "seed": 1}, xgb.DMatrix(x, y), 100)
b.save_model(sys.argv[1])
PYTHON
chmod 644 "$work/model.json" "$work/xgboost_per_row.so"
q() { psql -X -q -At -v ON_ERROR_STOP=1 -d pgscore_bench "$@"; }
psql -X -q -d postgres -c 'SET client_min_messages = warning' -c 'DROP DATABASE IF EXISTS pgscore_bench' -c 'CREATE DATABASE pgscore_bench'
columns=$(seq -s, -f 'f%g' 0 19)
{
  echo "SET client_min_messages = warning; CREATE EXTENSION pgscore; CREATE EXTENSION plpython3u;"
  echo "SELECT setseed(0.5);"
  echo "CREATE TABLE t AS SELECT $(seq -s, -f 'CASE WHEN random() > 0.03 THEN (random() * 4 - 2) END AS f%g' 0 19) FROM generate_series(1, $rows);"
  echo "VACUUM ANALYZE t;"
  echo "SELECT pgscore.import_model('m', pg_read_binary_file('$work/model.json')) \\g /dev/null"
  echo "CREATE FUNCTION xgboost_per_row(text, float8[]) RETURNS float8 AS '$work/xgboost_per_row' LANGUAGE C STRICT;"
  cat <<SQL
CREATE FUNCTION python_batch(query text) RETURNS float8 LANGUAGE plpython3u AS \$\$
import numpy as np, xgboost as xgb
b = SD.get('b')
if b is None:
    b = SD['b'] = xgb.Booster(); b.load_model('$work/model.json'); b.set_param({'nthread': 1})
total = 0.0
for_rows = plpy.cursor(query)
while True:
    rows = for_rows.fetch(10000)
    if not rows: break
    x = np.array([[np.nan if v is None else v for v in r.values()] for r in rows], dtype=np.float32)
    total += float(b.inplace_predict(x).astype(np.float64).sum())
return total \$\$;
SQL
} >"$work/setup.sql"
q -f "$work/setup.sql" >/dev/null
array="ARRAY[$columns]"
declare -A sql=(
  [scan]="SELECT count(f0 + f19) FROM t"
  [pgscore]="SELECT sum(predict('m', t)) FROM t"
  [pgscore_columns]="SELECT sum(predict('m', $columns)) FROM t"
  [python_batch]="SELECT python_batch('SELECT $columns FROM t')"
  [xgboost_per_row]="SELECT sum(xgboost_per_row('$work/model.json', $array)) FROM (SELECT * FROM t LIMIT $slow) s"
)
order="scan pgscore pgscore_columns python_batch xgboost_per_row"
declare -A times
echo "sums: $(for n in pgscore python_batch; do printf '%s %s  ' "$n" "$(q -c "${sql[$n]}")"; done)"
echo "equal on $slow rows: $(q -c "SELECT count(*) FROM (SELECT * FROM t LIMIT $slow) t WHERE predict('m', t)::float4 = xgboost_per_row('$work/model.json', $array)::float4")"
for _ in $(seq "$rounds"); do
  for name in $order; do
    n=$rows; [ "$name" = xgboost_per_row ] && n=$slow
    # A first statement loads whatever the backend needs; the second is timed.
    ms=$(printf 'SET pgscore.enable_batch = off; SET max_parallel_workers_per_gather = 0; SET jit = off;\n%s \\g /dev/null\n\\timing on\n%s;\n' \
      "SELECT 1" "${sql[$name]}" | q -f - | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | tail -n 1)
    times[$name]+=" $(awk -v ms="$ms" -v n="$n" 'BEGIN { printf "%.1f", ms * 1e6 / n }')"
  done
done
median() { tr ' ' '\n' | grep . | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
base=$(echo "${times[pgscore]}" | median)
printf '%-18s %12s %12s %s\n' statement ns/row rows/s 'times pgscore'
for name in $order; do
  m=$(echo "${times[$name]}" | median)
  printf '%-18s %12s %12.0f %.2f\n' "$name" "$m" "$(awk -v m="$m" 'BEGIN { print 1e9 / m }')" "$(awk -v m="$m" -v b="$base" 'BEGIN { print m / b }')"
done
psql -X -q -d postgres -c 'DROP DATABASE pgscore_bench'
