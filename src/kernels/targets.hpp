// What the functions of each x86-64 kernel may use of the processor (PGSCORE_TARGET).
//
// A file asks for it function by function. Compiled as a whole for a newer processor, it would
// leave wide copies of the inline functions of headers, and the linker keeps one copy of each.
#pragma once

// Attributes of a function, one for each kernel.
#define PGSCORE_TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))
#define PGSCORE_TARGET_AVX512 \
  __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,bmi,bmi2,popcnt,lzcnt")))
#define PGSCORE_TARGET_VBMI \
  __attribute__((target(    \
      "avx512f,avx512dq,avx512bw,avx512vl,avx512vbmi,avx512bitalg,avx2,bmi,bmi2,popcnt,lzcnt")))
