# A private PostgreSQL server, for the demo and the tests. To be sourced.
#
# Nothing of the machine is touched: no existing cluster, no port, no system folder. The server runs
# from a private installation, a copy of PG_CONFIG's programs beside links to its other files:
# PostgreSQL finds its files relative to its programs, so `make install` with the copy's pg_config
# puts the extension there, and two checkouts never meet. It listens on a socket in a folder that
# only its user (and root) can enter.
#
# PostgreSQL refuses to run as root: then the server's user is postgres, or nobody where there is no
# postgres. That user may not be able to enter the checkout (a clone in root's home): then
# everything lives in a temporary folder.
#
#   server_place NAME      sets place: the folder of server NAME, made if need be; build/NAME, or a
#                          temporary one that is remembered there
#   server_install         private installation in $place/install from PG_CONFIG; sets pg_config,
#                          bindir
#   server_start OPTION..  initdb and start in $place/data; sets PGHOST, PGUSER, PGDATABASE
#                          (exported)
#   server_stop            stops it, if it runs
#   server_remove          stops it and removes $place
#   as_server COMMAND..    runs COMMAND as the server's user
# shellcheck shell=bash

# What is made here must be readable by the server's user, whatever the caller's mask.
umask 022

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

server_user=$(id -un)
if [ "$(id -u)" = 0 ]; then
  server_user=nobody
  ! id -u postgres >/dev/null 2>&1 || server_user=postgres
fi

as_server() {
  if [ "$(id -u)" = 0 ]; then
    runuser -u "$server_user" -- env HOME="${place:-/}" "$@"
  else
    "$@"
  fi
}

server_place() {
  local name=$1 memo=$top/build/$1.place
  mkdir -p "$top/build"
  # In a copy of the tree the folder that is remembered is the original's.
  if [ -r "$memo" ] && [ "$(cat "$(cat "$memo")/tree" 2>/dev/null)" = "$top" ]; then
    place=$(cat "$memo")
  elif as_server test -x "$top/build"; then
    place=$top/build/$name
    mkdir -p "$place"
  else
    place=$(mktemp -d "/var/tmp/pgscore-$name-XXXXXX")
  fi
  echo "$place" >"$memo"
  echo "$top" >"$place/tree"
  chmod 755 "$place"
  [ "$(id -u)" != 0 ] || chown "$server_user" "$place"
}

server_install() {
  local original=${PG_CONFIG:-pg_config} folder kind program
  # Debian's /usr/bin/pg_config is a script; the program itself knows where it lies.
  bindir=$("$original" --bindir)
  rm -rf "$place/install"
  mkdir -p "$place/install$bindir"
  for program in postgres initdb pg_ctl pg_config psql pg_dump pg_dumpall pg_restore pg_basebackup \
    pg_upgrade pg_resetwal pg_controldata pg_isready pg_waldump pg_verifybackup pg_rewind pgbench \
    createdb dropdb createuser dropuser vacuumdb; do
    [ ! -e "$bindir/$program" ] || cp -L "$bindir/$program" "$place/install$bindir/"
  done
  for kind in pkglibdir sharedir; do
    folder=$("$original" --$kind)
    mkdir -p "$place/install$(dirname "$folder")"
    cp -rs "$folder" "$place/install$folder"
  done
  for kind in includedir pkgincludedir includedir-server libdir localedir; do
    folder=$("$original" --$kind)
    if [ -d "$folder" ] && [ ! -e "$place/install$folder" ]; then
      mkdir -p "$place/install$(dirname "$folder")"
      ln -s "$folder" "$place/install$folder"
    fi
  done
  # An installed pgscore is not the one under test.
  find "$place/install" -type l -name 'pgscore*' -delete
  bindir=$place/install$bindir
  pg_config=$bindir/pg_config
  [ "$("$pg_config" --bindir)" = "$bindir" ] ||
    { echo "cannot relocate the PostgreSQL of $original" >&2; return 1; }
  make -s -C "$top" install PG_CONFIG="$pg_config"
}

# Sets bindir from an installation made before.
server_bindir() {
  bindir=$(dirname "$(find "$place/install" -name pg_ctl -path '*/bin/*' 2>/dev/null | head -n 1)")
}

server_start() {
  local log=$place/server.log
  server_stop
  rm -rf "$place/data"
  # A socket's path has at most 107 bytes, so it cannot lie in a deep checkout.
  PGHOST=$(mktemp -d /tmp/pgscore-XXXXXX)
  [ "$(id -u)" != 0 ] || chown "$server_user" "$PGHOST"
  echo "$PGHOST" >"$place/socket"
  unset PGPORT PGHOSTADDR PGSERVICE PGPASSWORD PGOPTIONS
  export PGHOST PGUSER=postgres PGDATABASE=postgres
  (cd "$place" && as_server "$bindir/initdb" -D "$place/data" -U postgres -A trust --no-sync \
    -E UTF8 --locale=C.UTF-8 >"$place/initdb.log" 2>&1) ||
    { cat "$place/initdb.log" >&2; return 1; }
  # Crash safety is of no use to a throw-away cluster, and its cost would be in every timing.
  as_server tee -a "$place/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$PGHOST'
fsync = off
shared_buffers = 256MB
max_connections = 100
$(printf '%s\n' "$@")
CONF
  (cd "$place" && as_server "$bindir/pg_ctl" -D "$place/data" -l "$log" -w -t 60 start \
    >"$place/pg_ctl.log" 2>&1 </dev/null) ||
    { cat "$place/pg_ctl.log" "$log" >&2; return 1; }
}

server_stop() {
  [ ! -e "$place/data/postmaster.pid" ] ||
    (cd "$place" && as_server "$bindir/pg_ctl" -D "$place/data" -m fast -w stop >/dev/null 2>&1) ||
    true
  if [ -r "$place/socket" ]; then
    case $(cat "$place/socket") in /tmp/pgscore-*) rm -rf "$(cat "$place/socket")" ;; esac
    rm -f "$place/socket"
  fi
}

server_remove() {
  [ -n "${bindir:-}" ] || server_bindir
  server_stop
  case $place in */build/* | /var/tmp/pgscore-*) rm -rf "$place" "$top/build/$1.place" ;; esac
}
