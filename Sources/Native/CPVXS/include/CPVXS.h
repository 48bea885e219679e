// EPICS PV Access through PVXS. No C++ type and no exception crosses this line.
//
// A function that may fail returns null when it went well, else what happened: to be read and given to
// `pvx_text_destroy`. What a function creates, its `_destroy` ends; null is allowed there. Pointers that a callback is
// given live until it returns.
#ifndef C_PVXS_H
#define C_PVXS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The versions of the libraries that are loaded, as `1.5.3` and `7.0.10`. They live for ever.
const char *pvx_version(void);
const char *pvx_epics_version(void);

// Whether the library that is loaded keeps the binary interface this program was built with.
bool pvx_is_compatible(void);

void pvx_text_destroy(char *text);

// Values -------------------------------------------------------------------------------------------------------------

typedef struct {
    const char *bytes;
    size_t count;
} pvx_text;

typedef enum {
    PVX_KIND_NONE = 0,
    PVX_KIND_REAL,
    PVX_KIND_INTEGER,
    PVX_KIND_NATURAL,
    PVX_KIND_TRUTH,
    PVX_KIND_TEXT,
    PVX_KIND_CHOICE,
    PVX_KIND_ARRAY,
    PVX_KIND_IMAGE,
} pvx_kind;

enum { PVX_DIMENSIONS_MAX = 32 };

// What colours mean in an image, as areaDetector numbers it.
enum { PVX_COLOUR_MONO = 0, PVX_COLOUR_RGB1 = 2, PVX_COLOUR_RGB2 = 3, PVX_COLOUR_RGB3 = 4 };

// Memory of an array that has an owner.
typedef struct pvx_array pvx_array;
void pvx_array_destroy(pvx_array *array);
// A text of an array of texts.
pvx_text pvx_array_text(const pvx_array *array, size_t index);

// A value with its alarm and time. Which fields count, `kind` says.
typedef struct {
    pvx_kind kind;
    double real;
    int64_t integer;
    uint64_t natural;
    bool truth;
    pvx_text text;
    int32_t choice;
    // Elements in a row; `element_type` is a number of ONNX. Texts come as `array`, and go as `texts`.
    int32_t element_type;
    const void *elements;
    const pvx_text *texts;
    size_t count;
    // Coming: whoever takes it destroys it. Going: given to the `release` of the server or the put, once.
    pvx_array *array;
    void *owner;
    // Images: the fastest dimension first, as they are sent.
    int32_t dimension_count;
    int32_t dimensions[PVX_DIMENSIONS_MAX];
    int32_t origins[PVX_DIMENSIONS_MAX];
    int32_t steps[PVX_DIMENSIONS_MAX];
    int32_t colour_mode;

    int32_t severity;
    int32_t status;
    pvx_text message;
    int64_t seconds;
    int32_t nanoseconds;

    // Whether what is known besides values changed with it.
    bool has_new_metadata;
    // Values before this one that were never seen.
    uint64_t skipped;
} pvx_value;

// What is known besides the values.
typedef struct {
    pvx_kind kind;
    // The type of a number, or of the elements of an array: a number of ONNX; 0 where there is none.
    int32_t element_type;
    pvx_text unit;
    pvx_text description;
    pvx_text format;
    bool has_display;
    double display_low, display_high;
    bool has_precision;
    int32_t precision;
    bool has_control;
    double control_low, control_high, control_step;
    bool has_value_alarm, value_alarm_is_active;
    // LOLO, LOW, HIGH, HIHI.
    double alarm_limits[4];
    int32_t alarm_severities[4];
    double hysteresis;
    const pvx_text *choices;
    size_t choice_count;
} pvx_metadata;

// Client -------------------------------------------------------------------------------------------------------------

// Null or a negative number: as the environment says, else the default of EPICS.
typedef struct {
    const char *addresses;
    const char *automatic_addresses; // YES or NO
    const char *name_servers;
    int32_t broadcast_port;
    int32_t server_port;
} pvx_client_settings;

typedef struct pvx_client pvx_client;
char *pvx_client_create(const pvx_client_settings *settings, pvx_client **out);
void pvx_client_destroy(pvx_client *client);
// Where names are searched, for a person; null when there is no memory.
char *pvx_client_addresses(const pvx_client *client);
// Has names that were not found searched for now; the library does so once in 30 s at the most.
void pvx_client_hurry(pvx_client *client);

// Called on a thread of the library, or on that of `pvx_monitor_resume`; never two at the same time.
typedef struct {
    // Returns whether the next value may come; else it waits for `pvx_monitor_resume`. `metadata` is null unless it
    // changed.
    bool (*value)(void *context, const pvx_value *value, const pvx_metadata *metadata);
    // A server was found, and this is what it said first; the value follows.
    void (*connected)(void *context, pvx_text peer);
    void (*disconnected)(void *context);
    // The server refuses, or offers what cannot be read: nothing follows until it is connected anew.
    void (*refused)(void *context, pvx_text message);
    // The server has ended it, or refused: `pvx_monitor_renew` begins anew, and not from here.
    void (*stopped)(void *context);
} pvx_monitor_callbacks;

