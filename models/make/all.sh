#!/usr/bin/env bash
# Makes every model of models/ again: installs the training libraries that are missing (as root),
# runs every maker of this folder, and records versions and digests in models/VERSIONS. Run it from
# anywhere: `make models`.
set -euo pipefail
cd "$(dirname "$0")"
bash ../../test/tools/setup.sh models
# Debian's Python packages, not those of another Python that may come first in the path.
python=/usr/bin/python3
[ -x "$python" ] || python=python3

# The same bits on every machine: one thread, because sums depend on how they are shared out; and
# the plain variants of exp and the like, because those with fused multiply-add (glibc's libm,
# NumPy's own) round otherwise, and hundreds of steps of an optimizer make another model of that.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 OPENBLAS_CORETYPE=Nehalem
export GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4
NPY_DISABLE_CPU_FEATURES="AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL"
export NPY_DISABLE_CPU_FEATURES
export PYTHONWARNINGS=ignore PYTHONHASHSEED=0 LC_ALL=C.UTF-8 TZ=UTC

mkdir -p ../credit
"$python" credit.py >../credit/applicants.csv
"$python" credit_models.py
"$python" credit_onnx.py
training=$(mktemp)
trap 'rm -f "$training"' EXIT
"$python" credit.py 4000 2 >"$training"
Rscript --vanilla credit_glm.R "$training"

# The makers of edge cases and malformed files; each writes only its own files.
for maker in *.py *.R; do
  case $maker in
    credit* | golden_csv*) ;;
    *.py) "$python" "$maker" ;;
    *.R) Rscript --vanilla "$maker" ;;
  esac
done

{
  "$python" -c 'import platform, numpy, sklearn, xgboost
print("Python %s, NumPy %s, scikit-learn %s, XGBoost %s" %
    (platform.python_version(), numpy.__version__, sklearn.__version__, xgboost.__version__))'
  Rscript --vanilla -e 'cat(sprintf("R %s", getRversion()),
    sapply(c("rpart", "randomForest", "ranger", "gbm"), function(p) paste(p, packageVersion(p))),
    sep = ", "); cat("\n")'
  echo
  (cd .. && find credit edge hostile -type f ! -name demo.sql 2>/dev/null |
    LC_ALL=C sort | xargs sha256sum)
} >../VERSIONS
echo "models: recorded in models/VERSIONS"
