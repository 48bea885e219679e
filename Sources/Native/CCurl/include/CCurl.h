// libcurl of the system, loaded when it is needed first: whoever asks no server does not pay for it, and what the
// system mends is mended here. A transfer blocks the thread that runs it; only `crl_transfer_stop` may be called from
// another one.
#ifndef C_CURL_H
#define C_CURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Loads the library. Null when it is there, else why it is not, for ever.
const char *crl_load(void);
// The version of the library that is loaded, as `7.88.1`; before it is, null.
const char *crl_version(void);

typedef struct crl_transfer crl_transfer;

typedef struct {
    // In milliseconds; 0 for ever.
    long connect_ms;
    long whole_ms;
    // Ends it after so many seconds without a byte; 0 for never.
    long silence_s;
    long redirects_max;
    // Not through what `http_proxy` and others in the environment name.
    bool ignores_proxies;
} crl_limits;

typedef struct {
    void *context;
    // A line of the head of the answer, the first included; those of redirects too.
    void (*head)(void *context, const uint8_t *line, size_t count);
    // More bytes of the answer; false ends the transfer.
    bool (*body)(void *context, const uint8_t *bytes, size_t count);
} crl_receiver;

typedef enum {
    CRL_DONE,
    CRL_STOPPED,
    CRL_BAD_URL,
    CRL_NOT_RESOLVED,
    CRL_NOT_CONNECTED,
    CRL_TIMEOUT,
    CRL_TOO_MANY_REDIRECTS,
    CRL_NOT_TRUSTED,
    CRL_BROKEN,
} crl_outcome;

enum { CRL_PROBLEM_SIZE = 256 };

// Null where memory is gone. All that is given is copied.
crl_transfer *crl_transfer_create(const char *url, const char *method, const crl_limits *limits);
// One more header, as `Name: value`; false where memory is gone.
bool crl_transfer_add_header(crl_transfer *transfer, const char *line);
bool crl_transfer_set_body(crl_transfer *transfer, const uint8_t *bytes, size_t count);
// Runs it once. `problem` gets the words of the library where it did not end well.
crl_outcome crl_transfer_run(
    crl_transfer *transfer, const crl_receiver *receiver, long *status, char problem[CRL_PROBLEM_SIZE]);
// Has the run end, also one that has not begun.
void crl_transfer_stop(crl_transfer *transfer);
void crl_transfer_destroy(crl_transfer *transfer);

#endif
