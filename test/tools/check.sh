#!/usr/bin/env bash
# Sets the machine up, builds, and runs the tests; ends with a table and the line
# "N passed, N failed".
#
#   check.sh                 everything but `sanitize` (15 minutes of one processor to build; the
#                            fuzzers are sanitized, too)
#   check.sh SUITE..         core sanitize fuzz static server conformance lint
#   check.sh quick           after a small change: the core with fewer random models, regression
#                            and isolation tests
#
# Every suite runs even when one before it failed. Nothing outside the source folder's build/, /tmp
# and /var/tmp is written, apart from packages that setup.sh installs as root.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=test/tools/results.sh
. "$here/results.sh"
mkdir -p "$top/build"
# Continuous integration collects the counts of several runs in one file.
if [ -z "${results:-}" ]; then
  results=$(mktemp "$top/build/results-XXXXXX")
  trap 'rm -f "$results"' EXIT
fi
export results
cd "$top" || exit 2

# gtest's own counts of a ctest log; a test program that died has none and counts as one failure.
unit_tests() {
  local name=$1 build=$2 start=$SECONDS status=0
  shift 2
  section "$name"
  if ! cmake_build "$build" "$@"; then record "$name" 0 1 0 $((SECONDS - start)); return; fi
  (cd "$build" && ctest -V --timeout 900 -j"$(nproc)" >"$build/ctest.log" 2>&1) || status=$?
  grep -E '\[  FAILED  \]|Failure$|SKIPPED|SEGFAULT|\*\*\*|ERROR: |runtime error' \
    "$build/ctest.log" | sort | uniq | head -n 60
  tail -n 3 "$build/ctest.log" | grep tests
  read -r passed failed skipped < <(awk '
    /\[  PASSED  \] [0-9]+ test/ { for (i = 1; i <= NF; i++) if ($i == "]") p += $(i + 1) }
    /\[  SKIPPED \] [0-9]+ test/ { for (i = 1; i <= NF; i++) if ($i == "]") s += $(i + 1) }
    /\[  FAILED  \] [0-9]+ test/ { for (i = 1; i <= NF; i++) if ($i == "]") f += $(i + 1) }
    END { print p + 0, f + 0, s + 0 }' "$build/ctest.log")
  [ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
  record "$name" "$passed" "$failed" "$skipped" $((SECONDS - start))
}

core() { unit_tests core "$top/build/core" -DPGSCORE_UNITY=ON; }
sanitize() {
  PGSCORE_RANDOM_MODELS=${PGSCORE_RANDOM_MODELS:-500} \
    unit_tests sanitize "$top/build/sanitize" -DPGSCORE_SANITIZE=ON -DPGSCORE_UNITY=ON
}

# Checks that only read the sources, and of what the built module exports: each script is one test.
static() {
  local check start failed=0 passed=0 begin=$SECONDS
  section 'static checks'
  for check in 'python3 test/tools/check_layers.py' 'bash test/tools/check_headers.sh' \
    'bash test/tools/check_paths.sh' 'bash test/tools/check_flags.sh' \
    'bash test/tools/check_exports.sh' 'bash test/tools/check_baseline.sh'; do
    start=$SECONDS
    if $check; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $check"; fi
    [ $((SECONDS - start)) -lt 60 ] || echo "$check took $((SECONDS - start)) s"
  done
  record static "$passed" "$failed" 0 $((SECONDS - begin))
}

# A script that reports by itself; when it dies before it could, that is one failure.
script() {
  local name=$1 before
  shift
  before=$(wc -l <"$results")
  "$@" || [ "$(wc -l <"$results")" -gt "$before" ] && return
  record "$name" 0 1 0 0
}
fuzz() { section fuzzers; script fuzz bash test/tools/fuzz.sh; }
server() { script server bash test/tools/server_tests.sh regress isolation tap sqlfuzz sklearn; }
quick() {
  PGSCORE_RANDOM_MODELS=${PGSCORE_RANDOM_MODELS:-300} core
  script server bash test/tools/server_tests.sh regress isolation
}
conformance() { script conformance bash test/tools/server_tests.sh conformance; }

lint() {
  local failed=0 start=$SECONDS
  section lint
  bash test/tools/lint.sh || failed=1
  record lint $((1 - failed)) "$failed" 0 $((SECONDS - start))
}

suites=${*:-core static lint server conformance fuzz}
level=check
case " $suites " in *' lint '*) level=lint ;; esac
bash test/tools/setup.sh "$level" || exit 1
for suite in $suites; do
  case $suite in
    core | sanitize | fuzz | static | server | conformance | lint | quick) $suite ;;
    *) echo "check: no suite \"$suite\"" >&2; exit 2 ;;
  esac
done
report
