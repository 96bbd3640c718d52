#!/usr/bin/env bash
# The regression and isolation tests on a server that checks itself: PostgreSQL and the extension
# built with AddressSanitizer and UndefinedBehaviorSanitizer (build_server.sh sanitize). The first
# fault ends a server process, so a test fails; the reports are counted and shown.
#
#   check_sanitized_server.sh [SUITE..]       default: regress isolation
#
# PGSCORE_MAJOR (15) names the release.
#
# Leaks are not looked for: PostgreSQL frees memory by context. What is known of PostgreSQL's own
# code, and is no fault of ours, stands in sanitized_server.supp, with its reason.
#
# It works in a copy of the tree, so that no object of another build is mixed in:
# /var/tmp/pgscore-sanitized-tree, or what PGSCORE_SANITIZED_TREE names. The copy keeps its objects:
# a second run builds what has changed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
suites=${*:-regress isolation}
tree=${PGSCORE_SANITIZED_TREE:-/var/tmp/pgscore-sanitized-tree}

pg_config=$(bash "$here/build_server.sh" sanitize "${PGSCORE_MAJOR:-15}")
set -a
# shellcheck disable=SC1091
. "$(dirname "$pg_config")/sanitize.env"
set +a
UBSAN_OPTIONS=${UBSAN_OPTIONS:-}:suppressions=$tree/test/tools/sanitized_server.supp
export UBSAN_OPTIONS

mkdir -p "$tree"
chmod 755 "$tree"
# Sources as they are, with their times; what make has built there stays.
(cd "$top" && git ls-files -z --cached --others --exclude-standard |
  tar --null --ignore-failed-read -cf - -T -) | tar -xf - -C "$tree"
# What is no source any more would be built all the same.
(cd "$tree" && find src sql expected test -type f ! -name '*.o' ! -name '*.d' ! -name '*.so' |
  while read -r file; do [ -e "$top/$file" ] || rm -f "$file"; done)

# Reports of an earlier run.
[ ! -r "$tree/build/tests.place" ] ||
  find "$(cat "$tree/build/tests.place")" -maxdepth 3 -name '*.log' -delete

status=0
# shellcheck disable=SC2086
(cd "$tree" && PG_CONFIG=$pg_config COPT=${COPT:--O1} bash test/tools/server_tests.sh $suites) ||
  status=$?

place=$(cat "$tree/build/tests.place")
reports=0
while IFS= read -r log; do
  found=$(grep -cE 'runtime error:|ERROR: AddressSanitizer' "$log") || true
  [ "$found" = 0 ] || grep -E -A 12 'runtime error:|ERROR: AddressSanitizer' "$log" | head -n 200
  reports=$((reports + found))
done < <(find "$place" -maxdepth 3 -name '*.log')
echo "sanitized server: $reports reports"
[ "$reports" = 0 ] && exit "$status"
exit 1
