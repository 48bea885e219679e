#define _GNU_SOURCE
#include "CLinux.h"

#include <execinfo.h>
#include <link.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

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

static const char *crash_message;
static int crash_status;

static void end_crash(int number) {
    (void)number;
    void *frames[64];
    ssize_t ignored = write(STDERR_FILENO, crash_message, strlen(crash_message));
    (void)ignored;
    backtrace_symbols_fd(frames, backtrace(frames, 64), STDERR_FILENO);
    _exit(crash_status);
}

void lnx_end_crashes_with(const char *message, int status) {
    // The first call of `backtrace` loads a library, which a signal handler may not.
    void *frame[1];
    backtrace(frame, 1);
    crash_message = message;
    crash_status = status;
    static const int crashes[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
    // A stack of its own for the main thread: an overflow of the usual one is a crash too.
    static char stack[64 * 1024];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    struct sigaction action = {.sa_handler = end_crash, .sa_flags = SA_ONSTACK | SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigset_t unblocked;
    sigemptyset(&unblocked);
    for (size_t index = 0; index < sizeof crashes / sizeof crashes[0]; ++index) {
        sigaction(crashes[index], &action, NULL);
        sigaddset(&unblocked, crashes[index]);
    }
    // Whoever started this process may have blocked them.
    sigprocmask(SIG_UNBLOCK, &unblocked, NULL);
}
