#!/usr/bin/env bash
# The modules export what PostgreSQL looks up and nothing else.
set -euo pipefail
cd "$(dirname "$0")/../.."
top=$PWD
# shellcheck source=test/tools/results.sh
. test/tools/results.sh
build_product
failed=0
for module in pgscore.so pgscore_xgboost.so; do
  [ -e "$module" ] || continue
  symbols=$(nm -D --defined-only "$module" | awk '{ print $3 }')
  wanted='^(Pg_magic_func|_PG_init|pg_finfo_pgscore_[a-z0-9_]+|pgscore_[a-z0-9_]+)$'
  extra=$(grep -vE "$wanted" <<<"$symbols") || true
  [ -z "$extra" ] || { failed=1; echo "exports: $module exports $extra"; }
  grep -qx Pg_magic_func <<<"$symbols" ||
    { failed=1; echo "exports: $module has no Pg_magic_func"; }
  # A server function without its pg_finfo_ twin fails only when somebody creates the SQL function.
  # shellcheck disable=SC2013
  for symbol in $(sed -n 's/^pg_finfo_//p' <<<"$symbols"); do
    grep -qx "$symbol" <<<"$symbols" ||
      { failed=1; echo "exports: $module: pg_finfo_$symbol without its function"; }
  done
  echo "exports: $module exports $(wc -l <<<"$symbols") symbols"
done
exit $failed
