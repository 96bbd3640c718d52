#!/usr/bin/env bash
# Builds PostgreSQL itself with checks that a packaged server has not, and prints the pg_config to
# use.
#
#   build_server.sh [assert|sanitize] [MAJOR]       default: assert 15
#
#   assert      --enable-cassert: PostgreSQL's own assertions, freed memory overwritten
#   sanitize    the same with AddressSanitizer and UndefinedBehaviorSanitizer: the first fault ends
#               the server process
#
# An extension that is built with this pg_config is built in the same way. Objects of another build
# must not be mixed in: use a copy of the tree of its own. A run of the tests:
#
#   git worktree add ../checked && cd ../checked
#   PG_CONFIG=$(bash test/tools/build_server.sh assert) COPT=-O1 \
#     bash test/tools/server_tests.sh regress
#
# A sanitized server needs the options of sanitize.env beside its pg_config (leaks are no faults:
# PostgreSQL frees memory by context): `set -a; . "$(dirname "$PG_CONFIG")/sanitize.env"; set +a`.
#
# The source is Debian's package, by the sources that apt has here, in lists of our own. Nothing of
# the machine is changed. The result is kept in /var/tmp/pgscore-server-MODE-MAJOR;
# PGSCORE_SERVER_FOLDER names another folder.
set -euo pipefail
mode=${1:-assert}
major=${2:-15}
folder=${PGSCORE_SERVER_FOLDER:-/var/tmp/pgscore-server-$mode-$major}
pg_config=$folder/install/bin/pg_config
case $mode in
  assert) flags='-O1 -g1' ;;
  sanitize)
    flags='-O1 -g1 -fno-omit-frame-pointer -fno-common'
    flags+=' -fsanitize=address,undefined -fno-sanitize-recover=all'
    ;;
  *) echo "build_server: no mode \"$mode\"" >&2; exit 2 ;;
esac
[ ! -e "$folder/ready" ] || { echo "$pg_config"; exit 0; }

mkdir -p "$folder/apt/parts" "$folder/apt/lists/partial"
chmod 755 "$folder"
cd "$folder"
log=$folder/build.log
: >"$log"
trap '[ $? = 0 ] || { tail -n 30 "$log" >&2; echo "build_server: failed, see $log" >&2; }' EXIT

# The $(..) are apt's.
# shellcheck disable=SC2016
apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
  awk '/^(http|https|file|copy):/ && !seen[$0]++ { print "deb-src", $0 }' >apt/parts/source.list
[ -s apt/parts/source.list ] ||
  { echo 'build_server: apt has no package source here' >>"$log"; exit 1; }
apt=(-q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$folder/apt/parts"
  -o "Dir::State::Lists=$folder/apt/lists" -o APT::Sandbox::User=root)
apt-get "${apt[@]}" update >>"$log" 2>&1
# The newest version is not always there any more: a mirror may be older than the list.
found=
for version in $(apt-cache "${apt[@]}" showsrc "postgresql-$major" 2>>"$log" |
  sed -n 's/^Version: //p' | sort -rV); do
  apt-get "${apt[@]}" source --download-only "postgresql-$major=$version" >>"$log" 2>&1 || continue
  found=$version
  break
done
[ -n "$found" ] ||
  { echo "build_server: no source package postgresql-$major can be had" >>"$log"; exit 1; }
rm -rf source install
mkdir source
tar -xf "$(ls -t postgresql-"$major"_*.orig.tar.*[z2])" -C source --strip-components=1

# An assertion that PostgreSQL itself fails, without any extension: a column of the outer query in a
# branch of UNION ALL below LATERAL whose rows come sorted. find_var_for_subquery_tle takes every
# Var for one of the relation. In a plain database:
#   CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT * FROM t ORDER BY b LIMIT 5;
#   EXPLAIN SELECT r.* FROM t
#     CROSS JOIN LATERAL (SELECT t.a, v.b FROM v UNION ALL SELECT t.a, u.b FROM t u) r;
pathkeys=source/src/backend/optimizer/path/pathkeys.c
asserted='\t\tAssert(var->varno == rel->relid);'
tested='\t\tif (var->varno != rel->relid)\n\t\t\tcontinue;'
sed -i "s/^$asserted\$/$tested/" "$pathkeys"
grep -q 'if (var->varno != rel->relid)' "$pathkeys"

compiler='gcc'
! command -v ccache >/dev/null || compiler='ccache gcc'
cd source
options=(--enable-cassert --without-readline --without-zlib --without-icu)
! perl -MIPC::Run -e 1 2>/dev/null || options+=(--enable-tap-tests)
# What the tests need: no documentation, no ecpg, of contrib what loads hooks or is asked for.
parts=(src/common src/port src/timezone src/backend src/backend/utils/mb/conversion_procs
  src/backend/snowball src/include src/interfaces/libpq src/backend/replication/libpqwalreceiver
  src/backend/replication/pgoutput src/fe_utils src/bin src/pl/plpgsql src/makefiles
  src/test/regress src/test/isolation src/test/perl config contrib/auth_delay contrib/auto_explain
  contrib/file_fdw contrib/passwordcheck contrib/pg_prewarm contrib/pg_stat_statements
  contrib/postgres_fdw)
# What is built runs while it is built, and leaves memory to the end of the process.
export ASAN_OPTIONS=detect_leaks=0
{
  ./configure --prefix="$folder/install" "${options[@]}" CC="$compiler" CXX=g++ \
    CFLAGS="$flags" CXXFLAGS="$flags"
  for part in "${parts[@]}"; do
    make -s -j"$(nproc)" -C "$part" all
    make -s -C "$part" install
  done
  # What PGXS includes.
  make -s -C src install-local
} >>"$log" 2>&1
cat >"$folder/install/bin/sanitize.env" <<'ENV'
ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0:disable_coredump=1:abort_on_error=1
UBSAN_OPTIONS=print_stacktrace=1:abort_on_error=1
ENV
cd "$folder"
rm -rf source
touch ready
echo "$pg_config"
