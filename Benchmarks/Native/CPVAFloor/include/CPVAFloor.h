// PVXS used directly, with nothing around it: what our own layer is measured beside.
#ifndef C_PVA_FLOOR_H
#define C_PVA_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A server of `count` numbers on a free port, which it prints; posts `rate` of them a second until its input ends. For
// each byte of input it prints how many were posted, and how many bytes went to clients.
void pvf_source(int count, double rate);

// Watches `count` numbers of a server, and only counts for `seconds`; the count, and the CPU seconds of this process.
uint64_t pvf_count(int port, int count, double seconds, double *cpu);

// A server with IN and OUT: what is put into IN is posted to OUT. Serves until its input ends.
void pvf_echo(void);

// Puts into IN, and waits for the same number from OUT; microseconds of each.
void pvf_round_trips(int port, int rounds, double *microseconds);

// Nanoseconds of a post to a variable that nobody, or one client, watches.
double pvf_post(int rounds, bool is_watched);

// A net with inputs x0, x1 and so on, and outputs y0 and so on.
enum { PVF_NET_INPUTS = 16, PVF_NET_OUTPUTS = 5 };

// A server of X0, X1 and so on, whose puts run the model of this file by the library alone, and of Y0 and so on and SUM,
// to which what came of it is posted. It prints its port, and serves until its input ends.
void pvf_net(const char *path, int threads);

// Clients of such a server; false where it did not do what it should, which is told on the standard error.
// Puts into one input after the other, waiting each time for the SUM that belongs to it; microseconds of each.
bool pvf_net_latency(int port, int rounds, double *microseconds);
// Puts into all inputs, each again as soon as it was answered; puts and seen SUMs a second. In the end what was put last
// has arrived: the outputs, and the inputs that belong to them.
bool pvf_net_flood(int port, double seconds, double *puts, double *updates, double *outputs);
// The outputs for these inputs.
bool pvf_net_evaluate(int port, const double *inputs, double *outputs);

// A server of CAM, an image of 16 bits of which `rate` are posted a second, until its input ends; prints its port.
void pvf_camera(int width, int height, double rate);
// Sums the pixels of all images that come: how many, and the CPU seconds of this process.
uint64_t pvf_sum_images(int port, double seconds, double *cpu);
// How often a variable changes to another number above zero.
uint64_t pvf_count_numbers(int port, const char *name, double seconds);
// The value of a variable; below zero where nobody tells it in time.
double pvf_first_value(int port, const char *name, double patience);

// The CPU seconds of this process so far.
double pvf_cpu(void);

#ifdef __cplusplus
}
#endif

#endif
