#!/usr/bin/env bash
# The largest private memory that reading and compiling a model file takes, as a multiple of the
# file: the table of docs/limits.md. The files are made by import_memory.py, which needs
# python3-xgboost and python3-onnx.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build/bench
cmake -S . -B build/bench -DPGSCORE_BENCH=ON >build/bench/configure.log ||
  { tail build/bench/configure.log; exit 1; }
cmake --build build/bench --target compile_bench -j"$(nproc)" >build/bench/make.log 2>&1 ||
  { tail -n 30 build/bench/make.log; exit 1; }
files=build/bench/import_memory
/usr/bin/python3 test/bench/import_memory.py "$files"
for file in "$files"/*; do
  options='{}'
  case $file in
    */dump.* | */hostile_dump.*) options='{"objective": "reg:squarederror", "base_score": 0.5}' ;;
  esac
  build/bench/compile_bench "$file" "$options"
done
rm -r "$files"
