// What Swift cannot call in the C library by itself: macros, variadics and a few structs.
#ifndef C_LINUX_H
#define C_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    // Whether a time service keeps the system's clock, and how far off the kernel thinks it may be.
    bool is_synchronised;
    int64_t error_estimate_us;
} lnx_clock;

// False when the kernel does not say (some containers).
bool lnx_clock_state(lnx_clock *state_out);

// How many processors this process may run on, or 0 when the kernel does not say.
uint32_t lnx_processors_allowed(void);

// How many files this process may have open.
uint64_t lnx_open_files_max(void);

// The file from which a library is loaded, by a part of its file name: `libpvxs.so`. Null when no
// such library is loaded. The caller frees it.
char *lnx_loaded_library(const char *name_part);

// The kernel's release, as `6.1.0-18-amd64`. The caller frees it.
char *lnx_kernel_release(void);

// From now on a crash of this process prints `message` and the addresses of its stack to standard error
// and ends it with `status`. `message` must live for ever.
void lnx_end_crashes_with(const char *message, int status);

#endif
