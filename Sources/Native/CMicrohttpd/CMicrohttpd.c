#define _GNU_SOURCE

#include "CMicrohttpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

struct mhd_server {
    struct MHD_Daemon *daemon;
    mhd_callbacks callbacks;
    void *context;
};

struct mhd_poller {
    int epoll;
    int bell;
};

// Tokens that no socket has.
static const uint64_t TOKEN_BELL = UINT64_MAX;
static const uint64_t TOKEN_LIBRARY = UINT64_MAX - 1;
enum { EVENTS_AT_ONCE = 64, TEXT_OF_ADDRESS_MAX = INET6_ADDRSTRLEN + 16, STREAM_BLOCK = 4096 };

const char *mhd_version(void) { return MHD_get_version(); }

int mhd_listen(const char *address, uint16_t port, int waiting_max, uint16_t *port_out) {
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (getaddrinfo(address, service, &hints, &found) != 0) return -EINVAL;
    int error = 0;
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    const int yes = 1;
    const int listener = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    // A port whose last connections are still fading away may be had again at once.
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(listener, found->ai_addr, found->ai_addrlen) != 0 || listen(listener, waiting_max) != 0 ||
        getsockname(listener, (struct sockaddr *)&bound, &size) != 0) {
        error = errno;
        if (listener >= 0) close(listener);
    } else if (bound.ss_family == AF_INET6) {
        *port_out = ntohs(((struct sockaddr_in6 *)&bound)->sin6_port);
    } else {
        *port_out = ntohs(((struct sockaddr_in *)&bound)->sin_port);
    }
    freeaddrinfo(found);
    return error != 0 ? -error : listener;
}

static bool poller_add(mhd_poller *poller, int file, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(poller->epoll, EPOLL_CTL_ADD, file, &event) == 0;
}

mhd_poller *mhd_poller_create(void) {
    mhd_poller *poller = malloc(sizeof *poller);
    if (poller == NULL) return NULL;
    poller->epoll = epoll_create1(EPOLL_CLOEXEC);
    poller->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (poller->epoll >= 0 && poller->bell >= 0 && poller_add(poller, poller->bell, EPOLLIN, TOKEN_BELL)) return poller;
    mhd_poller_destroy(poller);
    return NULL;
}

void mhd_poller_destroy(mhd_poller *poller) {
    if (poller->epoll >= 0) close(poller->epoll);
    if (poller->bell >= 0) close(poller->bell);
    free(poller);
}

bool mhd_poller_watch(mhd_poller *poller, int socket, uint64_t token) {
    return poller_add(poller, socket, EPOLLRDHUP | EPOLLET, token);
}

void mhd_poller_wake(mhd_poller *poller) {
    const uint64_t one = 1;
    // It fails only when the bell has been rung 2^64 times and nobody came.
    (void)!write(poller->bell, &one, sizeof one);
}

size_t mhd_poller_wait(mhd_poller *poller, int timeout_ms, uint64_t *tokens_out, size_t capacity) {
    struct epoll_event events[EVENTS_AT_ONCE];
    const int room = capacity < EVENTS_AT_ONCE ? (int)capacity : EVENTS_AT_ONCE;
    const int found = epoll_wait(poller->epoll, events, room, timeout_ms);
    size_t count = 0;
    for (int index = 0; index < found; index++) {
        const uint64_t token = events[index].data.u64;
        if (token == TOKEN_BELL) {
            uint64_t rung;
            (void)!read(poller->bell, &rung, sizeof rung);
        } else if (token != TOKEN_LIBRARY) {
            tokens_out[count++] = token;
        }
    }
    return count;
}

static void *context_of(struct MHD_Connection *connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void text_of_address(struct MHD_Connection *connection, char *out) {
    const struct sockaddr *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    char text[INET6_ADDRSTRLEN] = "";
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
        inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
        snprintf(out, TEXT_OF_ADDRESS_MAX, "[%s]:%u", text, ntohs(six->sin6_port));
    } else {
        const struct sockaddr_in *four = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
        snprintf(out, TEXT_OF_ADDRESS_MAX, "%s:%u", text, ntohs(four->sin_port));
    }
}

