#include "CArrayKernels.h"

#include <math.h>

// A multiplication and an addition stay two roundings, whatever the processor offers.
#pragma clang fp contract(off)

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx2")))
#define HAS_WIDE __builtin_cpu_supports("avx2")
#else
#define WIDE
#define HAS_WIDE false
#endif

// An element depends on no other one: `out` is an operand itself or does not touch it.
#define FOR_EACH _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < count; ++i)

// Each kernel twice: for every processor, and for those with wide instructions.
#define KERNEL(name, before, element)                                                                        \
    static void name(ak_lane a, ak_lane b, ak_lane c, double *out, size_t count) {                           \
        (void)a, (void)b, (void)c;                                                                           \
        before;                                                                                              \
        FOR_EACH { element; }                                                                                \
    }                                                                                                        \
    WIDE static void name##_wide(ak_lane a, ak_lane b, ak_lane c, double *out, size_t count) {               \
        (void)a, (void)b, (void)c;                                                                           \
        before;                                                                                              \
        FOR_EACH { element; }                                                                                \
    }

#define UNARY(name, expression) KERNEL(name, , const double x = a.each[i]; out[i] = (expression))

#define BINARY(name, expression)                                                                             \
    KERNEL(name##_ee, , const double x = a.each[i]; const double y = b.each[i]; out[i] = (expression))       \
    KERNEL(name##_en, const double y = b.number, const double x = a.each[i]; out[i] = (expression))          \
    KERNEL(name##_ne, const double x = a.number, const double y = b.each[i]; out[i] = (expression))

BINARY(add, x + y)
BINARY(subtract, x - y)
BINARY(multiply, x * y)
BINARY(divide, x / y)
BINARY(less, x < y ? 1.0 : 0.0)
BINARY(less_or_equal, x <= y ? 1.0 : 0.0)
BINARY(equal, x == y ? 1.0 : 0.0)
BINARY(not_equal, x != y ? 1.0 : 0.0)
BINARY(and, ((x != 0) & (y != 0)) ? 1.0 : 0.0)
BINARY(or, ((x != 0) | (y != 0)) ? 1.0 : 0.0)
BINARY(minimum, ((x < y) | (x != x)) ? x : y)
BINARY(maximum, ((x > y) | (x != x)) ? x : y)
UNARY(not, x != 0 ? 0.0 : 1.0)
UNARY(negate, -x)
UNARY(square, x * x)
UNARY(reciprocal, 1.0 / x)
UNARY(square_root, __builtin_elementwise_sqrt(x))
UNARY(absolute, fabs(x))
// Both are read, chosen or not: a load that depends on a condition is slow.
KERNEL(select_eee, , const double y = b.each[i]; const double z = c.each[i]; out[i] = a.each[i] != 0 ? y : z)
KERNEL(select_een, const double z = c.number, const double y = b.each[i]; out[i] = a.each[i] != 0 ? y : z)
KERNEL(select_ene, const double y = b.number, const double z = c.each[i]; out[i] = a.each[i] != 0 ? y : z)
KERNEL(select_enn, , out[i] = a.each[i] != 0 ? b.number : c.number)

#define CHOICE(name) (HAS_WIDE ? name##_wide : name)
#define CHOICE_OF_BINARY(name)                                                                               \
    (a && b ? CHOICE(name##_ee) : a ? CHOICE(name##_en) : b ? CHOICE(name##_ne) : (ak_kernel)0)
#define CHOICE_OF_UNARY(name) (a ? CHOICE(name) : (ak_kernel)0)

ak_kernel ak_find(ak_operation operation, bool a, bool b, bool c) {
    switch (operation) {
    case AK_ADD: return CHOICE_OF_BINARY(add);
    case AK_SUBTRACT: return CHOICE_OF_BINARY(subtract);
    case AK_MULTIPLY: return CHOICE_OF_BINARY(multiply);
    case AK_DIVIDE: return CHOICE_OF_BINARY(divide);
    case AK_LESS: return CHOICE_OF_BINARY(less);
    case AK_LESS_OR_EQUAL: return CHOICE_OF_BINARY(less_or_equal);
    case AK_EQUAL: return CHOICE_OF_BINARY(equal);
    case AK_NOT_EQUAL: return CHOICE_OF_BINARY(not_equal);
    case AK_AND: return CHOICE_OF_BINARY(and);
    case AK_OR: return CHOICE_OF_BINARY(or);
    case AK_MINIMUM: return CHOICE_OF_BINARY(minimum);
    case AK_MAXIMUM: return CHOICE_OF_BINARY(maximum);
    case AK_NOT: return CHOICE_OF_UNARY(not);
    case AK_NEGATE: return CHOICE_OF_UNARY(negate);
    case AK_SQUARE: return CHOICE_OF_UNARY(square);
    case AK_RECIPROCAL: return CHOICE_OF_UNARY(reciprocal);
    case AK_SQUARE_ROOT: return CHOICE_OF_UNARY(square_root);
    case AK_ABSOLUTE: return CHOICE_OF_UNARY(absolute);
    case AK_SELECT:
        if (!a)
            return 0;
        return b && c ? CHOICE(select_eee) : b ? CHOICE(select_een) : c ? CHOICE(select_ene) : CHOICE(select_enn);
    }
    return 0;
}

// Of a finite number nothing is left by zero; of any other no number is.
#define ARE_FINITE                                                                                           \
    double rests[16] = {0};                                                                                  \
    size_t i = 0;                                                                                            \
    for (; i + 16 <= count; i += 16)                                                                           \
        for (size_t lane = 0; lane < 16; ++lane)                                                              \
            rests[lane] += values[i + lane] * 0;                                                             \
    for (; i < count; ++i)                                                                                   \
        rests[0] += values[i] * 0;                                                                           \
    double rest = 0;                                                                                         \
    for (size_t lane = 0; lane < 16; ++lane)                                                                  \
        rest += rests[lane];                                                                                 \
    return rest == 0

static bool are_finite(const double *values, size_t count) { ARE_FINITE; }
WIDE static bool are_finite_wide(const double *values, size_t count) { ARE_FINITE; }

bool ak_are_finite(const double *values, size_t count) {
    return HAS_WIDE ? are_finite_wide(values, count) : are_finite(values, count);
}

// Elements that may lie anywhere.
#define PACKED(name, type) typedef type name __attribute__((aligned(1), may_alias))
PACKED(any_int8, int8_t);
PACKED(any_int16, int16_t);
PACKED(any_int32, int32_t);
PACKED(any_int64, int64_t);
PACKED(any_uint8, uint8_t);
PACKED(any_uint16, uint16_t);
PACKED(any_uint32, uint32_t);
PACKED(any_uint64, uint64_t);
PACKED(any_float32, float);
PACKED(any_float64, double);

#define CONVERT(type)                                                                                        \
    {                                                                                                        \
        const type *from = (const type *)elements + start;                                                   \
        FOR_EACH out[i] = (double)from[i];                                                                   \
        return;                                                                                              \
    }

#define CONVERSION                                                                                           \
    switch (type) {                                                                                          \
    case AK_INT8: CONVERT(any_int8)                                                                          \
    case AK_INT16: CONVERT(any_int16)                                                                        \
    case AK_INT32: CONVERT(any_int32)                                                                        \
    case AK_INT64: CONVERT(any_int64)                                                                        \
    case AK_UINT8: CONVERT(any_uint8)                                                                        \
    case AK_UINT16: CONVERT(any_uint16)                                                                      \
    case AK_UINT32: CONVERT(any_uint32)                                                                      \
    case AK_UINT64: CONVERT(any_uint64)                                                                      \
    case AK_FLOAT32: CONVERT(any_float32)                                                                    \
    case AK_FLOAT64: CONVERT(any_float64)                                                                    \
    }

static void convert(ak_type type, const void *elements, size_t start, size_t count, double *out) { CONVERSION }
WIDE static void convert_wide(ak_type type, const void *elements, size_t start, size_t count, double *out) {
    CONVERSION
}

void ak_convert(ak_type type, const void *elements, size_t start, size_t count, double *out) {
    if (HAS_WIDE)
        convert_wide(type, elements, start, count, out);
    else
        convert(type, elements, start, count, out);
}

// Narrow sums first, in runs that cannot overflow: eight of them fit into a wide register.
#define SUM_NARROW(type, narrow)                                                                             \
    {                                                                                                        \
        const type *from = (const type *)elements;                                                           \
        for (size_t done = 0; done < count;) {                                                               \
            const size_t end = count - done > 32768 ? done + 32768 : count;                                  \
            narrow part = 0;                                                                                 \
            for (; done < end; ++done)                                                                       \
                part += (narrow)from[done];                                                                  \
            sum += part;                                                                                     \
        }                                                                                                    \
        break;                                                                                               \
    }

#define SUM_WIDE(type)                                                                                       \
    {                                                                                                        \
        const type *from = (const type *)elements;                                                           \
        for (size_t i = 0; i < count; ++i)                                                                   \
            sum += from[i];                                                                                  \
        break;                                                                                               \
    }

#define SUMMATION                                                                                            \
    int64_t sum = 0;                                                                                         \
    switch (type) {                                                                                          \
    case AK_INT8: SUM_NARROW(any_int8, int32_t)                                                              \
    case AK_INT16: SUM_NARROW(any_int16, int32_t)                                                            \
    case AK_INT32: SUM_WIDE(any_int32)                                                                       \
    case AK_UINT8: SUM_NARROW(any_uint8, uint32_t)                                                           \
    case AK_UINT16: SUM_NARROW(any_uint16, uint32_t)                                                         \
    case AK_UINT32: SUM_WIDE(any_uint32)                                                                     \
    case AK_INT64:                                                                                           \
    case AK_UINT64:                                                                                          \
    case AK_FLOAT32:                                                                                         \
    case AK_FLOAT64: return false;                                                                           \
    }                                                                                                        \
    *sum_out = sum;                                                                                          \
    return true

static bool sum_whole(ak_type type, const void *elements, size_t count, int64_t *sum_out) { SUMMATION; }
WIDE static bool sum_whole_wide(ak_type type, const void *elements, size_t count, int64_t *sum_out) { SUMMATION; }

bool ak_sum_whole(ak_type type, const void *elements, size_t count, int64_t *sum_out) {
    return HAS_WIDE ? sum_whole_wide(type, elements, count, sum_out) : sum_whole(type, elements, count, sum_out);
}
