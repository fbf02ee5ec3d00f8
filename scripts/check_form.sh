#!/usr/bin/env bash
# clang-format and clang-tidy with the committed configurations: any difference, any finding is a failure.
#   scripts/check_form.sh [format|tidy]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
what=${1:-all}
if [ "$what" != tidy ]; then
  git ls-files '*.h' '*.cpp' '*.c' '*.cc' | xargs -r clang-format --dry-run -Werror
  echo "clang-format: clean"
fi
if [ "$what" != format ]; then
  cmake --preset tidy >/dev/null
  cmake --build --preset tidy --target libs/tflite/generated/mote_tflite_generated.h >/dev/null
  git ls-files 'libs/*.cpp' 'apps/*.cpp' | xargs -r -P "$(nproc)" -n 4 clang-tidy -p build/tidy --quiet 2>/dev/null
  echo "clang-tidy: clean"
fi