static void on_connection(void *self, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code) {
    mhd_server *server = self;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        server->callbacks.closed(server->context, *context);
        *context = NULL;
        return;
    }
    char address[TEXT_OF_ADDRESS_MAX];
    text_of_address(connection, address);
    const int socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    *context = server->callbacks.opened(server->context, (mhd_connection *)connection, socket, address);
}

static void *on_target(void *self, const char *target, struct MHD_Connection *connection) {
    mhd_server *server = self;
    // The library ends a target at its first zero byte; only the version may follow the zero that it wrote itself.
    static const char follows[] = "HTTP/";
    const bool is_whole = strncmp(target + strlen(target) + 1, follows, sizeof follows - 1) == 0;
    server->callbacks.began(context_of(connection), is_whole ? target : "");
    return NULL;
}

// The library would decode paths and arguments; that is done once, elsewhere.
static size_t leave_encoded(void *self, struct MHD_Connection *connection, char *text) {
    (void)self;
    (void)connection;
    return strlen(text);
}

static enum MHD_Result on_call(void *self, struct MHD_Connection *connection, const char *target, const char *method,
                               const char *version, const char *data, size_t *count, void **request) {
    (void)target;
    (void)request;
    mhd_server *server = self;
    const size_t length = *count;
    *count = 0;
    const int verdict =
        server->callbacks.called(context_of(connection), method, version, (const uint8_t *)data, length);
    return verdict == MHD_VERDICT_GO_ON ? MHD_YES : MHD_NO;
}

static void on_end(void *self, struct MHD_Connection *connection, void **request,
                   enum MHD_RequestTerminationCode code) {
    (void)request;
    mhd_server *server = self;
    server->callbacks.ended(context_of(connection), code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
}

// The library's own messages quote what clients sent: they are not passed on.
static void stay_silent(void *self, const char *format, va_list arguments) {
    (void)self;
    (void)format;
    (void)arguments;
}

mhd_server *mhd_server_create(int socket, const mhd_limits *limits, mhd_callbacks callbacks, void *context,
                              mhd_poller *poller) {
    mhd_server *server = malloc(sizeof *server);
    if (server == NULL) return NULL;
    server->callbacks = callbacks;
    server->context = context;
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_call, server,
        MHD_OPTION_EXTERNAL_LOGGER, stay_silent, NULL, MHD_OPTION_LISTEN_SOCKET, socket,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)limits->connections_max, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)limits->connections_per_address_max, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)limits->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits->connection_bytes, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_NOTIFY_COMPLETED, on_end, server,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL,
        MHD_OPTION_END);
    if (server->daemon == NULL) {
        free(server);
        return NULL;
    }
    const int epoll = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    if (!poller_add(poller, epoll, EPOLLIN, TOKEN_LIBRARY)) {
        mhd_server_destroy(server);
        return NULL;
    }
    return server;
}

void mhd_server_close_door(mhd_server *server) {
    const int listener = MHD_quiesce_daemon(server->daemon);
    if (listener != MHD_INVALID_SOCKET) close(listener);
}

void mhd_server_run(mhd_server *server) { MHD_run(server->daemon); }

int mhd_server_timeout_ms(mhd_server *server) {
    MHD_UNSIGNED_LONG_LONG timeout;
    if (MHD_get_timeout(server->daemon, &timeout) != MHD_YES) return -1;
    return timeout > INT32_MAX ? INT32_MAX : (int)timeout;
}

void mhd_server_destroy(mhd_server *server) {
    MHD_stop_daemon(server->daemon);
    free(server);
}

typedef struct {
    mhd_header *out;
    size_t capacity;
    size_t count;
    // Where the next name begins when every header is a line of its own; null before the first.
    const char *next;
    bool is_plain;
} header_walk;

