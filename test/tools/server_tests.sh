#!/usr/bin/env bash
# The tests that need a server, on a private one: pg_regress, isolation, TAP, random queries
# (FUZZ_QUERIES of FUZZ_SEED), the metrics against scikit-learn, and the conformance cases where they
# are.
#
#   server_tests.sh [regress] [isolation] [tap] [sqlfuzz] [sklearn] [conformance]      default: all
#
# The server is PG_CONFIG's (see private_server.sh), the tests run in a copy of the tree that the
# server's user can read and write: build/tests, or the temporary folder in build/tests.place.
# Counts go to the file `results` names.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=test/tools/private_server.sh
. "$here/private_server.sh"
# shellcheck source=test/tools/results.sh
. "$here/results.sh"
suites=${*:-regress isolation tap sqlfuzz sklearn conformance}
alone=${results:-}
results=${results:-$(mktemp)}
export results

server_place tests
trap 'server_stop' EXIT
build_product
server_install
work=$place/work
rm -rf "$work"
mkdir -p "$work"
mkdir -p "$top/expected"
(cd "$top" && cp -r Makefile sql expected test models "$work/")
[ "$(id -u)" != 0 ] || chown -R "$server_user" "$work"
server_start 'jit = off'
release=$("$pg_config" --version)
echo "$release, private server in $place"

declare -A tests=([regress]='sql/*.sql' [isolation]='test/isolation/specs/*.spec'
  [tap]='test/tap/*.pl')
# installcheck SUITE VARIABLE..: one suite through PGXS, its output in a log; counts the lines of
# pg_regress (before and since release 16, which speaks TAP) and of prove.
installcheck() {
  local suite=$1 log=$work/$1.log start=$SECONDS status=0 passed failed skipped
  shift
  section "$suite ($release)"
  if ! compgen -G "$top/${tests[$suite]}" >/dev/null; then
    echo "no tests: ${tests[$suite]}"
    record "$suite" 0 1 0 0
    return
  fi
  (cd "$work" && as_server make -s installcheck PG_CONFIG="$pg_config" "$@" \
    >"$log" 2>&1 </dev/null) || status=$?
  passed=$(grep -cE '^(test .*\.\.\. ok|ok [0-9]+ )' "$log") || true
  skipped=$(grep -cE '^ok [0-9]+ .*# *skip' -i "$log") || true
  failed=$(grep -cE '^(test .*\.\.\. FAILED|not ok [0-9]+ )' "$log") || true
  passed=$((passed - skipped))
  # Tests that the Makefile leaves out.
  skipped=$((skipped + $(grep -c '^SKIPPED: ' "$log" || true)))
  [ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
  if [ "$failed" -gt 0 ]; then
    tail -n 60 "$log"
    find "$work" -name 'regression.diffs' -size +0 -newer "$work/Makefile" -exec head -n 200 {} \;
    for file in "$work"/tmp_check/log/*; do
      [ "$suite" = tap ] && [ -f "$file" ] &&
        { grep -l 'not ok' "$file" || true; } | xargs -r tail -n 40
    done
  else
    grep -E '^(test |ok |Files=|All |# All |SKIPPED: )' "$log" | grep -v '^ok .* - ' |
      head -n 100 || true
  fi
  record "$suite" "$passed" "$failed" "$skipped" $((SECONDS - start))
}

# A Python that has the modules, or the last one that there is.
python_with() {
  local python modules=$*
  for python in python3 /usr/bin/python3; do
    ! "$python" -c "import ${modules// /, }" 2>/dev/null || break
  done
  echo "$python"
}

# Half a minute of random queries; `make fuzz-sql` for more.
sqlfuzz() {
  local start=$SECONDS
  section "sqlfuzz ($release)"
  if PATH=$bindir:$PATH "$(python_with psycopg2)" "$top/test/fuzz/sql/fuzz.py" \
    --queries "${FUZZ_QUERIES:-3000}" --seed "${FUZZ_SEED:-1}"; then
    record sqlfuzz 1 0 0 $((SECONDS - start))
  else
    record sqlfuzz 0 1 0 $((SECONDS - start))
  fi
}

# The metrics against scikit-learn; status 77: it is not installed.
sklearn() {
  local start=$SECONDS status=0
  section "sklearn ($release)"
  "$bindir/psql" -X -q -c 'CREATE DATABASE sklearn' -c '\c sklearn' -c 'CREATE EXTENSION pgscore'
  PATH=$bindir:$PATH PGDATABASE=sklearn "$(python_with sklearn psycopg2)" \
    "$top/test/oracle/metrics_sklearn.py" || status=$?
  case $status in
    0) record sklearn 1 0 0 $((SECONDS - start)) ;;
    77) record sklearn 0 0 1 $((SECONDS - start)) ;;
    *) record sklearn 0 1 0 $((SECONDS - start)) ;;
  esac
}

# A number of the conformance run's report.
count_of() { sed -n "s/^ *\"$1\": \([0-9]*\),\$/\1/p" "$place/conformance.json" | head -n 1; }

conformance() {
  local folder=${PGSCORE_CONFORMANCE:-$top/../shared/conformance}
  local start=$SECONDS status=0 passed=0 cases=0 only
  section "conformance ($release)"
  if [ ! -r "$folder/run_cases.py" ]; then
    echo "SKIPPED: no conformance cases in $folder" \
      "(set PGSCORE_CONFORMANCE to the folder that holds run_cases.py)"
    record conformance 0 0 1 0
    return
  fi
  "$bindir/psql" -X -q -c 'CREATE DATABASE conformance' -c '\c conformance' \
    -c 'CREATE EXTENSION pgscore'
  for only in 'xgboost-*/*' 'lightgbm-*/*' 'catboost-*/*' 'onnx/*' 'pmml/*'; do
    PATH=$bindir:$PATH PGDATABASE=conformance python3 "$top/test/tools/conformance.py" "$folder" \
      --only "$only" --limits --failures 20 --json "$place/conformance.json" || status=$?
    passed=$((passed + $(count_of passed)))
    cases=$((cases + $(count_of cases)))
  done
  [ "$status" = 0 ] || [ "$passed" != "$cases" ] || cases=$((cases + 1))
  record conformance "$passed" $((cases > 0 ? cases - passed : 1)) 0 $((SECONDS - start))
}

for suite in $suites; do
  case $suite in
    regress) installcheck regress ISOLATION= TAP_TESTS= ;;
    isolation) installcheck isolation REGRESS= TAP_TESTS= ;;
    tap) installcheck tap REGRESS= ISOLATION= PROVE_FLAGS=--verbose ;;
    sqlfuzz | sklearn | conformance) $suite ;;
    *) echo "server_tests: no suite \"$suite\"" >&2; exit 2 ;;
  esac
done
# Called by another script, the counts are its business.
[ -n "$alone" ] || report
