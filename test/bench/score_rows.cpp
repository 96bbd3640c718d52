// Scores the rows of a file as often as it is asked to, for benchmarks in which another program is
// scored in turn (onnx_bench.py, sql_bench.py).
//
//   score_rows MODEL ROWS COLUMNS NUM_ROWS OUT [values|probabilities [blocks|rows]]
//
// ROWS holds float32, column by column. Each line on standard input is answered by the seconds,
// wall and CPU time, of scoring all rows, block by block or one by one. OUT receives the last
// output of each row, as float64, after the first time.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "formats/format.hpp"
#include "kernels/kernel.hpp"
#include "plan/compile.hpp"
#include "plan/plan_memory.hpp"

using namespace pgscore;

namespace {

std::vector<char> read_file(const char *path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::kInvalidArgument, std::string("could not open ") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

int run(char **argv) {
  const std::vector<char> artifact = read_file(argv[1]), floats = read_file(argv[2]);
  const std::size_t num_columns = std::strtoull(argv[3], nullptr, 10),
                    num_rows = std::strtoull(argv[4], nullptr, 10);
  formats::Source source;
  source.bytes = std::as_bytes(std::span(artifact));
  const plan::PlanMemory memory(plan::compile(formats::load("auto", source)));
  plan::verify_plan(memory.bytes());
  const plan::Plan plan(memory.data());
  if (plan.num_inputs() != num_columns || floats.size() != num_columns * num_rows * sizeof(float))
    throw Error(ErrorCode::kInvalidArgument, "the model and the rows do not belong together");
  const kernels::Want want = argv[6] != nullptr && std::strcmp(argv[6], "probabilities") == 0
                                 ? kernels::Want::kProbabilities
                                 : kernels::Want::kValues;
  const bool by_row = argv[6] != nullptr && argv[7] != nullptr && std::strcmp(argv[7], "rows") == 0;
  // Where the value of column c and row r is: c * column_stride + r * row_stride.
  const std::size_t column_stride = by_row ? 1 : num_rows + 8,
                    row_stride = by_row ? num_columns : 1;
  const std::size_t width = kernels::output_width(plan, want);
  std::vector<double> values(num_columns * (num_rows + 8)), out(num_rows * width), last(num_rows);
  for (std::size_t c = 0; c < num_columns; ++c)
    for (std::size_t r = 0; r < num_rows; ++r) {
      float value;
      std::memcpy(&value, floats.data() + (c * num_rows + r) * sizeof value, sizeof value);
      values[c * column_stride + r * row_stride] = value;
    }
  kernels::Scratch scratch(plan, by_row ? 1 : kernels::kBlockRows);
  bool written = false;
  for (char line[64]; std::fgets(line, sizeof line, stdin) != nullptr;) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu_start = cpu_seconds();
    if (by_row)
      for (std::size_t r = 0; r < num_rows; ++r)
        kernels::score(plan, {values.data() + r * row_stride, 1, 1}, want, scratch,
                       out.data() + r * width);
    else
      kernels::score(plan, {values.data(), column_stride, num_rows}, want, scratch, out.data());
    const double cpu = cpu_seconds() - cpu_start;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (!written) {
      for (std::size_t r = 0; r < num_rows; ++r) last[r] = out[(r + 1) * width - 1];
      std::ofstream(argv[5], std::ios::binary)
          .write(reinterpret_cast<const char *>(last.data()),
                 static_cast<std::streamsize>(num_rows * sizeof(double)));
      written = true;
    }
    std::printf("%.9f %.9f\n", seconds.count(), cpu);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char **argv) try {
  if (argc < 6) {
    std::fprintf(
        stderr,
        "usage: score_rows MODEL ROWS COLUMNS NUM_ROWS OUT [values|probabilities [blocks|rows]]\n");
    return 2;
  }
  return run(argv);
} catch (const Error &error) {
  std::fprintf(stderr, "score_rows: %s %s\n", error.what(), error.detail().c_str());
  return 1;
}
