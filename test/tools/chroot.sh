#!/usr/bin/env bash
# A lean Debian chroot with another PostgreSQL, and a command run in it (root only).
#
#   chroot.sh MAJOR [COMMAND..]     17: trixie, 18: sid. Without COMMAND: only makes it.
#
# COMMAND runs as root in /src, a copy of the source folder without what was built. The chroot is
# kept in /var/tmp/pgscore-chroot-MAJOR for a week (sid moves on); an unfinished or broken one is
# made again. The mirror is the one that apt uses here. Anything that fails is an error: no test is
# left out because a mirror did not answer.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
major=$1
shift
case $major in
  17) suite=trixie ;;
  18) suite=sid ;;
  *) echo "chroot: no Debian release known for PostgreSQL $major" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo 'chroot: only root can make and enter one' >&2; exit 1; }
root=/var/tmp/pgscore-chroot-$major
packages=("postgresql-$major" libpq-dev g++ make nlohmann-json3-dev libxxhash-dev libpugixml-dev
  libprotozero-dev libipc-run-perl ccache libxgboost-dev)
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

enter() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}
leave() { ! mountpoint -q "$root/proc" || umount -l "$root/proc"; }
trap leave EXIT

# Under `set -e` a function called in a condition would go on after a failed command, so this one
# runs in a shell of its own.
make_chroot() (
  set -e
  # The mirror that this machine's own release comes from. The $(..) in quotes are apt's.
  # shellcheck disable=SC1091,SC2016
  mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME)' 'Created-By: Packages' |
    awk -v codename="$(. /etc/os-release && echo "$VERSION_CODENAME")" \
      '$2 == codename { print $1; exit }')
  if [ -z "$mirror" ]; then
    apt-get update -qq
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
  fi
  [ -n "$mirror" ] || { echo 'chroot: apt has no package source here' >&2; exit 1; }
  leave
  rm -rf --one-file-system "$root"
  mkdir -m 755 "$root"
  debootstrap --variant=minbase "$suite" "$root" "$mirror"
  mount -t proc proc "$root/proc"
  chmod 1777 "$root/dev/shm"
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  # An archive that the host takes although its Release file is past its date, the chroot must take
  # too.
  apt-config dump Acquire::Check-Valid-Until >"$root/etc/apt/apt.conf.d/90pgscore"
  mkdir -p "$root/etc/postgresql-common/createcluster.d"
  echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.d/pgscore.conf"
  enter apt-get update -q
  enter apt-get install -y -q --no-install-recommends "${packages[@]}"
  # The server's headers without the compiler and LLVM that the package depends on.
  enter sh -ec "cd /tmp; apt-get download postgresql-server-dev-$major
    dpkg -x postgresql-server-dev-${major}_*.deb /; rm -f ./*.deb"
  enter apt-get clean
  enter "/usr/lib/postgresql/$major/bin/pg_config" --version
  touch "$root/.pgscore-ready"
)

valid() {
  [ -O "$root" ] && [ -n "$(find "$root/.pgscore-ready" -mtime -7 2>/dev/null)" ] &&
    enter "/usr/lib/postgresql/$major/bin/postgres" --version >/dev/null 2>&1 &&
    # A chroot of before a package was needed is made again.
    enter dpkg-query -W "${packages[@]}" >/dev/null 2>&1
}

if ! valid; then
  if ! command -v debootstrap >/dev/null; then
    echo 'chroot: installing debootstrap'
    apt-get install -y -q --no-install-recommends debootstrap >/dev/null
  fi
  echo "chroot: making $suite with PostgreSQL $major in $root"
  log=$(mktemp)
  make_chroot >"$log" 2>&1 </dev/null || {
    tail -n 40 "$log" >&2
    rm -f "$log"
    echo "chroot: could not make $suite" >&2
    exit 1
  }
  rm -f "$log"
fi
[ $# -gt 0 ] || exit 0

mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
rm -rf "$root/src"
mkdir "$root/src"
tar -C "$top" --exclude=./build --exclude=./.git --exclude='*.o' --exclude='*.d' --exclude='*.so' \
  -cf - . | tar -C "$root/src" -xf - --no-same-owner
enter env PG_CONFIG="/usr/lib/postgresql/$major/bin/pg_config" \
  bash -c 'cd /src && exec "$@"' bash "$@" </dev/null
