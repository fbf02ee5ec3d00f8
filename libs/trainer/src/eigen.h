// The Eigen types of the trainer: row-major maps over memory that others own. For the files that do linear algebra off
// the hot path; the kernels of src/fused are free of Eigen.
#pragma once

#include <Eigen/Core>

namespace mote::trainer {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixMap = Eigen::Map<Matrix>;
using ConstMatrixMap = Eigen::Map<const Matrix>;
using RowMap = Eigen::Map<Eigen::RowVectorXf>;
using ConstRowMap = Eigen::Map<const Eigen::RowVectorXf>;

// Fixes what Eigen would otherwise read from the machine: its cache sizes shape the order of its sums, and its own
// threads would too. Called by everything that runs ops; cheap after the first call.
void fix_eigen_blocking();

}  // namespace mote::trainer
