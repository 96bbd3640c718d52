#!/usr/bin/env bash
# Installs the Debian packages that are missing, says which, and does nothing when none is.
#
#   setup.sh demo     what building and showing the extension needs
#   setup.sh check    what the tests need besides
#   setup.sh models   what training the example models again needs besides
#
# Not as root it installs nothing: it says what is missing and ends with status 1. An installed
# PostgreSQL of the user's own is respected: with PG_CONFIG set, no PostgreSQL package is asked for.
# No cluster is created and no service started.
set -euo pipefail
level=${1:-demo}

have() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

if ! command -v apt-get >/dev/null 2>&1; then
  echo "setup: this is no Debian; assuming that a C++20 compiler, make, PostgreSQL's server" \
    "headers, nlohmann-json, xxhash, pugixml and protozero are there"
  exit 0
fi

packages=(g++ make nlohmann-json3-dev libxxhash-dev libpugixml-dev libprotozero-dev)
if [ -z "${PG_CONFIG:-}" ]; then
  # The release that is there already, or the distribution's own.
  major=
  if command -v pg_config >/dev/null 2>&1; then
    major=$(pg_config --version 2>/dev/null | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p') || true
  fi
  if [ -z "$major" ]; then
    [ -n "$(apt-cache show postgresql 2>/dev/null)" ] || [ "$(id -u)" != 0 ] || apt-get -qq update
    major=$(apt-cache show --no-all-versions postgresql 2>/dev/null |
      sed -n 's/^Depends:.*\bpostgresql-\([0-9][0-9]*\).*/\1/p' | head -n 1)
  fi
  packages+=("postgresql-${major:-15}" "postgresql-server-dev-${major:-15}")
fi
if [ "$level" != demo ]; then
  packages+=(cmake libgtest-dev clang-14 libclang-rt-14-dev libipc-run-perl python3
    python3-psycopg2 python3-sklearn libxgboost-dev)
fi
if [ "$level" = models ]; then
  packages+=(python3-xgboost python3-sklearn python3-pandas python3-onnx r-base-core r-cran-rpart
    r-cran-randomforest r-cran-gbm r-cran-ranger r-cran-jsonlite)
fi
if [ "$level" = lint ]; then
  packages+=(clang-tidy-14 clang-format-19 black shellcheck)
fi

missing=()
for package in "${packages[@]}"; do
  have "$package" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
  echo "setup: missing packages: ${missing[*]}"
  echo "setup: install them as root, then run this again:"
  echo "    apt-get install ${missing[*]}"
  exit 1
fi

echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
guards=()
cleanup() { [ ${#guards[@]} -eq 0 ] || rm -f "${guards[@]}"; }
trap cleanup EXIT
# Debian's PostgreSQL packages would make a cluster and start it. Whoever wants one makes it with
# pg_createcluster.
if ! have postgresql-common; then
  mkdir -p /etc/postgresql-common/createcluster.d
  guards+=(/etc/postgresql-common/createcluster.d/pgscore.conf)
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/pgscore.conf
fi
if [ ! -e /usr/sbin/policy-rc.d ]; then
  guards+=(/usr/sbin/policy-rc.d)
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
log=$(mktemp)
guards+=("$log")
install() { apt-get -y -q --no-install-recommends install "${missing[@]}" </dev/null >"$log" 2>&1; }
# An old package list is the usual reason for a failure, so it is fetched only then.
install || { apt-get -q update >"$log" 2>&1 && install; } ||
  { cat "$log" >&2; echo "setup: apt-get failed" >&2; exit 1; }
echo "setup: done"