typedef struct pvx_monitor pvx_monitor;
// `newest_only`: of several values that wait, the last is read. `queue` values wait at the most: one more is merged
// into the last.
char *pvx_monitor_create(pvx_client *client, const char *name, bool newest_only, uint32_t queue,
                         const pvx_monitor_callbacks *callbacks, void *context, pvx_monitor **out);
// Has the values go on that `value` stopped, on this thread.
void pvx_monitor_resume(pvx_monitor *monitor);
void pvx_monitor_renew(pvx_monitor *monitor);
// Ends it: when this returns, no callback is running and none will run, but for one that calls this itself.
void pvx_monitor_end(pvx_monitor *monitor);
// After its end.
void pvx_monitor_destroy(pvx_monitor *monitor);

// A get or a put.
typedef struct pvx_operation pvx_operation;
// Called once, on a thread of the library: with a value, or with what happened.
typedef void (*pvx_get_callback)(void *context, const pvx_value *value, const pvx_metadata *metadata,
                                 const pvx_text *problem);
char *pvx_get_create(pvx_client *client, const char *name, pvx_get_callback callback, void *context,
                     pvx_operation **out);

// What is to be put, as the type of the target wants it.
typedef struct pvx_filling pvx_filling;
// Sets the value, or says why there is none. Each may be called once, until `fill` returns.
void pvx_filling_set(pvx_filling *filling, const pvx_value *value, void (*release)(void *owner));
void pvx_filling_refuse(pvx_filling *filling, const char *message);
typedef struct {
    // The target is of this type: sets or refuses.
    void (*fill)(void *context, const pvx_metadata *target, pvx_filling *filling);
    // Called once: the server has done it, or what happened.
    void (*done)(void *context, const pvx_text *problem);
} pvx_put_callbacks;
// `fetches` has the present value fetched first, which brings the labels of choices.
char *pvx_put_create(pvx_client *client, const char *name, bool fetches, const pvx_put_callbacks *callbacks,
                     void *context, pvx_operation **out);
// A number that is put again and again over one operation of the protocol. Blocks until a server was found, at most so
// many seconds.
typedef struct pvx_writer pvx_writer;
typedef void (*pvx_written_callback)(void *context, const pvx_text *problem);
char *pvx_writer_create(pvx_client *client, const char *name, double patience, pvx_writer **out);
// Puts a number; `done` is called once, on a thread of the library, unless this fails. One at a time.
char *pvx_writer_put(pvx_writer *writer, double number, pvx_written_callback done, void *context);
// When this returns, no callback is running and none will run.
void pvx_writer_destroy(pvx_writer *writer);

// Ends it: when this returns, no callback is running and none will run.
void pvx_operation_destroy(pvx_operation *operation);

// Server -------------------------------------------------------------------------------------------------------------

// Null or a negative number: as the environment says, else the default of EPICS; interfaces: else loopback.
typedef struct {
    const char *interfaces;
    const char *beacon_addresses;
    const char *automatic_beacons; // YES or NO
    int32_t server_port;
    int32_t broadcast_port;
} pvx_server_settings;

typedef struct pvx_server pvx_server;
typedef struct pvx_put pvx_put;
typedef struct {
    // A client puts a value into the variable of this number: accepts or refuses. Called on a thread of the library,
    // one at a time.
    void (*put)(void *context, size_t index, pvx_text peer, const pvx_value *value, pvx_put *put);
    // Memory that was posted is not needed any more; on any thread.
    void (*release)(void *owner);
} pvx_server_callbacks;

char *pvx_server_create(const pvx_server_settings *settings, const pvx_server_callbacks *callbacks, void *context,
                        pvx_server **out);
// Offers a variable, before the start or later, under a number of its own; the name is refused where it is offered
// already.
char *pvx_server_add(pvx_server *server, const char *name, const pvx_metadata *metadata, const pvx_value *initial,
                     size_t *index_out);
// Offers it no more: its clients are told that it is gone.
void pvx_server_remove(pvx_server *server, const char *name, size_t index);
char *pvx_server_start(pvx_server *server);
// The ports that it listens on, and where, for a person.
int32_t pvx_server_port(const pvx_server *server);
int32_t pvx_server_broadcast_port(const pvx_server *server);
// The port that was wanted; the library takes a free one where it is busy.
int32_t pvx_server_wanted_port(const pvx_server *server);
char *pvx_server_addresses(const pvx_server *server);
// Sends a value to whoever monitors the variable; one thread at a time per variable.
char *pvx_server_post(pvx_server *server, size_t index, const pvx_value *value);

// Values that are sent together: made one after the other, and then posted in a row, so that the thread of the library
// wakes up once for all.
typedef struct pvx_batch pvx_batch;
pvx_batch *pvx_batch_create(pvx_server *server);
char *pvx_batch_add(pvx_batch *batch, size_t index, const pvx_value *value);
// Posts what was added, and ends it.
char *pvx_batch_post(pvx_batch *batch);

// Ends it: when this returns, no `put` is running and none will run.
void pvx_server_destroy(pvx_server *server);

// Answers a put: posts the value, and tells the client that it is done. Each put is answered once.
void pvx_put_accept(pvx_put *put, const pvx_value *value);
void pvx_put_refuse(pvx_put *put, const char *message);

#ifdef __cplusplus
}
#endif

#endif
