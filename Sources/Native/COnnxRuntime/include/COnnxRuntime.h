// ONNX Runtime through its table of functions. Its wheel has no header; the order of the table never
// changes, which is what this shim stands on.
#ifndef C_ONNX_RUNTIME_H
#define C_ONNX_RUNTIME_H

#include <stdbool.h>

// The version of the library that is loaded, as `1.31.1`. It lives for ever.
const char *ort_version(void);

// Whether the library that is loaded offers the table this program was built for.
bool ort_is_compatible(void);

#endif
