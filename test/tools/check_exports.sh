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
  extra=$(nm -D --defined-only "$module" | awk '{ print $3 }' | grep -vE '^(Pg_magic_func|_PG_init|pg_finfo_pgscore_[a-z0-9_]+|pgscore_[a-z0-9_]+)$') || true
  [ -z "$extra" ] || { failed=1; echo "exports: $module exports $extra"; }
  nm -D --defined-only "$module" | grep -q ' Pg_magic_func$' || { failed=1; echo "exports: $module has no Pg_magic_func"; }
  # A server function without its pg_finfo_ twin, or the other way round, fails only when somebody creates the SQL function.
  while read -r symbol; do
    nm -D --defined-only "$module" | grep -q " ${symbol#pg_finfo_}$" || { failed=1; echo "exports: $module: $symbol without its function"; }
  done < <(nm -D --defined-only "$module" | awk '{ print $3 }' | grep '^pg_finfo_' || true)
done
[ "$failed" = 0 ] && echo "exports: pgscore.so exports $(nm -D --defined-only pgscore.so | wc -l) symbols, all of them PostgreSQL's business"
