#!/usr/bin/env bash
# A lean Debian chroot with other PostgreSQL releases, and a command run in it (root only).
#
#   chroot.sh MAJOR COMMAND..     runs COMMAND as root in /src/MAJOR, a copy of the source folder
#                                 without what was built, with MAJOR's PG_CONFIG
#   chroot.sh MAJOR               only makes the chroot, and prints its folder
#
# 17 is Debian trixie's, 18 sid's, 19 experimental's over sid: of experimental only what comes from
# PostgreSQL 19's source package is taken. 18 and 19 share a chroot, so the second of them compiles
# only what depends on the server: ccache knows the rest, their different warnings aside. Commands
# of both may run at the same time: each has its own processes, /proc and /dev/shm, which end with
# it.
#
# A chroot is kept in /var/tmp/pgscore-chroot-SUITE for a week (sid moves on); an unfinished or
# broken one is made again. The mirror is the one that apt uses here. Anything that fails is an
# error: no test is left out because a mirror did not answer or has no such package.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
major=$1
shift
case $major in
  17) suite=trixie ;;
  18 | 19) suite=sid ;;
  *) echo "chroot: no Debian release known for PostgreSQL $major" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo 'chroot: only root can make and enter one' >&2; exit 1; }
root=/var/tmp/pgscore-chroot-$suite
packages=(libpq-dev g++ make nlohmann-json3-dev libxxhash-dev libpugixml-dev libprotozero-dev
  libipc-run-perl ccache libxgboost-dev)
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# In name spaces of its own: what is mounted and started here ends with the command.
# shellcheck disable=SC2016
enter() {
  unshare --mount --pid --ipc --fork --kill-child bash -ec '
    mount -t proc proc "$0/proc"
    mount -t tmpfs -o mode=1777 tmpfs "$0/dev/shm"
    exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
      DEBIAN_FRONTEND=noninteractive "$@"' "$root" "$@"
}
install_packages() { enter apt-get install -y -q --no-install-recommends "$@"; }

# The mirror that this machine's own release comes from. The $(..) in quotes are apt's.
find_mirror() {
  # shellcheck disable=SC1091,SC2016
  mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME)' 'Created-By: Packages' |
    awk -v codename="$(. /etc/os-release && echo "$VERSION_CODENAME")" \
      '$2 == codename { print $1; exit }')
  if [ -z "$mirror" ]; then
    apt-get update -qq
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
  fi
  [ -n "$mirror" ] || { echo 'chroot: apt has no package source here' >&2; return 1; }
}

# What must be there before the first package. Nothing in a chroot outlives it: no file needs to be
# on the disk at once, and nobody reads its manuals.
configure_chroot() {
  mkdir -p "$root"/etc/{dpkg/dpkg.cfg.d,apt/apt.conf.d,apt/preferences.d} "$root/usr/sbin" \
    "$root/etc/postgresql-common/createcluster.d"
  printf '%s\n' force-unsafe-io path-exclude=/usr/share/{doc,man,locale}/'*' \
    >"$root/etc/dpkg/dpkg.cfg.d/pgscore"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  # An archive that the host takes although its Release file is past its date, the chroot must take
  # too.
  apt-config dump Acquire::Check-Valid-Until >"$root/etc/apt/apt.conf.d/90pgscore"
  echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.d/pgscore.conf"
  # Experimental's packages have the priority 1 by themselves: only these may replace sid's.
  [ "$suite" != sid ] || printf '%s\n' 'Package: src:postgresql-19' \
    'Pin: release a=experimental' 'Pin-Priority: 500' >"$root/etc/apt/preferences.d/pgscore"
}

make_chroot() {
  find_mirror
  rm -rf --one-file-system "$root"
  mkdir -m 755 "$root"
  configure_chroot
  debootstrap --variant=minbase "$suite" "$root" "$mirror"
  [ "$suite" != sid ] ||
    echo "deb $mirror experimental main" >"$root/etc/apt/sources.list.d/experimental.list"
  enter apt-get update -q
  install_packages "${packages[@]}"
  touch "$root/.pgscore-ready"
}

# The server, and its headers without the compiler and LLVM that their package depends on.
add_server() {
  enter apt-get update -q
  if [ -z "$(enter apt-cache show "postgresql-$major")" ]; then
    echo "chroot: DEBIAN HAS NO PACKAGE postgresql-$major IN THE PLACES THAT WE KNOW OF;" \
      "look where it is now, and change test/tools/chroot.sh" >&2
    return 1
  fi
  install_packages "postgresql-$major"
  enter sh -ec "cd /tmp; apt-get download postgresql-server-dev-$major
    dpkg -x postgresql-server-dev-${major}_*.deb /; rm -f ./*.deb"
  enter apt-get clean
  enter "/usr/lib/postgresql/$major/bin/pg_config" --version
  touch "$root/.pgscore-ready-$major"
}

has_chroot() {
  [ -O "$root" ] && [ -n "$(find "$root/.pgscore-ready" -mtime -7 2>/dev/null)" ] &&
    # A chroot of before a package was needed is made again.
    enter dpkg-query -W "${packages[@]}" >/dev/null 2>&1
}
has_server() {
  [ -e "$root/.pgscore-ready-$major" ] &&
    enter "/usr/lib/postgresql/$major/bin/postgres" --version >/dev/null 2>&1
}

# try STEP: its output is shown if it fails. In the background, because what is called in a
# condition goes on after a failed command in spite of `set -e`.
try() {
  local log status=0 start=$SECONDS
  log=$(mktemp)
  "$1" >"$log" 2>&1 </dev/null &
  wait $! || status=$?
  if [ "$status" = 0 ]; then
    echo "chroot: done in $((SECONDS - start)) s" >&2
  else
    tail -n 40 "$log" >&2
    echo "chroot: $1 failed ($root)" >&2
  fi
  rm -f "$log"
  return "$status"
}

# One process makes a chroot, others that need it wait.
exec 8>"/run/pgscore-chroot-$suite.lock"
flock 8
if ! has_chroot; then
  if ! command -v debootstrap >/dev/null; then
    echo 'chroot: installing debootstrap' >&2
    apt-get install -y -q --no-install-recommends debootstrap >/dev/null
  fi
  echo "chroot: making $suite in $root" >&2
  try make_chroot
fi
if ! has_server; then
  echo "chroot: adding PostgreSQL $major to $root" >&2
  try add_server
fi
exec 8>&-
[ $# -gt 0 ] || { echo "$root"; exit 0; }

rm -rf "$root/src/$major"
mkdir -p "$root/src/$major"
tar -C "$top" --exclude=./build --exclude=./.git --exclude='*.o' --exclude='*.d' --exclude='*.so' \
  -cf - . | tar -C "$root/src/$major" -xf - --no-same-owner
# shellcheck disable=SC2016
enter env PG_CONFIG="/usr/lib/postgresql/$major/bin/pg_config" CCACHE_IGNOREOPTIONS='-W*' \
  bash -c 'cd "$0" && exec "$@"' "/src/$major" "$@" </dev/null
