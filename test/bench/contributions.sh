#!/usr/bin/env bash
# Contributions next to XGBoost's pred_contribs: trees of depth 6, 8 and 12. Needs libxgboost-dev.
# Arguments go to contributions_bench (DEPTH TREES FEATURES ROUNDS KERNEL), once.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build/bench
cmake -S . -B build/bench -DPGSCORE_BENCH=ON >build/bench/configure.log ||
  { tail build/bench/configure.log; exit 1; }
cmake --build build/bench --target contributions_bench -j"$(nproc)" >build/bench/make.log 2>&1 ||
  { tail -n 30 build/bench/make.log; exit 1; }
uptime
if [ $# -gt 0 ]; then
  exec build/bench/contributions_bench "$@"
fi
build/bench/contributions_bench 6 100
build/bench/contributions_bench 8 100
build/bench/contributions_bench 12 10
build/bench/contributions_bench 6 500
