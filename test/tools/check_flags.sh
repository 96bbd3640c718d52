#!/usr/bin/env bash
# The two builds must compute the same numbers: the flags that decide about floating point stand in
# both.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0
for flag in -ffp-contract=off -fno-fast-math; do
  grep -qe "^PG_CXXFLAGS.*$flag" Makefile ||
    { failed=1; echo "flags: $flag is missing in PG_CXXFLAGS of the Makefile"; }
  grep -qe "^add_compile_options.*$flag" CMakeLists.txt ||
    { failed=1; echo "flags: $flag is missing in CMakeLists.txt"; }
done
{ grep -qe '^PG_CXXFLAGS.*-std=c++20' Makefile &&
  grep -q 'CMAKE_CXX_STANDARD 20' CMakeLists.txt; } ||
  { failed=1; echo "flags: C++20 in both builds"; }
if grep -nE -e '-(Ofast|ffast-math|funsafe-math-optimizations|march=|mfma|mavx)' \
  Makefile CMakeLists.txt; then
  failed=1
  echo "flags: the line above changes numbers or needs a newer CPU"
fi
[ "$failed" = 0 ] && echo 'flags: both builds compute alike'
