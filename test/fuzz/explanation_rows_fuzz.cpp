// A fuzzer's bytes choose an explanation, of a model of models/edge or of one made from them,
// changes of it, and hostile rows. If the image still verifies, contributions must stay inside the
// image and the caller's memory, which lie between pages that may not be touched
// (guarded_contributions.hpp).
#include <cstdio>
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
  const std::span<const std::uint8_t> bytes(data, size);
  const std::uint32_t num_changes = bytes[1] % 8;
  const std::size_t num_rows = 1 + (bytes[2] % 8 == 0 ? bytes[2] / 8 : bytes[2] % 9);
  // The rows and the changes get a part of the bytes, so that a change of the model leaves them
  // alone.
  const std::size_t own_bytes = std::min<std::size_t>(size - 3, 256);
  test::Choices own(bytes.subspan(3, own_bytes)), choices(bytes.subspan(3 + own_bytes));
  const auto &edge = fuzz::edge_explanations();
  const std::vector<std::byte> image =
      bytes[0] % 2 == 0 ? edge[own.next() % edge.size()] : fuzz::random_explanation(choices);
  if (image.empty()) return 0;
  plan::PlanMemory memory(image);
  const std::span<std::byte> image_bytes(memory.data(), memory.size());
  if (num_changes > 0) {
    fuzz::GentleExplanationChanges(image_bytes, own).make(num_changes);
    fuzz::seal_explanation(image_bytes);
    try {
      explain::verify(memory.bytes());
    } catch (const Error &) {
      return 0;
    }
  } else {
    explain::verify(memory.bytes());  // what is compiled verifies
  }
  fuzz::GuardedContributions contributions(memory.bytes(), num_rows, own);
  if (const std::string difference = contributions.run(); !difference.empty()) {
    std::fprintf(stderr, "%s\n", difference.c_str());
    std::abort();
  }
  return 0;
}
