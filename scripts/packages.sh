# The Debian packages of mote: the only list. Sourced by quickstart.sh and test.sh.

# To build and run.
MOTE_BUILD_PACKAGES="g++ gcc cmake ninja-build ccache pkg-config
  libeigen3-dev libfftw3-dev libsndfile1-dev libsamplerate0-dev libhdf5-dev libarchive-dev
  libcli11-dev libspdlog-dev libfmt-dev libtomlplusplus-dev nlohmann-json3-dev
  libflatbuffers-dev flatbuffers-compiler libcurl4-openssl-dev libssl-dev
  libespeak-ng-dev espeak-ng-data flite1-dev"

# On top of those: to test.
MOTE_TEST_PACKAGES="libgtest-dev libgmock-dev libbenchmark-dev
  clang clang-tidy clang-format libclang-rt-14-dev python3 python3-venv git
  gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
  gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-misc"

# install_packages NAME…: installs what is missing; asks for root only then.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}
