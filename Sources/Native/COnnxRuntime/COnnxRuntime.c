#include "COnnxRuntime.h"

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const void *(*get_api)(uint32_t version);
    const char *(*get_version_string)(void);
} ort_api_base;

extern const ort_api_base *OrtGetApiBase(void);

// The version of the table in which every slot that we use exists.
enum { ORT_TABLE_VERSION = 20 };

const char *ort_version(void) {
    const ort_api_base *base = OrtGetApiBase();
    return base == NULL ? "" : base->get_version_string();
}

bool ort_is_compatible(void) {
    const ort_api_base *base = OrtGetApiBase();
    return base != NULL && base->get_api(ORT_TABLE_VERSION) != NULL;
}
