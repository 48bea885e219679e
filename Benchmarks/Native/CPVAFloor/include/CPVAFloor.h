// PVXS used directly, with nothing around it: what our own layer is measured beside.
#ifndef C_PVA_FLOOR_H
#define C_PVA_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A server of `count` numbers on a free port, which it prints; posts `rate` of them a second until its input ends.
void pvf_source(int count, double rate);

// Watches `count` numbers of a server, and only counts for `seconds`; the count, and the CPU seconds of this process.
uint64_t pvf_count(int port, int count, double seconds, double *cpu);

// A server with IN and OUT: what is put into IN is posted to OUT. Serves until its input ends.
void pvf_echo(void);

// Puts into IN, and waits for the same number from OUT; microseconds of each.
void pvf_round_trips(int port, int rounds, double *microseconds);

// Nanoseconds of a post to a variable that nobody, or one client, watches.
double pvf_post(int rounds, bool is_watched);

// The CPU seconds of this process so far.
double pvf_cpu(void);

#ifdef __cplusplus
}
#endif

#endif
