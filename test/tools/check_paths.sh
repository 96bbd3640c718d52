#!/usr/bin/env bash
# No paths of somebody's machine in the tree, no build products, and scripts are executable: CI
# starts .ci/run as a program.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! git rev-parse --git-dir >/dev/null 2>&1; then
  echo 'paths: not a git checkout, nothing to look at'
  exit 0
fi
failed=0
# The pattern is put together so that this file does not match itself.
if git grep -nE "(^|[^[:alnum:]_.-])/(work|root|home|farm)/[[:alnum:]_.-]" -- . \
  ':!test/tools/check_paths.sh'; then
  failed=1
  echo 'paths: the lines above name a path of one machine'
fi
if git ls-files | grep -E '\.(o|d|so|a|bc)$|(^|/)(results|tmp_check|output_iso|build)/'; then
  failed=1
  echo 'paths: the files above are build products'
fi
scripts=$(git ls-files -s | sed -n 's/^100644 [^\t]*\t//p' |
  while read -r file; do [ ! -e "$file" ] || echo "$file"; done |
  xargs -d '\n' awk 'FNR == 1 && /^#!/ { print FILENAME } { nextfile }')
if [ -n "$scripts" ]; then
  failed=1
  echo "paths: scripts that are not executable in git (git update-index --chmod=+x): $scripts"
fi
[ "$failed" = 0 ] && echo 'paths: none of one machine'
