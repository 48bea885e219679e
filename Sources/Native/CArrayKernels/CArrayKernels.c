#include "CArrayKernels.h"

#include <math.h>

// A multiplication and an addition stay two roundings, whatever the processor offers.
#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))
// An element depends on no other one: `out` is an operand itself or does not touch it.
#define FOR_EACH _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < count; ++i)

#define UNARY(expression)                                                                                    \
    if (a.each) {                                                                                            \
        FOR_EACH { const double x = a.each[i]; out[i] = (expression); }                                      \
    } else {                                                                                                 \
        const double x = a.uniform;                                                                          \
        FOR_EACH { out[i] = (expression); }                                                                  \
    }                                                                                                        \
    return

#define BINARY(expression)                                                                                   \
    if (a.each && b.each) {                                                                                  \
        FOR_EACH { const double x = a.each[i], y = b.each[i]; out[i] = (expression); }                       \
    } else if (a.each) {                                                                                     \
        const double y = b.uniform;                                                                          \
        FOR_EACH { const double x = a.each[i]; out[i] = (expression); }                                      \
    } else if (b.each) {                                                                                     \
        const double x = a.uniform;                                                                          \
        FOR_EACH { const double y = b.each[i]; out[i] = (expression); }                                      \
    } else {                                                                                                 \
        const double x = a.uniform, y = b.uniform;                                                           \
        FOR_EACH { out[i] = (expression); }                                                                  \
    }                                                                                                        \
    return

INLINE void select(ak_lane a, ak_lane b, ak_lane c, double *out, size_t count) {
    if (a.each && b.each && c.each) {
        FOR_EACH { out[i] = a.each[i] != 0 ? b.each[i] : c.each[i]; }
    } else if (a.each && b.each) {
        FOR_EACH { out[i] = a.each[i] != 0 ? b.each[i] : c.uniform; }
    } else if (a.each && c.each) {
        FOR_EACH { out[i] = a.each[i] != 0 ? b.uniform : c.each[i]; }
    } else if (a.each) {
        FOR_EACH { out[i] = a.each[i] != 0 ? b.uniform : c.uniform; }
    } else {
        const ak_lane chosen = a.uniform != 0 ? b : c;
        FOR_EACH { out[i] = chosen.each ? chosen.each[i] : chosen.uniform; }
    }
}

INLINE void run(ak_operation operation, ak_lane a, ak_lane b, ak_lane c, double *out, size_t count) {
    switch (operation) {
    case AK_ADD: BINARY(x + y);
    case AK_SUBTRACT: BINARY(x - y);
    case AK_MULTIPLY: BINARY(x * y);
    case AK_DIVIDE: BINARY(x / y);
    case AK_LESS: BINARY(x < y ? 1.0 : 0.0);
    case AK_LESS_OR_EQUAL: BINARY(x <= y ? 1.0 : 0.0);
    case AK_EQUAL: BINARY(x == y ? 1.0 : 0.0);
    case AK_NOT_EQUAL: BINARY(x != y ? 1.0 : 0.0);
    case AK_AND: BINARY(((x != 0) & (y != 0)) ? 1.0 : 0.0);
    case AK_OR: BINARY(((x != 0) | (y != 0)) ? 1.0 : 0.0);
    case AK_NOT: UNARY(x != 0 ? 0.0 : 1.0);
    case AK_MINIMUM: BINARY(((x < y) | (x != x)) ? x : y);
    case AK_MAXIMUM: BINARY(((x > y) | (x != x)) ? x : y);
    case AK_NEGATE: UNARY(-x);
    case AK_SQUARE: UNARY(x * x);
    case AK_RECIPROCAL: UNARY(1.0 / x);
    case AK_SQRT: UNARY(__builtin_elementwise_sqrt(x));
    case AK_ABS: UNARY(fabs(x));
    case AK_SELECT: select(a, b, c, out, count); return;
    }
}

// Runs block by block, and asks for as much of `next` before each.
INLINE void run_blocks(ak_operation operation, ak_lane a, ak_lane b, ak_lane c, double *out, size_t count,
                       const double *next) {
    enum { BLOCK = 64, LINE = 64 / sizeof(double) };
    for (size_t start = 0; start < count; start += BLOCK) {
        const size_t size = count - start < BLOCK ? count - start : BLOCK;
        for (size_t i = 0; i < size; i += LINE)
            __builtin_prefetch(next + start + i, 0, 3);
        run(operation, a, b, c, out + start, size);
        a.each = a.each ? a.each + size : 0;
        b.each = b.each ? b.each + size : 0;
        c.each = c.each ? c.each + size : 0;
    }
}

INLINE void run_all(ak_operation operation, ak_lane a, ak_lane b, ak_lane c, double *out, size_t count,
                    const double *next) {
    if (next)
        run_blocks(operation, a, b, c, out, count, next);
    else
        run(operation, a, b, c, out, count);
}

INLINE bool are_finite(const double *values, size_t count) {
    // Of a finite number nothing is left by zero; of any other no number is.
    double rests[8] = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (size_t lane = 0; lane < 8; ++lane)
            rests[lane] += values[i + lane] * 0;
    for (; i < count; ++i)
        rests[0] += values[i] * 0;
    double rest = 0;
    for (size_t lane = 0; lane < 8; ++lane)
        rest += rests[lane];
    return rest == 0;
}

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx2")))

WIDE static void run_wide(ak_operation operation, ak_lane a, ak_lane b, ak_lane c, double *out, size_t count,
                          const double *next) {
    run_all(operation, a, b, c, out, count, next);
}

WIDE static bool are_finite_wide(const double *values, size_t count) { return are_finite(values, count); }

void ak_run(ak_operation operation, ak_lane a, ak_lane b, ak_lane c, double *out, size_t count, const double *next) {
    if (__builtin_cpu_supports("avx2"))
        run_wide(operation, a, b, c, out, count, next);
    else
        run_all(operation, a, b, c, out, count, next);
}

bool ak_are_finite(const double *values, size_t count) {
    return __builtin_cpu_supports("avx2") ? are_finite_wide(values, count) : are_finite(values, count);
}
#else
void ak_run(ak_operation operation, ak_lane a, ak_lane b, ak_lane c, double *out, size_t count, const double *next) {
    run_all(operation, a, b, c, out, count, next);
}

bool ak_are_finite(const double *values, size_t count) { return are_finite(values, count); }
#endif
