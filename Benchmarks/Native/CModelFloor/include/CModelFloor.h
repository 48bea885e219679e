// A run of a model by the library's C functions alone, with inputs and outputs in memory that is made once:
// what it costs without this program.
#ifndef C_MODEL_FLOOR_H
#define C_MODEL_FLOOR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct model_floor model_floor;

// A model with one input `x` of `rows` by `columns` floats, and one output `y` of `rows` by `results`.
model_floor *model_floor_create(const void *bytes, size_t count, long rows, long columns, long results);
void model_floor_destroy(model_floor *floor);
float *model_floor_input(model_floor *floor);
float *model_floor_output(model_floor *floor);
bool model_floor_run(model_floor *floor);

#endif
