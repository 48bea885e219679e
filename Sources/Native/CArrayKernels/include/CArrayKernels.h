// Arithmetic over many doubles at once, with instructions for four of them where the processor has those.
//
// The results are those of the same arithmetic one by one, to the bit.
#ifndef C_ARRAY_KERNELS_H
#define C_ARRAY_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

// Numbers as others keep them.
typedef enum {
    AK_INT8,
    AK_INT16,
    AK_INT32,
    AK_INT64,
    AK_UINT8,
    AK_UINT16,
    AK_UINT32,
    AK_UINT64,
    AK_FLOAT32,
    AK_FLOAT64,
} ak_type;

// `count` elements from the one at `start` on, as doubles; they may lie anywhere.
void ak_convert(ak_type type, const void *elements, size_t start, size_t count, double *out);

// The sum of `count` whole numbers of at most 32 bits, of which there are fewer than 2^31; false for other types.
bool ak_sum_whole(ak_type type, const void *elements, size_t count, int64_t *sum_out);

// Whether each of `count` numbers is finite.
bool ak_are_finite(const double *values, size_t count);

#endif
