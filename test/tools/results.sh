# What the test scripts share: counts of a run's suites, the table and closing line at its end, and
# quiet builds. To be sourced; `results` names the file that the counts are kept in, `top` the
# source folder.
# shellcheck shell=bash disable=SC2154

# record SUITE PASSED FAILED SKIPPED SECONDS
record() { printf '%s %d %d %d %d\n' "$@" >>"$results"; }

# Prints the table and, last and alone on its line, the sum. Status 1 when anything failed or
# nothing ran.
report() {
  echo
  awk '
    { printf "%-26s %6d passed %4d failed %4d skipped %6d s\n", $1, $2, $3, $4, $5
      p += $2; f += $3; s += $4 }
    END { print ""; printf "%d passed, %d failed", p, f
          if (s) printf ", %d skipped", s
          print ""; exit f > 0 || p == 0 }' "$results"
}

section() { printf '\n==== %s\n' "$*"; }

# cmake_build FOLDER OPTION..
cmake_build() {
  local build=$1 cache=()
  shift
  mkdir -p "$build"
  ! command -v ccache >/dev/null || cache=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  cmake -S "$top" -B "$build" "${cache[@]}" "$@" >"$build/configure.log" 2>&1 ||
    { cat "$build/configure.log"; return 1; }
  cmake --build "$build" -j"$(nproc)" >"$build/build.log" 2>&1 ||
    { grep -E -A 15 'error|Error' "$build/build.log" | head -n 100; return 1; }
}

# The extension, with warnings as errors. COPT adds options of the compiler: COPT='-Werror -O1 -g0'
# builds in half the time.
build_product() {
  local compiler=()
  ! command -v ccache >/dev/null || compiler=("CXX=ccache g++")
  make -s -C "$top" -j"$(nproc)" COPT="${COPT:--Werror}" "${compiler[@]}"
}