// The library cuts the buffer that it reads into: name, zero for the colon, blanks, value, zeros for CR and LF. A value
// in more than one line is put together elsewhere; one with a zero byte ends early; a line that only LF ends leaves one
// zero. Whatever does not lie as it should is not plain.
static void check_place(header_walk *walk, const char *name, size_t name_count, const char *value, size_t value_count) {
    const char *place = name + name_count + 1;
    while (*place == ' ' || *place == '\t') place++;
    const bool is_in_place = (walk->next == NULL || walk->next == name) &&
                             (value_count == 0 || place == value) && place[value_count] == '\0' &&
                             place[value_count + 1] == '\0';
    walk->is_plain = walk->is_plain && is_in_place;
    walk->next = place + value_count + 2;
}

static enum MHD_Result on_header(void *self, enum MHD_ValueKind kind, const char *name, size_t name_count,
                                 const char *value, size_t value_count) {
    (void)kind;
    header_walk *walk = self;
    check_place(walk, name, name_count, value, value_count);
    if (walk->count < walk->capacity)
        walk->out[walk->count] = (mhd_header){name, name_count, value == NULL ? "" : value, value_count};
    walk->count += 1;
    return MHD_YES;
}

size_t mhd_connection_headers(mhd_connection *handle, mhd_header *headers_out, size_t capacity, bool *is_plain_out) {
    header_walk walk = {headers_out, capacity, 0, NULL, true};
    MHD_get_connection_values_n((struct MHD_Connection *)handle, MHD_HEADER_KIND, on_header, &walk);
    // The empty line behind the last header is cut as well.
    *is_plain_out = walk.is_plain && (walk.next == NULL || (walk.next[0] == '\0' && walk.next[1] == '\0'));
    return walk.count;
}

static bool queue(mhd_connection *handle, unsigned status, const uint8_t *headers, size_t pair_count,
                  struct MHD_Response *response) {
    if (response == NULL) return false;
    bool is_queued = true;
    const char *name = (const char *)headers;
    for (size_t index = 0; index < pair_count; index++) {
        const char *value = name + strlen(name) + 1;
        is_queued = is_queued && MHD_add_response_header(response, name, value) == MHD_YES;
        name = value + strlen(value) + 1;
    }
    is_queued = is_queued && MHD_queue_response((struct MHD_Connection *)handle, status, response) == MHD_YES;
    MHD_destroy_response(response);
    return is_queued;
}

bool mhd_connection_answer(mhd_connection *handle, unsigned status, const uint8_t *headers, size_t pair_count,
                           const uint8_t *bytes, size_t count) {
    // The library takes a pointer to bytes that it copies and does not change.
    struct MHD_Response *response = MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
    return queue(handle, status, headers, pair_count, response);
}

typedef struct {
    mhd_server *server;
    struct MHD_Connection *connection;
} reading;

static ssize_t on_read(void *self, uint64_t place, char *buffer, size_t capacity) {
    (void)place;
    const reading *source = self;
    const ssize_t count =
        source->server->callbacks.read(context_of(source->connection), (uint8_t *)buffer, capacity);
    if (count == MHD_READ_WAIT) MHD_suspend_connection(source->connection);
    if (count == MHD_READ_END) return MHD_CONTENT_READER_END_OF_STREAM;
    if (count == MHD_READ_BREAK) return MHD_CONTENT_READER_END_WITH_ERROR;
    return count;
}

bool mhd_connection_stream(mhd_server *server, mhd_connection *handle, unsigned status, const uint8_t *headers,
                           size_t pair_count) {
    reading *source = malloc(sizeof *source);
    if (source == NULL) return false;
    *source = (reading){server, (struct MHD_Connection *)handle};
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, on_read, source, free);
    if (response == NULL) free(source);
    return queue(handle, status, headers, pair_count, response);
}

void mhd_connection_suspend(mhd_connection *handle) { MHD_suspend_connection((struct MHD_Connection *)handle); }
void mhd_connection_resume(mhd_connection *handle) { MHD_resume_connection((struct MHD_Connection *)handle); }

void mhd_cut(int socket) { shutdown(socket, SHUT_RDWR); }
