#!/usr/bin/env bash
# From a bare Debian machine to a keyword spotter on screen: packages, build, training on synthesized speech, result.
#   ./quickstart.sh [--out DIR] [more options of mote run]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/packages.sh
# shellcheck disable=SC2086
install_packages $MOTE_BUILD_PACKAGES >&2
cmake --preset release >&2
cmake --build --preset release --target mote >&2
exec build/release/apps/mote/mote run recipes/keywords-synth.toml --out runs/keywords-synth "$@"
