#include "CCurl.h"

#include "Interface.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
#define MEMBER(name, result, parameters) result(*name) parameters;
    FUNCTIONS(MEMBER)
#undef MEMBER
    const char *version;
    char problem[CRL_PROBLEM_SIZE];
} lib;

static pthread_once_t once = PTHREAD_ONCE_INIT;

// From here on it knows the options that are used below.
enum { VERSION_MIN = 0x075500 };

static void load(void) {
    void *const handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        snprintf(lib.problem, sizeof lib.problem, "%s", dlerror());
        return;
    }
#define FIND(name, result, parameters) \
    if ((lib.name = (result(*) parameters)dlsym(handle, #name)) == NULL) { \
        snprintf(lib.problem, sizeof lib.problem, "libcurl.so.4 has no function '%s'", #name); \
        return; \
    }
    FUNCTIONS(FIND)
#undef FIND
    if (lib.curl_global_init(GLOBAL_ALL) != CODE_DONE) {
        snprintf(lib.problem, sizeof lib.problem, "libcurl.so.4 does not begin");
        return;
    }
    const curl_version_data *const info = lib.curl_version_info(VERSION_FIRST);
    if (info->version_number < VERSION_MIN) {
        snprintf(lib.problem, sizeof lib.problem, "expected libcurl 7.85 or later, found %s", info->version);
        return;
    }
    lib.version = info->version;
}

const char *crl_load(void) {
    pthread_once(&once, load);
    return lib.problem[0] == '\0' ? NULL : lib.problem;
}

const char *crl_version(void) { return lib.version; }

struct crl_transfer {
    curl_easy *easy;
    curl_multi *multi;
    curl_lines *headers;
    atomic_bool is_stopped;
    const crl_receiver *receiver;
};

static size_t take_head(char *line, size_t size, size_t count, void *context) {
    const crl_transfer *const transfer = context;
    transfer->receiver->head(transfer->receiver->context, (const uint8_t *)line, size * count);
    return size * count;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context) {
    crl_transfer *const transfer = context;
    if (transfer->receiver->body(transfer->receiver->context, (const uint8_t *)bytes, size * count))
        return size * count;
    atomic_store(&transfer->is_stopped, true);
    return WRITE_ERROR;
}

// False where an option is unknown, or memory is gone.
static bool set_up(crl_transfer *transfer, const char *url, const char *method, const crl_limits *limits) {
    curl_easy *const easy = transfer->easy;
    int code = CODE_DONE;
// Each value has the type that the option wants: a long, or a pointer.
#define SET(option, value) \
    do { \
        if (code == CODE_DONE) \
            code = lib.curl_easy_setopt(easy, option, value); \
    } while (false)
    SET(OPTION_URL, url);
    SET(OPTION_PROTOCOLS, "http,https");
    SET(OPTION_REDIRECT_PROTOCOLS, "http,https");
    SET(OPTION_NO_SIGNAL, 1L);
    SET(OPTION_FOLLOW_LOCATION, limits->redirects_max > 0 ? 1L : 0L);
    SET(OPTION_REDIRECTS_MAX, limits->redirects_max);
    // 0 would be the library's own default.
    SET(OPTION_CONNECT_TIMEOUT_MS, limits->connect_ms > 0 ? limits->connect_ms : 86400000L);
    SET(OPTION_TIMEOUT_MS, limits->whole_ms);
    SET(OPTION_LOW_SPEED_LIMIT, limits->silence_s > 0 ? 1L : 0L);
    SET(OPTION_LOW_SPEED_TIME, limits->silence_s);
    if (limits->ignores_proxies)
        SET(OPTION_NO_PROXY, "*");
    // A peer whose machine is gone is found although it says nothing.
    SET(OPTION_TCP_KEEPALIVE, 1L);
    SET(OPTION_TCP_KEEP_IDLE, 15L);
    SET(OPTION_TCP_KEEP_INTERVAL, 5L);
    SET(OPTION_HEAD, take_head);
    SET(OPTION_HEAD_CONTEXT, transfer);
    SET(OPTION_WRITE, take_body);
    SET(OPTION_WRITE_CONTEXT, transfer);
    if (strcmp(method, "HEAD") == 0)
        SET(OPTION_NO_BODY, 1L);
    else if (strcmp(method, "GET") != 0)
        SET(OPTION_METHOD, method);
#undef SET
    return code == CODE_DONE;
}

crl_transfer *crl_transfer_create(const char *url, const char *method, const crl_limits *limits) {
    crl_transfer *const transfer = calloc(1, sizeof *transfer);
    if (transfer == NULL)
        return NULL;
    transfer->easy = lib.curl_easy_init();
    transfer->multi = lib.curl_multi_init();
    if (transfer->easy != NULL && transfer->multi != NULL && set_up(transfer, url, method, limits))
        return transfer;
    crl_transfer_destroy(transfer);
    return NULL;
}

bool crl_transfer_add_header(crl_transfer *transfer, const char *line) {
    curl_lines *const longer = lib.curl_slist_append(transfer->headers, line);
    if (longer == NULL)
        return false;
    transfer->headers = longer;
    return lib.curl_easy_setopt(transfer->easy, OPTION_HEADERS, longer) == CODE_DONE;
}

bool crl_transfer_set_body(crl_transfer *transfer, const uint8_t *bytes, size_t count) {
    return lib.curl_easy_setopt(transfer->easy, OPTION_POST_SIZE, (int64_t)count) == CODE_DONE
        && lib.curl_easy_setopt(transfer->easy, OPTION_COPIED_BODY, bytes) == CODE_DONE;
}

static crl_outcome outcome(int code, const char *problem) {
    // The library has one code for a scheme that it does not call and for an answer that is no HTTP/1.
    if (code == CODE_PROTOCOL && strstr(problem, "HTTP/0.9") != NULL)
        return CRL_BROKEN;
    switch (code) {
    case CODE_DONE: return CRL_DONE;
    case CODE_BAD_URL:
    case CODE_PROTOCOL: return CRL_BAD_URL;
    case CODE_HOST_NOT_RESOLVED:
    case CODE_PROXY_NOT_RESOLVED: return CRL_NOT_RESOLVED;
    case CODE_NOT_CONNECTED: return CRL_NOT_CONNECTED;
    case CODE_TIMEOUT: return CRL_TIMEOUT;
    case CODE_TOO_MANY_REDIRECTS: return CRL_TOO_MANY_REDIRECTS;
    case CODE_TLS_PEER:
    case CODE_TLS_CONNECT:
    case CODE_TLS_AUTHORITIES: return CRL_NOT_TRUSTED;
    default: return CRL_BROKEN;
    }
}

// Drives the transfer until it has ended or is stopped.
static crl_outcome drive(crl_transfer *transfer, char *problem) {
    for (;;) {
        int running = 0;
        int state = lib.curl_multi_perform(transfer->multi, &running);
        if (atomic_load(&transfer->is_stopped))
            return CRL_STOPPED;
        if (state == CODE_DONE && running == 0)
            break;
        if (state == CODE_DONE)
            state = lib.curl_multi_poll(transfer->multi, NULL, 0, 60000, NULL);
        if (state != CODE_DONE) {
            snprintf(problem, CRL_PROBLEM_SIZE, "%s", lib.curl_multi_strerror(state));
            return CRL_BROKEN;
        }
    }
    int left = 0;
    const curl_message *const message = lib.curl_multi_info_read(transfer->multi, &left);
    const int code = message == NULL ? CODE_FAILED : message->data.result;
    if (code != CODE_DONE && problem[0] == '\0')
        snprintf(problem, CRL_PROBLEM_SIZE, "%s", lib.curl_easy_strerror(code));
    return outcome(code, problem);
}

crl_outcome crl_transfer_run(
    crl_transfer *transfer, const crl_receiver *receiver, long *status, char problem[CRL_PROBLEM_SIZE]) {
    transfer->receiver = receiver;
    problem[0] = '\0';
    *status = 0;
    lib.curl_easy_setopt(transfer->easy, OPTION_PROBLEM, problem);
    const int state = lib.curl_multi_add_handle(transfer->multi, transfer->easy);
    if (state != CODE_DONE) {
        snprintf(problem, CRL_PROBLEM_SIZE, "%s", lib.curl_multi_strerror(state));
        return CRL_BROKEN;
    }
    const crl_outcome result = drive(transfer, problem);
    lib.curl_easy_getinfo(transfer->easy, INFO_STATUS, status);
    lib.curl_multi_remove_handle(transfer->multi, transfer->easy);
    lib.curl_easy_setopt(transfer->easy, OPTION_PROBLEM, NULL);
    return result;
}

void crl_transfer_stop(crl_transfer *transfer) {
    atomic_store(&transfer->is_stopped, true);
    lib.curl_multi_wakeup(transfer->multi);
}

void crl_transfer_destroy(crl_transfer *transfer) {
    if (transfer == NULL)
        return;
    if (transfer->multi != NULL)
        lib.curl_multi_cleanup(transfer->multi);
    if (transfer->easy != NULL)
        lib.curl_easy_cleanup(transfer->easy);
    lib.curl_slist_free_all(transfer->headers);
    free(transfer);
}
