#!/usr/bin/env bash
# Every header compiles alone: the core's without a PostgreSQL include path, src/pg's with
# PG_CONFIG's. (clang sees the headers in the fuzzers.)
set -euo pipefail
cd "$(dirname "$0")/../.."
server=$("${PG_CONFIG:-pg_config}" --includedir-server)

# compiles_alone HEADER
compiles_alone() {
  local options=(-std=c++20 -fsyntax-only -Wall -Wextra -Werror -Wno-register -Isrc -x c++)
  case $1 in src/pg/* | src/oracle/*) options+=(-isystem "$server" -D_GNU_SOURCE) ;; esac
  # Not the header itself but a file that includes it, so that "#pragma once in main file" is no
  # matter.
  echo "#include \"${1#src/}\"" | g++ "${options[@]}" - ||
    { echo "headers: $1 does not compile alone"; return 1; }
}
export -f compiles_alone
export server

mapfile -t headers < <(find src -name '*.hpp' | sort)
[ ${#headers[@]} -gt 0 ]
# shellcheck disable=SC2016 # the inner shell expands it
printf '%s\n' "${headers[@]}" | xargs -P "$(nproc)" -n 1 bash -c 'compiles_alone "$0"' || exit 1
echo "headers: ${#headers[@]}, each compiles alone"
