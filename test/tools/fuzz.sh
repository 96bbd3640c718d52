#!/usr/bin/env bash
# Builds every fuzzer with clang, AddressSanitizer and UndefinedBehaviorSanitizer and runs each for
# FUZZ_SECONDS (10), with the models of models/ as seeds. What a fuzzer finds stays in
# build/fuzz/findings. FUZZ_SEED (1) makes runs comparable; 0: random.
#
#   fuzz.sh [NAME..]      default: all of test/fuzz/*_fuzz.cpp
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=test/tools/results.sh
. "$here/results.sh"
alone=${results:-}
results=${results:-$(mktemp)}
seconds=${FUZZ_SECONDS:-10}
build=$top/build/fuzz

cmake_build "$build" -DCMAKE_CXX_COMPILER=clang++-14 -DPGSCORE_FUZZ=ON -DPGSCORE_SANITIZE=ON \
  -DPGSCORE_UNITY=ON
names=${*:-$(cd "$top/test/fuzz" && for source in *_fuzz.cpp; do echo "${source%.cpp}"; done)}
# The models that a fuzzer begins with: its family's. The fuzzers of plans read no files, they make
# models of bytes, whatever these are: all.
set_seeds() {
  case $1 in
    plan_*) seeds=("$top"/models/{edge,hostile,credit}) ;;
    planned_model_*) seeds=() ;; # it reads a text of the planner's
    explanation_*) seeds=() ;; # they have the explanations of models/edge in themselves
    test_rows_*) seeds=("$top"/test/fuzz/seeds/test_rows) ;;
    pgscore_json_*) seeds=("$top"/models/{edge/pgscore_json,hostile/pgscore_json,credit}) ;;
    *) seeds=("$top"/models/{edge,hostile}/"${1%%_*}") ;;
  esac
}
mkdir -p "$build/findings"
for name in $names; do
  start=$SECONDS
  log=$build/$name.log
  mkdir -p "$build/corpus/$name"
  set_seeds "$name"
  dictionary=()
  # xgboost_json_fuzz takes dict/xgboost_json.dict
  words=$top/test/fuzz/dict/${name%_fuzz}.dict
  [ ! -r "$words" ] || dictionary=("-dict=$words")
  if "$build/$name" -max_total_time="$seconds" -seed="${FUZZ_SEED:-1}" -max_len=65536 \
    -rss_limit_mb=4096 -timeout=20 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$name-" "${dictionary[@]}" "$build/corpus/$name" \
    "${seeds[@]}" >"$log" 2>&1; then
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    echo "$name: $executions executions, no finding"
    record "fuzz:${name%_fuzz}" $((executions > 0)) $((executions == 0)) 0 $((SECONDS - start))
  else
    tail -n 60 "$log"
    echo "$name: FINDING, see $build/findings"
    record "fuzz:${name%_fuzz}" 0 1 0 $((SECONDS - start))
  fi
done
[ -n "$alone" ] || report
