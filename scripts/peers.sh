#!/usr/bin/env bash
# Makes .venv with LiteRT's and TFLM's Python wheels, for conformance tests only. Nothing of mote needs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -x .venv/bin/python ] && .venv/bin/python -c 'import ai_edge_litert, tflite_micro' 2>/dev/null && exit 0
/usr/bin/python3 -m venv .venv
timeout 600 .venv/bin/pip -q install numpy ai-edge-litert tflite-micro
