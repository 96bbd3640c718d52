#!/usr/bin/env bash
# clang-tidy (.clang-tidy) on all of src. Every finding is an error.
#
#   tidy.sh [FOLDER|FILE..]     on these only: tidy.sh src/pg/row src/kernels/avx2.cpp
#
# It reads a folder as one file, as the Makefile compiles it, which takes a third of the time. It
# reads the kernels and walkers one by one, as each is for a processor of its own. TIDY_JOBS says how
# many it reads at once (default: one for each processor).
set -euo pipefail
cd "$(dirname "$0")/../.."
start=$SECONDS
rm -rf build/tidy
mkdir -p build/tidy
# HeaderFilterRegex wants whole paths. The headers of an -isystem have no findings.
flags=(-std=c++20 -ffp-contract=off -Wall -Wextra "-I$PWD/src" -D_GNU_SOURCE
  -isystem "$("${PG_CONFIG:-pg_config}" --includedir-server)")

# write_unit FOLDER: writes the file that includes all of the folder's, and prints its name.
write_unit() {
  local unit=${1#src/} file
  unit=build/tidy/${unit//\//_}.cpp
  for file in "$1"/*.cpp; do
    echo "#include \"${file#src/}\"  // NOLINT(bugprone-suspicious-include)"
  done >"$unit"
  echo "$unit"
}

# tidy UNIT FLAG..
tidy() {
  local unit=$1 log
  shift
  log=${unit#build/tidy/}
  log=build/tidy/${log//\//_}.log
  nice -n 5 clang-tidy-14 --quiet "$unit" -- "$@" >"$log" 2>&1 && return
  grep -vE '^([0-9]+ .* (generated|treated)|Error while )' "$log"
  return 1
}
export -f tidy

sources=("$@")
[ $# -gt 0 ] || mapfile -t sources < <(ls src/kernels/*.cpp src/explain/walkers/*.cpp
  find src -name '*.cpp' ! -path 'src/kernels/*' ! -path 'src/explain/walkers/*' -printf '%h\n' |
    sort -u)
units=()
for source in "${sources[@]%/}"; do
  [ ! -d "$source" ] || source=$(write_unit "$source")
  units+=("$source")
done
status=0
printf '%s\n' "${units[@]}" | xargs -P "${TIDY_JOBS:-$(nproc)}" -I UNIT \
  bash -c 'tidy "$@"' tidy UNIT "${flags[@]}" || status=1

# misc-unused-using-decls looks at the file that is compiled, and not at those that it includes.
while read -r file name; do
  [ "$(grep -cw "$name" "$file")" -gt 1 ] ||
    { echo "$file: \"using\" of $name, which is not used"; status=1; }
done < <(grep -rE --include='*.cpp' '^ *using [A-Za-z_:]+::[A-Za-z_]+;' src |
  sed -E 's/:[^:]*using .*::([A-Za-z_]+);.*/ \1/')

[ $status = 1 ] || echo "clang-tidy: ${#units[@]} units, no findings, $((SECONDS - start)) s"
exit $status
