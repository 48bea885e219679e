// EPICS PV Access through PVXS. No C++ type and no exception crosses this line.
#ifndef C_PVXS_H
#define C_PVXS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

// The versions of the libraries that are loaded, as `1.5.3` and `7.0.10`. They live for ever.
const char *pvx_version(void);
const char *pvx_epics_version(void);

// Whether the library that is loaded keeps the binary interface this program was built with.
bool pvx_is_compatible(void);

#ifdef __cplusplus
}
#endif

#endif
