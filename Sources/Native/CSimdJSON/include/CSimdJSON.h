// simdjson, for the benchmark alone: the peer that our own reader of JSON is measured against.
#ifndef C_SIMDJSON_H
#define C_SIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Parses a document to simdjson's tree and counts its values. Negative when it does not parse.
int64_t sj_count_values(const uint8_t *bytes, size_t size);

// Reads an array of numbers, which is the whole document, into `values`, on demand. Negative when
// it is no such array.
int64_t sj_read_doubles(const uint8_t *bytes, size_t size, double *values, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
