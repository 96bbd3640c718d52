// The interface of pgscore_xgboost, a module of its own that runs the XGBoost library. verify_model
// loads the module on demand. The interface is plain C: bytes and numbers cross it, but no
// exception and nothing of PostgreSQL.
#pragma once
#include <stddef.h>

extern "C" {

/// Symbols that verify_model looks up. All return 0, or -1 with a message in `error` (of
/// `error_size` bytes).
///
/// pgscore_xgboost_open reads a model in JSON into *handle; the release major.minor of XGBoost is
/// the first that understands it. The library trusts what it reads: give it nothing but what
/// formats::xgboost::copy has written.
typedef int (*pgscore_xgboost_open_t)(const void *json, size_t size, int major, int minor,
                                      void **handle, char *error, size_t error_size);
/// pgscore_xgboost_margins scores `rows` rows of `columns` float32 features (row-major, NaN is
/// missing) with all boosting rounds. *margins holds rows x *width numbers and is valid until the
/// next call with this handle.
typedef int (*pgscore_xgboost_margins_t)(void *handle, const float *features, size_t rows,
                                         size_t columns, const float **margins, size_t *width,
                                         char *error, size_t error_size);
typedef void (*pgscore_xgboost_close_t)(void *handle);

}  // extern "C"
