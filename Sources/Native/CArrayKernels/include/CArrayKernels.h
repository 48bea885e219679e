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
    AK_SQUARE_ROOT,
    AK_ABSOLUTE,
    // The second operand where the first is not zero, else the third.
    AK_SELECT,
} ak_operation;

// One number for all elements, or one for each.
typedef struct {
    const double *each;
    double number;
} ak_lane;

// Writes `count` results. `out` may be where an operand is, from the same element on. What an operation
// does not have as operand is not looked at.
typedef void (*ak_kernel)(ak_lane a, ak_lane b, ak_lane c, double *out, size_t count);

// The kernel of an operation for this processor; `a`, `b`, `c` tell which operands have a number for each
// element. Null where there is none: when the first operand decides alone, or none has elements.
ak_kernel ak_find(ak_operation operation, bool a, bool b, bool c);

// Whether each of `count` numbers is finite.
bool ak_are_finite(const double *values, size_t count);

#endif
