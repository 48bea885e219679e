// Reads YAML as a stream of events, each with its place, through libyaml.
//
//  - The bytes stay the caller's and must live until `yml_destroy`.
//  - Text in an event is valid until the next call to `yml_next`.
//  - Lines and columns start at 1; columns count code points.
//  - Nothing here limits depth or size: the caller sees every event while the text is being parsed,
//    and stops at the first that goes too far.
#ifndef C_YAML_H
#define C_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct yml_reader yml_reader;

typedef enum {
    YML_STREAM_END = 0,
    YML_DOCUMENT_START = 1,
    YML_DOCUMENT_END = 2,
    YML_SCALAR = 3,
    YML_ALIAS = 4,
    YML_SEQUENCE_START = 5,
    YML_SEQUENCE_END = 6,
    YML_MAPPING_START = 7,
    YML_MAPPING_END = 8,
} yml_kind;

typedef struct {
    yml_kind kind;
    uint32_t line;
    uint32_t column;
    // The text of a scalar, the name of an alias; otherwise empty.
    const uint8_t *text;
    size_t text_size;
    // Null when absent; ends with a zero byte.
    const char *anchor;
    const char *tag;
    // A scalar written without quotes and not as a block: the only kind that can be other than text.
    bool is_plain;
    // The place behind the event.
    uint32_t end_line;
    uint32_t end_column;
} yml_event;

typedef struct {
    // What libyaml says, and what it was reading; either may be null. Valid until `yml_destroy`.
    const char *problem;
    const char *context;
    // The place, or 0 when only `offset` is known (bytes that are no UTF-8).
    uint32_t line;
    uint32_t column;
    size_t offset;
    bool is_out_of_memory;
} yml_error;

// Null when there is no memory.
yml_reader *yml_create(const uint8_t *bytes, size_t size);

// False at a syntax error, after which only `yml_destroy` may follow.
bool yml_next(yml_reader *reader, yml_event *event_out, yml_error *error_out);

void yml_destroy(yml_reader *reader);

// The version of the library that is loaded, as `0.2.5`.
const char *yml_version(void);

#endif
