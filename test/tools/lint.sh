#!/usr/bin/env bash
# What reads the sources more closely than the compiler: clang-format and black (they say where,
# and change nothing), shellcheck, clang-tidy (tidy.sh). Some minutes.
#
# The formatters are pinned: clang-format 19 and the black of Debian 12. `make format` runs them.
#
#   lint.sh [FOLDER|FILE..]     clang-tidy on these only
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
status=0
mkdir -p build

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

bash test/tools/tidy.sh "$@" || status=1
exit $status
