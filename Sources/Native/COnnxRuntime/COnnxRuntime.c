#include "COnnxRuntime.h"

#include <string.h>

typedef struct {
    const void *(*get_api)(uint32_t version);
    const char *(*get_version_string)(void);
} ort_api_base;

extern const ort_api_base *OrtGetApiBase(void);

// The version of the table in which every slot that we use exists.
enum { ORT_TABLE_VERSION = 20 };

// Kinds of the library: an arena would keep what a run needed; this one gives it back.
enum { ORT_DEVICE_ALLOCATOR = 0, ORT_MEMORY_DEFAULT = 0, ORT_LOG_FATAL = 4, ORT_KIND_TENSOR = 1, ORT_TYPE_STRING = 8 };

// The slots of the table that we use, by their numbers.
enum {
    SLOT_STATUS_MESSAGE = 2,
    SLOT_CREATE_SESSION_FROM_ARRAY = 8,
    SLOT_RUN = 9,
    SLOT_CREATE_SESSION_OPTIONS = 10,
    SLOT_SET_SESSION_INTRA_THREADS = 24,
    SLOT_CREATE_RUN_OPTIONS = 39,
    SLOT_RUN_OPTIONS_SET_TERMINATE = 46,
    SLOT_CREATE_TENSOR_AS_VALUE = 48,
    SLOT_CREATE_TENSOR_WITH_DATA = 49,
    SLOT_TENSOR_MUTABLE_DATA = 51,
    SLOT_STRING_TENSOR_DATA_LENGTH = 53,
    SLOT_STRING_TENSOR_CONTENT = 54,
    SLOT_INFO_ELEMENT_TYPE = 60,
    SLOT_INFO_DIMENSIONS_COUNT = 61,
    SLOT_INFO_DIMENSIONS = 62,
    SLOT_TENSOR_INFO = 65,
    SLOT_VALUE_KIND = 67,
    SLOT_CREATE_CPU_MEMORY_INFO = 69,
    SLOT_DEFAULT_ALLOCATOR = 78,
    SLOT_RELEASE_STATUS = 93,
    SLOT_RELEASE_MEMORY_INFO = 94,
    SLOT_RELEASE_SESSION = 95,
    SLOT_RELEASE_VALUE = 96,
    SLOT_RELEASE_RUN_OPTIONS = 97,
    SLOT_RELEASE_TENSOR_INFO = 99,
    SLOT_RELEASE_SESSION_OPTIONS = 100,
    SLOT_CREATE_ENV_WITH_THREADS = 119,
    SLOT_DISABLE_SESSION_THREADS = 120,
    SLOT_CREATE_THREADING_OPTIONS = 121,
    SLOT_RELEASE_THREADING_OPTIONS = 122,
    SLOT_ADD_CONFIG_ENTRY = 130,
    SLOT_SET_GLOBAL_INTRA_THREADS = 147,
    SLOT_SET_GLOBAL_INTER_THREADS = 148,
    SLOT_SET_GLOBAL_SPIN = 149,
    SLOT_HAS_VALUE = 192,
    SLOT_TEXT_BUFFER = 252,
    SLOT_ADD_FILES_IN_MEMORY = 279,
};

typedef void (*function)(void);

static const function *table(void) {
    // It is the same table every time, so that no lock is needed.
    static const function *_Atomic known;
    if (known == NULL)
        known = OrtGetApiBase()->get_api(ORT_TABLE_VERSION);
    return known;
}

// Calls a slot with arguments of these types.
#define CALL(slot, types, ...) (((ort_status * (*)types) table()[slot])(__VA_ARGS__))
#define RELEASE(slot, pointer) (((void (*)(void *))table()[slot])(pointer))

const char *ort_version(void) {
    const ort_api_base *base = OrtGetApiBase();
    return base == NULL ? "" : base->get_version_string();
}

bool ort_is_compatible(void) {
    const ort_api_base *base = OrtGetApiBase();
    return base != NULL && base->get_api(ORT_TABLE_VERSION) != NULL;
}

