// ONNX Runtime through its table of functions. Its wheel has no header; the order of the table never
// changes, which is what this shim stands on.
//
// Every function that may fail returns a status: null when it went well, else to be read and destroyed.
// What a function creates, its `_destroy` ends; null is allowed there.
#ifndef C_ONNX_RUNTIME_H
#define C_ONNX_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ort_status ort_status;
typedef struct ort_environment ort_environment;
typedef struct ort_options ort_options;
typedef struct ort_session ort_session;
typedef struct ort_run_options ort_run_options;
typedef struct ort_value ort_value;

// The version of the library that is loaded, as `1.31.1`. It lives for ever.
const char *ort_version(void);

// Whether the library that is loaded offers the table this program was built for.
bool ort_is_compatible(void);

// The library's own words; they live as long as the status.
const char *ort_status_message(const ort_status *status);
void ort_status_destroy(ort_status *status);

// The one environment of a process, with threads that all sessions share: `threads` work on one operation
// together, the caller being one of them. They sleep while there is nothing to do. Nothing is logged.
ort_status *ort_environment_create(int threads, ort_environment **out);

// Options of a session that uses the environment's threads, or that works on the caller's thread alone.
ort_status *ort_options_create(bool is_alone, ort_options **out);
void ort_options_destroy(ort_options *options);
// Files that hold numbers of the model, by the names under which it knows them: they must live until the
// session is created.
ort_status *ort_options_add_files(ort_options *options, const char *const *names, char *const *buffers,
                                  const size_t *counts, size_t count);

// A session from the bytes of a model, which need not live longer than this call.
ort_status *ort_session_create(ort_environment *environment, const void *bytes, size_t count, ort_options *options,
                               ort_session **out);
void ort_session_destroy(ort_session *session);

// Runs, on this thread and those of the environment. `outputs` are filled where they are null, else written
// into. `options` may be null. A session may run on many threads at once.
ort_status *ort_session_run(ort_session *session, const ort_run_options *options, const char *const *input_names,
                            const ort_value *const *inputs, size_t input_count, const char *const *output_names,
                            size_t output_count, ort_value **outputs);

// Options of a run, by which it can be ended from another thread.
ort_status *ort_run_options_create(ort_run_options **out);
void ort_run_options_destroy(ort_run_options *options);
ort_status *ort_run_options_stop(ort_run_options *options);

// A tensor over memory of the caller, which must live as long as it. `type` is a number of ONNX.
ort_status *ort_value_create(void *memory, size_t count, const int64_t *shape, size_t dimensions, int32_t type,
                             ort_value **out);
// A tensor of texts, which lie one behind the other and end where `ends` says; they are copied.
ort_status *ort_value_create_texts(const char *bytes, const size_t *ends, size_t count, const int64_t *shape,
                                   size_t dimensions, ort_value **out);
void ort_value_destroy(ort_value *value);

// Whether it is a tensor with a value; an optional output may have none.
ort_status *ort_value_is_tensor(const ort_value *value, bool *out);
ort_status *ort_value_type(const ort_value *value, int32_t *type, size_t *dimensions);
ort_status *ort_value_shape(const ort_value *value, int64_t *shape, size_t dimensions);
// Where its numbers are, as long as it lives.
ort_status *ort_value_memory(ort_value *value, void **out);
// The bytes of all texts, and then the texts one behind the other with the place where each begins.
ort_status *ort_value_text_bytes(const ort_value *value, size_t *out);
ort_status *ort_value_texts(const ort_value *value, void *bytes, size_t byte_count, size_t *offsets, size_t count);

#ifdef __cplusplus
}
#endif

#endif
