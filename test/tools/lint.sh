#!/usr/bin/env bash
# What reads the sources more closely than the compiler: clang-format and black (they say where,
# and change nothing), shellcheck, clang-tidy (.clang-tidy) on the core and the tests' headers that
# it reaches. Some minutes.
#
# The formatters are pinned: clang-format 19 and the black of Debian 12. `make format` runs them.
#
#   lint.sh [FILE..]      clang-tidy on these only
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
top=$PWD
# shellcheck source=test/tools/results.sh
. test/tools/results.sh
status=0
mkdir -p build/lint

mapfile -t sources < <(git ls-files '*.cpp' '*.hpp' '*.inc')
if clang-format-19 --dry-run --Werror "${sources[@]}" >build/format.log 2>&1; then
  echo "format: ${#sources[@]} files as .clang-format says"
else
  echo "$(grep -c 'error:' build/format.log) places are not as .clang-format says;" \
    '"make format" mends them:'
  sed -n 's/^\([^:]*\):.*error:.*/\1/p' build/format.log | sort | uniq -c | sort -rn | head -n 20
  status=1
fi
mapfile -t python < <(git ls-files '*.py')
if black -q --check "${python[@]}"; then
  echo "black: ${#python[@]} files"
else
  echo 'black would change these; "make format" mends them:'
  black --check "${python[@]}" 2>&1 | grep '^would reformat' | head -n 20
  status=1
fi

python3 test/tools/sql_reference.py || status=1
python3 test/tools/contracts.py

mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
if shellcheck -x -P . -S warning "${scripts[@]}"; then
  echo "shellcheck: ${#scripts[@]} scripts"
else
  status=1
fi

# Only configured: clang-tidy needs the commands, not the objects.
cmake -S "$top" -B build/lint -DCMAKE_CXX_COMPILER=clang++-14 >build/lint/configure.log 2>&1 ||
  { cat build/lint/configure.log; exit 1; }
tidy=("$@")
[ $# -gt 0 ] || mapfile -t tidy < <(git ls-files 'src/*.cpp' | grep -vE '^src/(pg|oracle)/')
if printf '%s\n' "${tidy[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy-14 -p build/lint --quiet \
  >build/lint/tidy.log 2>build/lint/tidy.err; then
  echo "clang-tidy: ${#tidy[@]} files, $(grep -c 'warning:' build/lint/tidy.log) warnings" \
    "(build/lint/tidy.log), no errors"
else
  grep -E 'error:' build/lint/tidy.log | sort | uniq | head -n 40
  echo 'clang-tidy: errors'
  status=1
fi
sed -n 's/.*warning:.*\[\(.*\)\]$/\1/p' build/lint/tidy.log | sort | uniq -c | sort -rn | head -n 10
exit $status
