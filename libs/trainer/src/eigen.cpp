#include "eigen.h"

namespace mote::trainer {

void fix_eigen_blocking() {
  static const bool once = [] {
    Eigen::setNbThreads(1);
    Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20);
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace mote::trainer