const char *ort_status_message(const ort_status *status) {
    return ((const char *(*)(const ort_status *))table()[SLOT_STATUS_MESSAGE])(status);
}

void ort_status_destroy(ort_status *status) { RELEASE(SLOT_RELEASE_STATUS, status); }

ort_status *ort_environment_create(int threads, ort_environment **out) {
    void *threading = NULL;
    ort_status *status = CALL(SLOT_CREATE_THREADING_OPTIONS, (void **), &threading);
    if (status == NULL)
        status = CALL(SLOT_SET_GLOBAL_INTRA_THREADS, (void *, int), threading, threads);
    if (status == NULL)
        status = CALL(SLOT_SET_GLOBAL_INTER_THREADS, (void *, int), threading, 1);
    if (status == NULL)
        status = CALL(SLOT_SET_GLOBAL_SPIN, (void *, int), threading, 0);
    if (status == NULL)
        status = CALL(SLOT_CREATE_ENV_WITH_THREADS, (int, const char *, const void *, ort_environment **),
                      ORT_LOG_FATAL, "slipway", threading, out);
    if (threading != NULL)
        RELEASE(SLOT_RELEASE_THREADING_OPTIONS, threading);
    return status;
}

ort_status *ort_options_create(bool is_alone, ort_options **out) {
    ort_status *status = CALL(SLOT_CREATE_SESSION_OPTIONS, (ort_options **), out);
    // A session with threads of its own, of which the caller is the only one, starts none.
    if (status == NULL && is_alone)
        status = CALL(SLOT_SET_SESSION_INTRA_THREADS, (ort_options *, int), *out, 1);
    else if (status == NULL)
        status = CALL(SLOT_DISABLE_SESSION_THREADS, (ort_options *), *out);
    // Else a mark in the bytes would choose another reader.
    if (status == NULL)
        status = CALL(SLOT_ADD_CONFIG_ENTRY, (ort_options *, const char *, const char *), *out,
                      "session.load_model_format", "ONNX");
    return status;
}

void ort_options_destroy(ort_options *options) {
    if (options != NULL)
        RELEASE(SLOT_RELEASE_SESSION_OPTIONS, options);
}

ort_status *ort_options_add_files(ort_options *options, const char *const *names, char *const *buffers,
                                  const size_t *counts, size_t count) {
    return CALL(SLOT_ADD_FILES_IN_MEMORY, (ort_options *, const char *const *, char *const *, const size_t *, size_t),
                options, names, buffers, counts, count);
}

ort_status *ort_session_create(ort_environment *environment, const void *bytes, size_t count, ort_options *options,
                               ort_session **out) {
    return CALL(SLOT_CREATE_SESSION_FROM_ARRAY,
                (const ort_environment *, const void *, size_t, const ort_options *, ort_session **), environment,
                bytes, count, options, out);
}

void ort_session_destroy(ort_session *session) {
    if (session != NULL)
        RELEASE(SLOT_RELEASE_SESSION, session);
}

ort_status *ort_session_run(ort_session *session, const ort_run_options *options, const char *const *input_names,
                            const ort_value *const *inputs, size_t input_count, const char *const *output_names,
                            size_t output_count, ort_value **outputs) {
    return CALL(SLOT_RUN,
                (ort_session *, const ort_run_options *, const char *const *, const ort_value *const *, size_t,
                 const char *const *, size_t, ort_value **),
                session, options, input_names, inputs, input_count, output_names, output_count, outputs);
}

ort_status *ort_run_options_create(ort_run_options **out) {
    return CALL(SLOT_CREATE_RUN_OPTIONS, (ort_run_options **), out);
}

void ort_run_options_destroy(ort_run_options *options) {
    if (options != NULL)
        RELEASE(SLOT_RELEASE_RUN_OPTIONS, options);
}

ort_status *ort_run_options_stop(ort_run_options *options) {
    return CALL(SLOT_RUN_OPTIONS_SET_TERMINATE, (ort_run_options *), options);
}

