// What is used of libcurl's binary interface, which its authors promise to keep: types are opaque, options and codes
// are numbers. Debian replaces the package with the headers at every security update, and keeps no older one: a pin
// would break whoever builds this.
#ifndef C_CURL_INTERFACE_H
#define C_CURL_INTERFACE_H

#include <stddef.h>
#include <stdint.h>

typedef void curl_easy;
typedef void curl_multi;
typedef struct curl_lines curl_lines;

typedef struct {
    int age;
    const char *version;
    unsigned int version_number;
} curl_version_data;

typedef struct {
    int kind;
    curl_easy *easy;
    union {
        void *whatever;
        int result;
    } data;
} curl_message;

enum { GLOBAL_ALL = 3, VERSION_FIRST = 0 };

// Of a function that takes bytes: it wants no more.
static const size_t WRITE_ERROR = 0xFFFFFFFF;

enum {
    OPTION_LOW_SPEED_LIMIT = 19,
    OPTION_LOW_SPEED_TIME = 20,
    OPTION_NO_BODY = 44,
    OPTION_POST = 47,
    OPTION_FOLLOW_LOCATION = 52,
    OPTION_REDIRECTS_MAX = 68,
    OPTION_NO_SIGNAL = 99,
    OPTION_TIMEOUT_MS = 155,
    OPTION_CONNECT_TIMEOUT_MS = 156,
    OPTION_TCP_KEEPALIVE = 213,
    OPTION_TCP_KEEP_IDLE = 214,
    OPTION_TCP_KEEP_INTERVAL = 215,
    OPTION_WRITE_CONTEXT = 10001,
    OPTION_URL = 10002,
    OPTION_PROBLEM = 10010,
    OPTION_HEADERS = 10023,
    OPTION_HEAD_CONTEXT = 10029,
    OPTION_METHOD = 10036,
    OPTION_COPIED_BODY = 10165,
    OPTION_NO_PROXY = 10177,
    OPTION_PROTOCOLS = 10318,
    OPTION_REDIRECT_PROTOCOLS = 10319,
    OPTION_WRITE = 20011,
    OPTION_HEAD = 20079,
    OPTION_POST_SIZE = 30120,
};

enum { INFO_STATUS = 0x200002 };

enum {
    CODE_DONE = 0,
    CODE_PROTOCOL = 1,
    CODE_FAILED = 2,
    CODE_BAD_URL = 3,
    CODE_PROXY_NOT_RESOLVED = 5,
    CODE_HOST_NOT_RESOLVED = 6,
    CODE_NOT_CONNECTED = 7,
    CODE_TIMEOUT = 28,
    CODE_TLS_CONNECT = 35,
    CODE_TOO_MANY_REDIRECTS = 47,
    CODE_TLS_PEER = 60,
    CODE_TLS_AUTHORITIES = 77,
};

// The functions, by name: result, parameters.
#define FUNCTIONS(X) \
    X(curl_global_init, int, (long flags)) \
    X(curl_version_info, const curl_version_data *, (int age)) \
    X(curl_easy_init, curl_easy *, (void)) \
    X(curl_easy_setopt, int, (curl_easy * easy, int option, ...)) \
    X(curl_easy_getinfo, int, (curl_easy * easy, int info, ...)) \
    X(curl_easy_cleanup, void, (curl_easy * easy)) \
    X(curl_easy_strerror, const char *, (int code)) \
    X(curl_slist_append, curl_lines *, (curl_lines * lines, const char *line)) \
    X(curl_slist_free_all, void, (curl_lines * lines)) \
    X(curl_multi_init, curl_multi *, (void)) \
    X(curl_multi_add_handle, int, (curl_multi * multi, curl_easy * easy)) \
    X(curl_multi_remove_handle, int, (curl_multi * multi, curl_easy * easy)) \
    X(curl_multi_perform, int, (curl_multi * multi, int *running)) \
    X(curl_multi_poll, int, (curl_multi * multi, void *extra, unsigned count, int timeout_ms, int *ready)) \
    X(curl_multi_wakeup, int, (curl_multi * multi)) \
    X(curl_multi_info_read, const curl_message *, (curl_multi * multi, int *left)) \
    X(curl_multi_cleanup, int, (curl_multi * multi)) \
    X(curl_multi_strerror, const char *, (int code))

#endif
