#!/usr/bin/env bash
# Trains the models of the kernel benchmark, builds it, runs it: one table of ratios, and
# build/bench/kernels.json. Then what oblivious trees are worth, and, where PGSCORE_LIGHTGBM names
# its library, a million rows next to LightGBM. Needs python3-xgboost, python3-sklearn,
# libxgboost-dev, libbenchmark-dev, cmake. Arguments go to kernel_bench (--models=a --rounds=3).
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build/bench
cmake -S . -B build/bench -DPGSCORE_BENCH=ON >build/bench/configure.log ||
  { tail build/bench/configure.log; exit 1; }
cmake --build build/bench --target kernel_bench compile_bench oblivious_bench lightgbm_bench \
  -j"$(nproc)" >build/bench/make.log 2>&1 || { tail -n 30 build/bench/make.log; exit 1; }
/usr/bin/python3 test/bench/train_models.py build/bench/models
uptime
build/bench/kernel_bench build/bench/models --json=build/bench/kernels.json "$@"
build/bench/oblivious_bench
if [ -n "${PGSCORE_LIGHTGBM:-}" ]; then
  build/bench/lightgbm_bench
else
  echo 'lightgbm_bench: not run, PGSCORE_LIGHTGBM does not name lib_lightgbm.so'
fi
