// Decimal text to binary numbers and back, exactly: fast_float reads, the C++ library writes.
//
// Neither looks at the locale, and neither allocates.
#ifndef C_NUMBERS_H
#define C_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    NUM_OK = 0,
    // No number starts here, or what follows is not of JSON's grammar.
    NUM_NOT_A_NUMBER = 1,
    // Larger than the largest double.
    NUM_OUT_OF_RANGE = 2,
    // There is no room for another element.
    NUM_FULL = 3,
} num_status;

typedef enum { NUM_INT64 = 0, NUM_UINT64 = 1, NUM_DOUBLE = 2 } num_kind;

typedef struct {
    num_kind kind;
    int64_t int64;
    uint64_t uint64;
    // Set for each kind: the nearest double.
    double float64;
} num_value;

// Reads one number of JSON's grammar at `bytes[offset]`. `offset_inout` moves behind it, or to the
// byte that is wrong. An integer that fits neither int64 nor uint64 is a double.
num_status num_read(const uint8_t *bytes, size_t size, size_t *offset_inout, num_value *value_out);

// Reads `number, number, ... ]` with the blanks of JSON into `values`, from behind the `[`.
//
// `count_inout` says how many elements `values` holds already: 0 at first. `offset_inout` moves
// behind the `]`, or to the byte that stopped the reading; the elements before it are in `values`.
// After NUM_FULL the caller makes room and calls again.
num_status num_read_doubles(const uint8_t *bytes, size_t size, size_t *offset_inout,
                            double *values, size_t capacity, size_t *count_inout);

// Room that one number needs at the most.
enum { NUM_TEXT_SIZE_MAX = 32 };

// Writes the shortest text that reads back as the same double, always with a point or an exponent:
// `0.1`, `5.0`, `1e-07`. The value must be finite. Returns the length; no zero byte is added.
size_t num_write(double value, char *text_out);

// The same for a float.
size_t num_write_float(float value, char *text_out);

// Writes `number,number,...` for finite values. Stops at the first that is not finite or for which
// fewer than NUM_TEXT_SIZE_MAX + 1 bytes are left; `count_out` says how many were written.
size_t num_write_doubles(const double *values, size_t count, char *text_out, size_t capacity,
                         size_t *count_out);

#ifdef __cplusplus
}
#endif

#endif
