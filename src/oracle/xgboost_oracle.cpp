// pgscore_xgboost: margins of a model as XGBoost's own C API computes them.
//
// The library starts an OpenMP thread when it loads a model, also with nthread = 1, and a thread
// inherits the signal mask: so all signals are blocked while it works, or the server's signal
// handlers would run on a thread that knows nothing of PostgreSQL. The library is never called on
// the way of a score, nor from the postmaster.
#include "pg/registry/xgboost_interface.hpp"

#include <csignal>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>

#include <pthread.h>
#include <xgboost/c_api.h>

#include "pg/postgres.hpp"

namespace {

class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked &) = delete;
  SignalsBlocked &operator=(const SignalsBlocked &) = delete;

 private:
  sigset_t before_;
};

void ignore_log(const char *) {}

int fail(char *error, size_t size, const char *message) {
  // XGBoost puts a stack trace behind the first line, and the time and file before the message.
  std::size_t length = std::strcspn(message, "\n");
  if (length >= size) length = size - 1;
  std::memcpy(error, message, length);
  error[length] = '\0';
  return -1;
}

}  // namespace

// From release 16 on, PostgreSQL builds modules with hidden visibility; verify_model looks these up
// by name.
#define PGSCORE_EXPORT __attribute__((visibility("default")))

extern "C" {

PG_MODULE_MAGIC;

PGSCORE_EXPORT int pgscore_xgboost_open(const void *json, size_t size, int major, int minor,
                                        void **handle, char *error, size_t error_size) {
  SignalsBlocked blocked;
  int library[3];
  XGBoostVersion(&library[0], &library[1], &library[2]);
  if (library[0] < major || (library[0] == major && library[1] < minor)) {
    std::snprintf(error, error_size, "the model needs release %d.%d, this is %d.%d", major, minor,
                  library[0], library[1]);
    return -1;
  }
  BoosterHandle booster = nullptr;
  XGBRegisterLogCallback(ignore_log);
  if (XGBoosterCreate(nullptr, 0, &booster) != 0) return fail(error, error_size, XGBGetLastError());
  if (XGBoosterSetParam(booster, "nthread", "1") != 0 ||
      XGBoosterLoadModelFromBuffer(booster, json, size) != 0 ||
      XGBoosterSetParam(booster, "nthread", "1") != 0) {
    const int result = fail(error, error_size, XGBGetLastError());
    XGBoosterFree(booster);
    return result;
  }
  *handle = booster;
  return 0;
}

PGSCORE_EXPORT int pgscore_xgboost_margins(void *handle, const float *features, size_t rows,
                                           size_t columns, const float **margins, size_t *width,
                                           char *error, size_t error_size) {
  SignalsBlocked blocked;
  DMatrixHandle matrix = nullptr;
  if (XGDMatrixCreateFromMat(features, rows, columns, std::nanf(""), &matrix) != 0)
    return fail(error, error_size, XGBGetLastError());
  // type 1: margins. iteration_end 0: all rounds.
  constexpr char config[] =
      "{\"type\": 1, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
      "\"strict_shape\": true}";
  const bst_ulong *shape = nullptr;
  bst_ulong dimensions = 0;
  const float *result = nullptr;
  const int code =
      XGBoosterPredictFromDMatrix(handle, matrix, config, &shape, &dimensions, &result);
  if (code != 0) fail(error, error_size, XGBGetLastError());
  // The result belongs to the booster's thread-local memory, not to the matrix.
  XGDMatrixFree(matrix);
  if (code != 0) return -1;
  bst_ulong total = 1;
  for (bst_ulong i = 0; i < dimensions; ++i) total *= shape[i];
  if (rows == 0 || total % rows != 0)
    return fail(error, error_size, "unexpected shape of the result");
  *width = total / rows;
  *margins = result;
  return 0;
}

PGSCORE_EXPORT void pgscore_xgboost_close(void *handle) {
  SignalsBlocked blocked;
  XGBoosterFree(handle);
}

}  // extern "C"
