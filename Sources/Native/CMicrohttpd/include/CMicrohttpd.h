// GNU libmicrohttpd, driven from outside: the library has no thread of its own. Whoever owns a server waits with
// `mhd_poller_wait` and then calls `mhd_server_run`; every callback comes from in there. Only `mhd_poller_wake` may
// be called from another thread.
#ifndef C_MICROHTTPD_H
#define C_MICROHTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct mhd_server mhd_server;
typedef struct mhd_connection mhd_connection;
typedef struct mhd_poller mhd_poller;

// The version of the library that is loaded, as `0.9.75`. It lives for ever.
const char *mhd_version(void);

// A socket that listens, or minus the number of an error. `address` is a number, of IPv4 or IPv6; port 0 has the
// system choose one, and `port_out` gets it.
int mhd_listen(const char *address, uint16_t port, int waiting_max, uint16_t *port_out);

// What waits for sockets and for `mhd_poller_wake`. Null when the process has too many files open.
mhd_poller *mhd_poller_create(void);
void mhd_poller_destroy(mhd_poller *poller);
// Has the poller see when the other end closes its side of the socket, which is told once.
bool mhd_poller_watch(mhd_poller *poller, int socket, uint64_t token);
void mhd_poller_wake(mhd_poller *poller);
// Waits until something happens, at most so many milliseconds (-1: for ever). Gives the tokens of sockets whose other
// end has closed.
size_t mhd_poller_wait(mhd_poller *poller, int timeout_ms, uint64_t *tokens_out, size_t capacity);

enum { MHD_VERDICT_GO_ON = 0, MHD_VERDICT_CLOSE = 1 };
enum { MHD_READ_WAIT = 0, MHD_READ_END = -1, MHD_READ_BREAK = -2 };

// `connection` is what `opened` returned.
typedef struct {
    // A client has connected; what is returned comes back in the other callbacks. `address` is written as text.
    void *(*opened)(void *context, mhd_connection *handle, int socket, const char *address);
    void (*closed)(void *context, void *connection);
    // The first line of a request has been read; `target` is empty when it holds a zero byte.
    void (*began)(void *connection, const char *target);
    // First with the headers and no data; then with data; at last with none. Returns a verdict.
    int (*called)(void *connection, const char *method, const char *version, const uint8_t *data, size_t count);
    // The answer is written, or never will be.
    void (*ended)(void *connection, bool is_complete);
    // More bytes of a streamed answer, or one of MHD_READ_WAIT (the connection is suspended), MHD_READ_END,
    // MHD_READ_BREAK.
    ssize_t (*read)(void *connection, uint8_t *buffer, size_t capacity);
} mhd_callbacks;

typedef struct {
    uint32_t connections_max;
    uint32_t connections_per_address_max;
    // After this long without a byte in either direction a connection ends.
    uint32_t idle_seconds;
    // What a connection has for its request head and for reading and writing.
    size_t connection_bytes;
} mhd_limits;

// A server on a socket that listens and is now its own. Null when the process has too many files open.
mhd_server *mhd_server_create(int socket, const mhd_limits *limits, mhd_callbacks callbacks, void *context,
                              mhd_poller *poller);
// Takes no new connections from here on, and closes the socket that listens.
void mhd_server_close_door(mhd_server *server);
// Works off what has happened, without waiting.
void mhd_server_run(mhd_server *server);
// How many milliseconds `mhd_server_run` may be put off; -1: until something happens.
int mhd_server_timeout_ms(mhd_server *server);
// No connection may be suspended. No callback runs any more once this has returned.
void mhd_server_destroy(mhd_server *server);

// Names and values as they came; they live until the request is answered.
typedef struct {
    const char *name;
    size_t name_count;
    const char *value;
    size_t value_count;
} mhd_header;
// Fills in the headers of the request, and says how many there are, which may be more. They are not plain when one has
// several lines, a zero byte, or an end other than CR and LF: the library reads these in its own way.
size_t mhd_connection_headers(mhd_connection *handle, mhd_header *headers_out, size_t capacity, bool *is_plain_out);

// Answers the request with bytes, which are copied. Allowed in `called`, unless data came with that call. `headers` are
// names and values, one behind the other, each ended by a zero.
bool mhd_connection_answer(mhd_connection *handle, unsigned status, const uint8_t *headers, size_t pair_count,
                           const uint8_t *bytes, size_t count);
// Answers the request with what `read` gives.
bool mhd_connection_stream(mhd_server *server, mhd_connection *handle, unsigned status, const uint8_t *headers,
                           size_t pair_count);

// From inside `called`: it is called again, without data, after `mhd_connection_resume`. Nothing of the connection is
// seen in between, not even that the client leaves.
void mhd_connection_suspend(mhd_connection *handle);
void mhd_connection_resume(mhd_connection *handle);

// Ends both directions of a socket: the library sees it as closed by the client.
void mhd_cut(int socket);

#endif
