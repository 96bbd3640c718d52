#!/usr/bin/env bash
# Shows the extension on a private server: sets the machine up, builds, installs into a private
# installation, loads applicants and models, scores. The server stays up for the user; a second run
# replaces it.
#
#   demo.sh          everything
#   demo.sh --stop   stops the server and removes it
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
# Before the server's user is chosen: it is the package that makes the user postgres.
[ "${1:-}" = --stop ] || bash test/tools/setup.sh demo
# shellcheck source=test/tools/private_server.sh
. "$here/private_server.sh"

if [ "${1:-}" = --stop ]; then
  if [ ! -e build/demo.place ]; then
    echo 'demo: there is no server to stop'
    exit 0
  fi
  server_place demo
  server_remove demo
  echo 'demo: stopped and removed'
  exit 0
fi

echo 'demo: building (the first time takes a few minutes)'
make -s -j"$(nproc)"
server_place demo
server_bindir
if [ -e "$place/data/postmaster.pid" ]; then
  echo 'demo: replacing the server of an earlier run'
  server_stop
fi
server_install
server_start 'jit = off'
version=$("$pg_config" --version)
echo "demo: private server, $version, in $place"
"$bindir/psql" -X -q -v ON_ERROR_STOP=1 -c 'CREATE DATABASE demo'
export PGDATABASE=demo
(cd models/credit && "$bindir/psql" -X -q -v ON_ERROR_STOP=1 -P pager=off -f demo.sql)

cat <<END

The server is still running. Connect:
    $bindir/psql -h $PGHOST -U postgres demo
Draw why a score is what it is, and how good the model is (build/pictures/*.svg):
    PATH=$bindir:\$PATH PGHOST=$PGHOST PGUSER=postgres PGDATABASE=demo \\
      docs/pictures/pictures.py build/pictures
Stop it and remove everything of it:
    make demo-stop
Nothing was installed into your own PostgreSQL; "make install" does that.
END
