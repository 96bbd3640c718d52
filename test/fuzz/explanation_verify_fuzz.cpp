// Hostile bytes of an explanation: verify throws kCorruptedPlan, or contributions by it are safe.
// Sanitizers watch.
//
// The first byte says how the bytes become an image: unchanged, or as the explanation of a model of
// models/edge or of one made from some of them, changed at places that the others name. Checksums
// and the fields before them are then corrected, so that the checks behind them are reached.
#include <cstdlib>

#include "explain/verify.hpp"
#include "fuzz/explanation_images.hpp"
#include "fuzz/guarded_contributions.hpp"
#include "plan/plan_memory.hpp"

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  return pgscore::fuzz::edge_explanations().empty() ? 1 : 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  using namespace pgscore;
  if (size < 4) return 0;
  std::span<const std::uint8_t> bytes(data, size);
  const std::uint8_t mode = bytes[0];
  bytes = bytes.subspan(1);
  std::vector<std::byte> image;
  if (mode % 8 == 0) {
    const auto *first = reinterpret_cast<const std::byte *>(bytes.data());
    image.assign(first, first + bytes.size());
  } else {
    const std::size_t change_bytes = std::min<std::size_t>(bytes[0] % 16 * 6, bytes.size() - 1);
    test::Choices choices(bytes.subspan(1 + change_bytes));
    const auto &edge = fuzz::edge_explanations();
    image = mode % 8 < 4 ? edge[choices.next() % edge.size()] : fuzz::random_explanation(choices);
    fuzz::change_roughly(image, bytes.subspan(1, change_bytes));
  }
  if (image.size() < sizeof(explain::Header)) return 0;
  plan::PlanMemory memory(image);
  fuzz::seal_explanation({memory.data(), memory.size()});
  try {
    explain::verify(memory.bytes());
  } catch (const Error &error) {
    if (error.code() != ErrorCode::kCorruptedPlan) std::abort();
    return 0;
  }
  test::Choices rows(std::uint64_t{mode});
  // What walkers make of an image that nobody compiles is not compared.
  fuzz::GuardedContributions(memory.bytes(), mode / 8 % 2 == 0 ? 3 : 9, rows).run();
  return 0;
}
