#define _GNU_SOURCE
#include "CLinux.h"

#include <link.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <sys/utsname.h>

bool lnx_clock_state(lnx_clock *state) {
    struct timex request = {.modes = 0};
    int status = adjtimex(&request);
    if (status < 0)
        return false;
    *state = (lnx_clock){
        .is_synchronised = status != TIME_ERROR && (request.status & STA_UNSYNC) == 0,
        .error_estimate_us = request.esterror,
    };
    return true;
}

uint32_t lnx_processors_allowed(void) {
    cpu_set_t set;
    CPU_ZERO(&set);
    return sched_getaffinity(0, sizeof(set), &set) == 0 ? (uint32_t)CPU_COUNT(&set) : 0;
}

uint64_t lnx_open_files_max(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

typedef struct {
    const char *name_part;
    char *path;
} search;

static int compare(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    search *wanted = context;
    const char *slash = strrchr(info->dlpi_name, '/');
    const char *name = slash == NULL ? info->dlpi_name : slash + 1;
    if (strstr(name, wanted->name_part) == NULL)
        return 0;
    wanted->path = strdup(info->dlpi_name);
    return 1;
}

char *lnx_loaded_library(const char *name_part) {
    search wanted = {.name_part = name_part};
    dl_iterate_phdr(compare, &wanted);
    return wanted.path;
}

char *lnx_kernel_release(void) {
    struct utsname name;
    return uname(&name) == 0 ? strdup(name.release) : NULL;
}
