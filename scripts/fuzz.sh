#!/usr/bin/env bash
# Runs each libFuzzer target for a short while on its seeds: readers must never crash.
#   scripts/fuzz.sh [SECONDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-10}
cmake --preset fuzz
cmake --build --preset fuzz --target fuzzers
for target in build/fuzz/tests/fuzz/*_fuzz; do
  name=$(basename "$target")
  corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus"
  seeds=tests/fuzz/seeds/${name%_fuzz}
  [ -d "$seeds" ] || seeds=
  # shellcheck disable=SC2086
  "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=0 "$corpus" $seeds
  echo "fuzz $name: no crash in $seconds s"
done
