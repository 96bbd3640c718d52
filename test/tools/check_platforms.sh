#!/usr/bin/env bash
# The server tests on the other PostgreSQL releases, each in its chroot.
#
#   check_platforms.sh [MAJOR..]     default: 17 18
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=test/tools/results.sh
. "$here/results.sh"
alone=${results:-}
results=${results:-$(mktemp)}
[ $# -gt 0 ] || set -- 17 18
for major in "$@"; do
  start=$SECONDS
  status=0
  section "PostgreSQL $major"
  rm -f "/var/tmp/pgscore-chroot-$major/src/build/results"
  # What these builds are for is the server's interface: less optimisation and no debugging
  # information.
  bash "$here/chroot.sh" "$major" env results=/src/build/results COPT='-Werror -O1 -g0' \
    bash -c 'mkdir -p build; : >build/results
      exec bash test/tools/server_tests.sh regress isolation tap' || status=$?
  counts=/var/tmp/pgscore-chroot-$major/src/build/results
  if [ -s "$counts" ]; then sed "s/^/pg$major:/" "$counts" >>"$results"; fi
  # Failed tests are in the counts; a run that ended before its last suite is a failure of its own.
  if [ "$status" != 0 ] || [ "$(wc -l <"$counts" 2>/dev/null || echo 0)" -lt 3 ]; then
    echo "PostgreSQL $major: the tests did not run to their end"
    record "pg$major" 0 1 0 $((SECONDS - start))
  fi
done
[ -n "$alone" ] || report
