// Scoring for callers that may be cancelled, or that have to bound their memory.
#pragma once
#include "base/interrupt.hpp"
#include "kernels/kernel.hpp"

namespace pgscore::kernels {

/// As score of kernel.hpp; asks `interrupt` every few milliseconds, and throws what that throws:
/// then the outputs mean nothing.
void score(plan::Plan plan, const Block &block, Want want, Scratch &scratch, double *out,
           Interrupt interrupt);

/// Gives the bytes that a row of a block takes: its inputs where the caller keeps them, row-major,
/// and its share of Scratch. Its outputs are not counted.
std::size_t block_row_bytes(plan::Plan plan);

}  // namespace pgscore::kernels
