#!/usr/bin/env bash
# The kernels on arm64 where no such machine is at hand: compiled by a cross compiler, compared with
# the interpreter under qemu-user, PGSCORE_RANDOM_MODELS (5000) models. Debian packages that are
# missing are installed (as root).
set -euo pipefail
cd "$(dirname "$0")/../.."
missing=()
for package in g++-aarch64-linux-gnu qemu-user-static googletest; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
    missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] ||
  apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
build=$PWD/build/arm64 googletest=/usr/src/googletest/googletest
rm -rf "$build"
mkdir -p "$build"
compiler="$(command -v ccache || true) aarch64-linux-gnu-g++ -std=gnu++20 -Wall -Wextra -Werror"
compiler+=" -ffp-contract=off -Isrc -Itest -isystem $googletest/include"
{
  printf '%s\n' src/{base,model,plan}/*.cpp | sed 's/$/ -O2/'
  printf '%s\n' src/kernels/*.cpp | sed 's/$/ -O3/'
  echo "test/unit/kernels/differential_test.cpp -O2"
  printf '%s\n' $googletest/src/gtest{-all,_main}.cc |
    sed "s|$| -O1 -w -DGTEST_CAN_STREAM_RESULTS_=0 -I$googletest|"
} >"$build/sources"
# One compiler for each line: the file, its options.
# shellcheck disable=SC2016
xargs -P"$(nproc)" -L1 sh -c '
  file=$2; out=$1/$(echo "$file" | tr / _).o; compiler=$0; shift 2
  exec $compiler "$@" -c -o "$out" "$file"' "$compiler" "$build" <"$build/sources"
aarch64-linux-gnu-g++ -static -o "$build/kernel_differential_test" "$build"/*.o -pthread
PGSCORE_RANDOM_MODELS=${PGSCORE_RANDOM_MODELS:-5000} \
  qemu-aarch64-static "$build/kernel_differential_test"