ort_status *ort_value_create(void *memory, size_t count, const int64_t *shape, size_t dimensions, int32_t type,
                             ort_value **out) {
    void *info = NULL;
    ort_status *status = CALL(SLOT_CREATE_CPU_MEMORY_INFO, (int, int, void **), ORT_DEVICE_ALLOCATOR,
                              ORT_MEMORY_DEFAULT, &info);
    if (status == NULL)
        status = CALL(SLOT_CREATE_TENSOR_WITH_DATA,
                      (const void *, void *, size_t, const int64_t *, size_t, int, ort_value **), info, memory, count,
                      shape, dimensions, type, out);
    if (info != NULL)
        RELEASE(SLOT_RELEASE_MEMORY_INFO, info);
    return status;
}

ort_status *ort_value_create_texts(const char *bytes, const size_t *ends, size_t count, const int64_t *shape,
                                   size_t dimensions, ort_value **out) {
    void *allocator = NULL;
    ort_status *status = CALL(SLOT_DEFAULT_ALLOCATOR, (void **), &allocator);
    if (status == NULL)
        status = CALL(SLOT_CREATE_TENSOR_AS_VALUE, (void *, const int64_t *, size_t, int, ort_value **), allocator,
                      shape, dimensions, ORT_TYPE_STRING, out);
    for (size_t index = 0, start = 0; status == NULL && index < count; start = ends[index++]) {
        char *buffer = NULL;
        const size_t length = ends[index] - start;
        status = CALL(SLOT_TEXT_BUFFER, (ort_value *, size_t, size_t, char **), *out, index, length, &buffer);
        if (status == NULL && length > 0)
            memcpy(buffer, bytes + start, length);
    }
    if (status != NULL) {
        ort_value_destroy(*out);
        *out = NULL;
    }
    return status;
}

void ort_value_destroy(ort_value *value) {
    if (value != NULL)
        RELEASE(SLOT_RELEASE_VALUE, value);
}

ort_status *ort_value_is_tensor(const ort_value *value, bool *out) {
    int has_value = 0, kind = 0;
    *out = false;
    ort_status *status = CALL(SLOT_HAS_VALUE, (const ort_value *, int *), value, &has_value);
    if (status == NULL && has_value)
        status = CALL(SLOT_VALUE_KIND, (const ort_value *, int *), value, &kind);
    *out = status == NULL && kind == ORT_KIND_TENSOR;
    return status;
}

ort_status *ort_value_type(const ort_value *value, int32_t *type, size_t *dimensions) {
    void *info = NULL;
    ort_status *status = CALL(SLOT_TENSOR_INFO, (const ort_value *, void **), value, &info);
    if (status == NULL)
        status = CALL(SLOT_INFO_ELEMENT_TYPE, (const void *, int32_t *), info, type);
    if (status == NULL)
        status = CALL(SLOT_INFO_DIMENSIONS_COUNT, (const void *, size_t *), info, dimensions);
    if (info != NULL)
        RELEASE(SLOT_RELEASE_TENSOR_INFO, info);
    return status;
}

ort_status *ort_value_shape(const ort_value *value, int64_t *shape, size_t dimensions) {
    void *info = NULL;
    ort_status *status = CALL(SLOT_TENSOR_INFO, (const ort_value *, void **), value, &info);
    if (status == NULL)
        status = CALL(SLOT_INFO_DIMENSIONS, (const void *, int64_t *, size_t), info, shape, dimensions);
    if (info != NULL)
        RELEASE(SLOT_RELEASE_TENSOR_INFO, info);
    return status;
}

ort_status *ort_value_memory(ort_value *value, void **out) {
    return CALL(SLOT_TENSOR_MUTABLE_DATA, (ort_value *, void **), value, out);
}

ort_status *ort_value_text_bytes(const ort_value *value, size_t *out) {
    return CALL(SLOT_STRING_TENSOR_DATA_LENGTH, (const ort_value *, size_t *), value, out);
}

ort_status *ort_value_texts(const ort_value *value, void *bytes, size_t byte_count, size_t *offsets, size_t count) {
    return CALL(SLOT_STRING_TENSOR_CONTENT, (const ort_value *, void *, size_t, size_t *, size_t), value, bytes,
                byte_count, offsets, count);
}
