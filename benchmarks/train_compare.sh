#!/usr/bin/env bash
# Runs train_benchmark and train_torch.py in turn, so that both meet the same noise, and prints the ratios of their best windows
# and of their least CPU times. Usage:
#   benchmarks/train_compare.sh BUILD_DIR [MODEL] [BATCH] [THREADS] [ROUNDS] [train|qat]
# PYTHONS lists the interpreters, each with its own PyTorch (default: python3).
set -euo pipefail
build=${1:?usage: train_compare.sh BUILD_DIR [MODEL] [BATCH] [THREADS] [ROUNDS] [train|qat]}
model=${2:-ds-cnn} batch=${3:-100} threads=${4:-2} rounds=${5:-3} kind=${6:-train}
here=$(cd "$(dirname "$0")" && pwd)
results=$(mktemp)
trap 'rm -f "$results"' EXIT
for ((round = 0; round < rounds; ++round)); do
  common=(--model "$model" --batch "$batch" --threads "$threads")
  if [[ $kind == qat ]]; then common+=(--qat); fi
  "$build/benchmarks/train_benchmark" "${common[@]}" | tee -a "$results"
  for python in ${PYTHONS:-python3}; do
    "$python" "$here/train_torch.py" "${common[@]}" | tee -a "$results"
    if [[ $model != auto-encoder ]]; then
      "$python" "$here/train_torch.py" "${common[@]}" --channels-last | tee -a "$results"
    fi
  done
done
awk '
  { match($0, /best=[0-9]+/); rate = substr($0, RSTART + 5, RLENGTH - 5) + 0
    match($0, /sample=[0-9.]+/); cpu = substr($0, RSTART + 7, RLENGTH - 7) + 0
    if (!($1 in best) || rate > best[$1]) best[$1] = rate
    if (!($1 in least) || cpu < least[$1]) least[$1] = cpu }
  END { mine = "mote-fused"
    for (name in best) if (name != mine)
      printf "%s: %.2f times the samples a second, %.2f times less CPU a sample\n", name, best[mine] / best[name], least[name] / least[mine] }
' "$results"
