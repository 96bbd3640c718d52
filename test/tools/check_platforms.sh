#!/usr/bin/env bash
# The server tests on the other PostgreSQL releases, each in its chroot.
#
#   check_platforms.sh [MAJOR..]           default: 17 18 19
#   check_platforms.sh --build [MAJOR..]   only makes the chroots and builds there
#
# One release after the other is built, which fills the compiler's cache in the chroot: releases of
# one chroot share most of it, and what is built again for the tests comes from there. Then
# PLATFORM_JOBS (3) releases are tested at a time, as most of what the tests do is to wait for a
# server. What a release has said is shown when it has ended. PLATFORM_TAP (all of them) names the
# releases whose TAP tests run, which take longest.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=test/tools/results.sh
. "$here/results.sh"

# in_chroot MAJOR SCRIPT. What these builds are for is the server's interface: less optimisation and
# no debugging information.
in_chroot() { bash "$here/chroot.sh" "$1" env COPT='-Werror -O1 -g0' bash -c "$2"; }

# shellcheck disable=SC2016
build() { in_chroot "$1" 'top=$PWD; . test/tools/results.sh; build_product'; }

# The counts are the last lines of what it says.
run_tests() {
  local start=$SECONDS status=0 suites='regress isolation'
  [[ " ${PLATFORM_TAP-$1} " != *" $1 "* ]] || suites+=' tap'
  # shellcheck disable=SC2016
  in_chroot "$1" '
    mkdir -p build; : >build/results
    results=$PWD/build/results bash test/tools/server_tests.sh '"$suites"'
    status=$?
    sed "s/^/counts: /" build/results
    exit $status' || status=$?
  echo "PostgreSQL $1 took $((SECONDS - start)) s"
  return $status
}

# Failed tests are in the counts; a run that ended before its last suite is a failure of its own.
collect() {
  local major=$1 status=$2
  section "PostgreSQL $major"
  grep -v '^counts: ' "$logs/$major"
  sed -n "s/^counts: /pg$major:/p" "$logs/$major" >>"$results"
  local suites=2
  [[ " ${PLATFORM_TAP-$major} " != *" $major "* ]] || suites=3
  if [ "$status" != 0 ] || [ "$(grep -c '^counts: ' "$logs/$major")" -lt $suites ]; then
    echo "PostgreSQL $major: the tests did not run to their end"
    record "pg$major" 0 1 0 0
  fi
}

only_build=
if [ "${1:-}" = --build ]; then
  only_build=1
  shift
fi
[ $# -gt 0 ] || set -- 17 18 19
built=0
for major in "$@"; do
  start=$SECONDS
  if build "$major"; then
    echo "PostgreSQL $major: built in $((SECONDS - start)) s"
  else
    built=1
  fi
done
[ -z "$only_build" ] || exit "$built"

# A release that could not be built fails, and says why, once more.
alone=${results:-}
results=${results:-$(mktemp)}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
declare -A job
for major in "$@"; do
  while [ "$(jobs -r | wc -l)" -ge "${PLATFORM_JOBS:-3}" ]; do wait -n; done
  run_tests "$major" >"$logs/$major" 2>&1 &
  job[$major]=$!
done
for major in "$@"; do
  wait "${job[$major]}"
  collect "$major" $?
done
[ -n "$alone" ] || report
