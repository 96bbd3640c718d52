#include "pg/settings.hpp"

#include "kernels/kernel.hpp"
#include "kernels/tree_kernel.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

namespace setting {
int max_model_size = 1024 * 1024 - 1;
int max_trees = 100'000;
int max_nodes = 50'000'000;
int max_depth = 4'096;
int max_features = 65'535;
int max_outputs = 65'535;
int max_categories = 1'000'000;
int shared_memory_limit = 1024;
bool track = true;
bool enable_rewrite = true;
bool enable_batch = true;
int batch_size = 512;
int batch_memory = 64 * 1024;
int batch_min_rows = 64;
int on_error = kOnErrorError;
int kernel = 0;
}  // namespace setting

namespace {

struct QuotaSetting {
  const char *name, *description;
  int *variable;
  int maximum;
  int unit;
};

// Quotas protect the server from model files, so only superusers change them.
constexpr QuotaSetting kQuotas[] = {
    {"pgscore.max_model_size", "Largest model file that import_model takes.",
     &setting::max_model_size, 1024 * 1024 - 1, GUC_UNIT_KB},
    {"pgscore.max_trees", "Largest number of trees of a model.", &setting::max_trees, INT_MAX, 0},
    {"pgscore.max_nodes", "Largest number of nodes of all trees of a model.", &setting::max_nodes,
     INT_MAX, 0},
    {"pgscore.max_depth", "Largest depth of a tree.", &setting::max_depth, 1'000'000, 0},
    {"pgscore.max_features", "Largest number of features of a model.", &setting::max_features,
     INT_MAX, 0},
    {"pgscore.max_outputs", "Largest number of classes or targets of a model.",
     &setting::max_outputs, INT_MAX, 0},
    {"pgscore.max_categories", "Largest number of categories of all features of a model.",
     &setting::max_categories, INT_MAX, 0},
};

constexpr config_enum_entry kOnError[] = {{"error", setting::kOnErrorError, false},
                                          {"null", setting::kOnErrorNull, false},
                                          {nullptr, 0, false}};

constexpr config_enum_entry kKernels[] = {
    {"auto", 0, false}, {"scalar", 1, false}, {"avx2", 2, false}, {"avx512", 3, false},
    {"vbmi", 4, false}, {"neon", 5, false},   {nullptr, 0, false}};

/// Says at once that a kernel cannot be had, rather than scoring with another one.
bool check_kernel(int *value, void **, GucSource) {
  const char *name = kKernels[*value].name;
  if (*value == 0) return true;
  const kernels::TreeKernel *kernel = kernels::find_kernel(name);
  if (kernel != nullptr && kernel->runs_on_this_cpu()) return true;
  GUC_check_errdetail(
      kernel == nullptr ? "The kernel \"%s\" is for processors of another architecture."
                        : "The kernel \"%s\" needs instructions that this processor does not have.",
      name);
  return false;
}

}  // namespace

void define_settings() {
  for (const QuotaSetting &quota : kQuotas)
    DefineCustomIntVariable(quota.name, quota.description, nullptr, quota.variable, *quota.variable,
                            1, quota.maximum, PGC_SUSET, quota.unit, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("pgscore.shared_memory_limit",
                          "Shared memory for loaded models; the least recently used give way.",
                          "0 means no limit.", &setting::shared_memory_limit,
                          setting::shared_memory_limit, 0, INT_MAX, PGC_SIGHUP, GUC_UNIT_MB,
                          nullptr, nullptr, nullptr);
  DefineCustomBoolVariable(
      "pgscore.track", "Counts calls, rows and time per model for pgscore.stat_models.", nullptr,
      &setting::track, setting::track, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable(
      "pgscore.enable_rewrite",
      "Lets the planner pass scoring functions only the columns that the model needs.",
      "The scores are the same. Statements planned before keep their plans.",
      &setting::enable_rewrite, setting::enable_rewrite, PGC_USERSET, GUC_EXPLAIN, nullptr, nullptr,
      nullptr);
  DefineCustomBoolVariable("pgscore.enable_batch", "Lets the planner score rows in batches.",
                           "The scores are the same. Statements planned before keep their plans.",
                           &setting::enable_batch, setting::enable_batch, PGC_USERSET, GUC_EXPLAIN,
                           nullptr, nullptr, nullptr);
  DefineCustomIntVariable("pgscore.batch_size", "Rows that are scored at once.", nullptr,
                          &setting::batch_size, setting::batch_size, 1, kernels::kBlockRows,
                          PGC_USERSET, GUC_EXPLAIN, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("pgscore.batch_memory",
                          "Memory for the rows that are scored at once, of each batch node.",
                          "Rows that need more are scored fewer at once, one at least.",
                          &setting::batch_memory, setting::batch_memory, 64, MAX_KILOBYTES,
                          PGC_USERSET, GUC_UNIT_KB | GUC_EXPLAIN, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("pgscore.batch_min_rows",
                          "Rows that the planner must expect to score them in batches.", nullptr,
                          &setting::batch_min_rows, setting::batch_min_rows, 0, INT_MAX,
                          PGC_USERSET, GUC_EXPLAIN, nullptr, nullptr, nullptr);
  // A row-level policy that scores raises an error for such a row; with NULL it might let the row
  // pass. So not everybody may choose: GRANT SET ON PARAMETER pgscore.on_error says who may.
  DefineCustomEnumVariable(
      "pgscore.on_error", "What a row gives that the model's policies forbid to score.",
      "\"null\" gives NULL and counts the row in pgscore.stat_models. What a model_version "
      "gives does not depend on it.",
      &setting::on_error, setting::on_error, kOnError, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomEnumVariable("pgscore.kernel", "The code that scores trees.",
                           "All kernels give the same scores. \"auto\" takes the fastest one that "
                           "this processor runs; another one "
                           "leaves what it cannot do to a slower one.",
                           &setting::kernel, setting::kernel, kKernels, PGC_USERSET, 0,
                           check_kernel, nullptr, nullptr);
  MarkGUCPrefixReserved("pgscore");
}

std::string_view kernel_name() { return kKernels[setting::kernel].name; }

std::size_t batch_memory_bytes() { return static_cast<std::size_t>(setting::batch_memory) * 1024; }

Limits import_limits() {
  Limits limits;
  limits.max_artifact_bytes = static_cast<std::size_t>(setting::max_model_size) * 1024;
  limits.max_trees = setting::max_trees;
  limits.max_nodes = setting::max_nodes;
  limits.max_depth = setting::max_depth;
  limits.max_features = setting::max_features;
  limits.max_outputs = setting::max_outputs;
  limits.max_categories = setting::max_categories;
  return limits;
}

}  // namespace pgscore::pg
