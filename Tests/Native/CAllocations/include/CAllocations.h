// Counts what a thread allocates, for tests that promise to allocate nothing.
#ifndef C_ALLOCATIONS_H
#define C_ALLOCATIONS_H

#include <stdbool.h>
#include <stdint.h>

// Whether allocations are counted: a sanitizer has an allocator of its own.
bool allocations_are_counted(void);

// How often this thread has allocated so far.
int64_t allocations_of_thread(void);

#endif
