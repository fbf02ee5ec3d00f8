#!/usr/bin/env bash
# Packages, build with warnings as errors, the default tests; then the checks of form and a sanitizer build.
#   ./test.sh            everything that CI runs
#   ./test.sh --quick    build and default tests only
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/packages.sh
# shellcheck disable=SC2086
install_packages $MOTE_BUILD_PACKAGES $MOTE_TEST_PACKAGES

cmake --preset test
cmake --build --preset test
# Peers for conformance: tests that need them skip, visibly, where they cannot be had.
scripts/peers.sh || echo "peers are not available: tests against LiteRT and TFLM will be skipped"
ctest --preset test
[ "${1:-}" = --quick ] && exit 0

scripts/check_form.sh
cmake --preset dev
cmake --build --preset dev
ctest --preset dev
scripts/fuzz.sh
