#!/usr/bin/env bash
# Every header compiles alone, with g++ and with clang where it is installed: the core's without a PostgreSQL include path, src/pg's
# with PG_CONFIG's.
set -euo pipefail
cd "$(dirname "$0")/../.."
server=$("${PG_CONFIG:-pg_config}" --includedir-server)
compilers=()
for compiler in g++ clang++-14; do
  if command -v "$compiler" >/dev/null; then compilers+=("$compiler"); else echo "headers: no $compiler, left out"; fi
done

# compiles_alone COMPILER HEADER
compiles_alone() {
  local options=(-std=c++20 -fsyntax-only -Wall -Wextra -Werror -Wno-register -Isrc -x c++)
  case $2 in src/pg/* | src/oracle/*) options+=(-isystem "$server" -D_GNU_SOURCE) ;; esac
  # Not the header itself but a file that includes it, so that "#pragma once in main file" is no matter.
  echo "#include \"${2#src/}\"" | "$1" "${options[@]}" - || { echo "headers: $2 does not compile alone with $1"; return 1; }
}
export -f compiles_alone
export server

mapfile -t headers < <(find src -name '*.hpp' | sort)
[ ${#headers[@]} -gt 0 ]
# shellcheck disable=SC2016 # the inner shell expands them
for compiler in "${compilers[@]}"; do printf "$compiler %s\n" "${headers[@]}"; done |
  xargs -P "$(nproc)" -L 1 bash -c 'compiles_alone "$0" "$1"' || exit 1
echo "headers: $((${#headers[@]} * ${#compilers[@]})) compilations, each header alone"
