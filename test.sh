#!/usr/bin/env bash
# Packages, build with warnings as errors, all tests, the checks of form.
#   ./test.sh            what CI runs
#   ./test.sh --quick    build and default tests only
#   ./test.sh --full     besides: everything again under sanitizers, and the readers fuzzed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/packages.sh
# shellcheck disable=SC2086
install_packages $MOTE_BUILD_PACKAGES $MOTE_TEST_PACKAGES

cmake --preset test
cmake --build --preset test
ctest --preset test
[ "${1:-}" = --quick ] && exit 0

# Peers for conformance: tests that need them skip, visibly, where they cannot be had.
if scripts/peers.sh; then
  export MOTE_PYTHON="$PWD/.venv/bin/python"
else
  echo "peers are not available: tests against LiteRT and TFLM will be skipped"
fi
ctest --preset slow
ctest --preset embedded

scripts/check_form.sh
[ "${1:-}" = --full ] || exit 0

cmake --preset dev
cmake --build --preset dev
ctest --preset dev
scripts/fuzz.sh
