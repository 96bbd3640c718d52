#!/usr/bin/env bash
# Instructions that not every x86-64 processor has stand only in kernels that ask for them at run
# time: not in other objects, and not in functions that the linker shares between objects (templates
# and inline functions of headers), of which a wide copy could win.
#
#   check_baseline.sh [OBJECT..]     without objects: those of the product, which it builds
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ $# -eq 0 ]; then
  top=$PWD # for results.sh
  : "$top"
  # shellcheck source=test/tools/results.sh
  . test/tools/results.sh
  build_product
  mapfile -t objects < <(find build/units src/kernels src/explain/walkers -name '*.o' | sort)
else
  objects=("$@")
fi
[ "$(uname -m)" = x86_64 ] || { echo 'baseline: not an x86-64, nothing to check'; exit 0; }
failed=0 count=0 wide=0
# VEX and EVEX instructions have names that begin with v; of the others only these few of SSE3 and
# later, and BMI. (tzcnt is missing: older ones run it as bsf, for which compilers use it.)
names='v[a-z0-9]+|popcnt|lzcnt|pext|pdep|andn|bextr|bls[irm][a-z]*|rorx|sarx|shlx|shrx|mulx'
names+='|pshufb|pmaddubsw|p(min|max)(sb|sd|uw|ud)|blendv[a-z]+|pblend[a-z]+|round[ps][sd]|ptest'
names+='|k(mov|or|and|xor|not|unpck|test)[a-z]*'
wide_sources=(src/kernels/{avx2,avx512,vbmi}*.cpp src/explain/walkers/avx*.cpp)
for object in "${objects[@]}"; do
  count=$((count + 1))
  found=$(objdump -d --no-show-raw-insn "$object" | awk -v wide="^ *[0-9a-f]+:\t($names)( |\t|\$)" '
    /^Disassembly of section/ { section = $4; sub(/:$/, "", section) }
    /^[0-9a-f]+ <.*>:$/ { function_name = $2 }
    $0 ~ wide {
      split($0, part, "\t"); split(part[2], instruction, " ")
      if (instruction[1] !~ /^ver[rw]$/ && !(function_name in seen)) {
        seen[function_name] = 1; print section, function_name, instruction[1]
      } }')
  [ -n "$found" ] || continue
  case $(basename "$object") in
    avx2*.* | avx512*.* | vbmi.*)
      wide=$((wide + 1))
      # A section of its own per function, .text._Z...: a function that other objects may hold as
      # well.
      shared=$(grep -E '^\.text\._Z' <<<"$found") || true
      [ -z "$shared" ] ||
        { failed=1; echo "baseline: $object shares wide functions:"; echo "$shared"; }
      ;;
    *)
      failed=1
      echo "baseline: $object needs a newer processor:"
      head -n 5 <<<"$found"
      ;;
  esac
done
if [ "$count" -le 10 ] || [ "$wide" != ${#wide_sources[@]} ]; then
  failed=1
  echo "baseline: $count objects, $wide of ${#wide_sources[@]} with wide instructions:" \
    "the check does not see what it should"
fi
[ "$failed" = 0 ] &&
  echo "baseline: $count objects, wide instructions only where a kernel is chosen at run time"
exit "$failed"
