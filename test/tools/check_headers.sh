#!/usr/bin/env bash
# Every header compiles alone, with g++ and with clang where it is installed: the core's without a PostgreSQL include path, src/pg's
# with PG_CONFIG's.
set -euo pipefail
cd "$(dirname "$0")/../.."
server=$("${PG_CONFIG:-pg_config}" --includedir-server)
failed=0
count=0
for compiler in g++ clang++-14; do
  command -v "$compiler" >/dev/null || { echo "headers: no $compiler, left out"; continue; }
  while read -r header; do
    options=(-std=c++20 -fsyntax-only -Wall -Wextra -Werror -Wno-register -Isrc -x c++)
    case $header in src/pg/* | src/oracle/*) options+=(-isystem "$server" -D_GNU_SOURCE) ;; esac
    count=$((count + 1))
    # Not the header itself but a file that includes it, so that "#pragma once in main file" is no matter.
    echo "#include \"${header#src/}\"" | "$compiler" "${options[@]}" - || { failed=1; echo "headers: $header does not compile alone with $compiler"; }
  done < <(find src -name '*.hpp' | sort)
done
[ "$failed" = 0 ] && [ "$count" -gt 0 ] && echo "headers: $count compilations, each header alone"
