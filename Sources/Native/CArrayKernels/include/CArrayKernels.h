// Arithmetic over many doubles at once, with instructions for four of them where the processor has those.
//
// The results are those of the same arithmetic one by one, to the bit.
#ifndef C_ARRAY_KERNELS_H
#define C_ARRAY_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    AK_ADD,
    AK_SUBTRACT,
    AK_MULTIPLY,
    AK_DIVIDE,
    AK_LESS,
    AK_LESS_OR_EQUAL,
    AK_EQUAL,
    AK_NOT_EQUAL,
    AK_AND,
    AK_OR,
    AK_NOT,
    // NaN where one of the two is NaN.
    AK_MINIMUM,
    AK_MAXIMUM,
    AK_NEGATE,
    AK_SQUARE,
    AK_RECIPROCAL,
    AK_SQRT,
    AK_ABS,
    // The second operand where the first is not zero, else the third.
    AK_SELECT,
} ak_operation;

// One number for all elements, or one for each.
typedef struct {
    const double *each;
    double uniform;
} ak_lane;

// Writes `count` results. `out` may be where an operand is, from the same element on. An operation of
// one or two operands does not look at the others. `next`, unless it is null, is as many numbers that
// will be needed soon: they are asked for on the way, so that memory and arithmetic work at the same time.
void ak_run(ak_operation operation, ak_lane a, ak_lane b, ak_lane c, double *out, size_t count, const double *next);

// Whether each of `count` numbers is finite.
bool ak_are_finite(const double *values, size_t count);

#endif
