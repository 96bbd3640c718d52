#!/usr/bin/env bash
# pgscore's kernels next to ONNX Runtime, one thread: a scaler, one-hot encoder and forest in one
# graph, and a perceptron of three layers. ROWS (1000000) rows, ROUNDS (7) paired rounds. ONNX
# Runtime is Debian trixie's, in a chroot (test/tools/chroot.sh; root only).
set -euo pipefail
cd "$(dirname "$0")/../.."
rows=${ROWS:-1000000} rounds=${ROUNDS:-7}
work=$PWD/build/bench/onnx
missing=()
for package in python3-onnx python3-sklearn python3-numpy; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
    missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] ||
  apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
mkdir -p "$work"
cmake -S . -B build/bench -DPGSCORE_BENCH=ON >build/bench/configure.log ||
  { tail build/bench/configure.log; exit 1; }
cmake --build build/bench --target score_rows -j"$(nproc)" >build/bench/make.log 2>&1 ||
  { tail -n 30 build/bench/make.log; exit 1; }
/usr/bin/python3 test/bench/onnx_models.py "$work" "$rows"
cp build/bench/score_rows test/bench/onnx_bench.py "$work"
root=$(bash test/tools/chroot.sh 17)
enter() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}
enter dpkg-query -W python3-onnxruntime >/dev/null 2>&1 ||
  enter apt-get -qq install -y --no-install-recommends python3-onnxruntime >/dev/null
rm -rf "$root/tmp/onnx_bench"
cp -r "$work" "$root/tmp/onnx_bench"
uptime
# Through chroot.sh, which mounts /proc.
bash test/tools/chroot.sh 17 python3 /tmp/onnx_bench/onnx_bench.py /tmp/onnx_bench \
  /tmp/onnx_bench/score_rows "$rows" "$rounds"
cp "$root/tmp/onnx_bench/onnx.json" build/bench/onnx.json
rm -rf "$root/tmp/onnx_bench"
