// The extension's settings (GUCs): variables that PostgreSQL writes, read through the functions
// below where they need units.
#pragma once
#include <cstddef>
#include <string_view>

#include "base/limits.hpp"

namespace pgscore::pg {

namespace setting {
extern int max_model_size;  // kB
extern int max_trees;
extern int max_nodes;
extern int max_depth;
extern int max_features;
extern int max_outputs;
extern int max_categories;
extern int shared_memory_limit;  // MB; 0: no limit
extern bool track;
extern bool enable_rewrite;
extern bool enable_batch;
extern int batch_size;      // rows
extern int batch_memory;    // kB
extern int batch_min_rows;  // that the planner expects
enum OnError { kOnErrorError, kOnErrorNull };
extern int on_error;  // OnError
extern int kernel;    // index in the names of kernels; kernel_name() gives it
}  // namespace setting

/// Defines all settings; called once, by _PG_init.
void define_settings();

/// What pgscore.kernel names: for kernels::Scratch.
std::string_view kernel_name();

/// Bytes that a block of rows may take in a batch node: pgscore.batch_memory.
std::size_t batch_memory_bytes();

/// The quotas of an import as they are set now.
Limits import_limits();

}  // namespace pgscore::pg
