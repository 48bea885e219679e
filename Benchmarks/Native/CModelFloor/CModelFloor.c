#include "CModelFloor.h"

#include <stdlib.h>

#include "COnnxRuntime.h"

struct model_floor {
    ort_session *session;
    ort_value *input, *output;
    float *x, *y;
};

static bool is_wrong(ort_status *status) {
    if (status == NULL)
        return false;
    ort_status_destroy(status);
    return true;
}

model_floor *model_floor_create(const void *bytes, size_t count, long rows, long columns, long results) {
    static ort_environment *environment;
    ort_options *options = NULL;
    model_floor *floor = calloc(1, sizeof *floor);
    const int64_t wide[] = {rows, columns}, narrow[] = {rows, results};
    enum { FLOAT = 1, ALIGNMENT = 64 };
    const size_t input_size = (size_t)(rows * columns) * sizeof(float);
    const size_t output_size = (size_t)(rows * results) * sizeof(float);
    floor->x = calloc(1, input_size + ALIGNMENT);
    floor->y = calloc(1, output_size + ALIGNMENT);
    if ((environment == NULL && is_wrong(ort_environment_create(1, &environment))) ||
        is_wrong(ort_options_create(false, &options)) ||
        is_wrong(ort_session_create(environment, bytes, count, options, &floor->session)) ||
        is_wrong(ort_value_create(floor->x, input_size, wide, 2, FLOAT, &floor->input)) ||
        is_wrong(ort_value_create(floor->y, output_size, narrow, 2, FLOAT, &floor->output))) {
        model_floor_destroy(floor);
        floor = NULL;
    }
    ort_options_destroy(options);
    return floor;
}

void model_floor_destroy(model_floor *floor) {
    ort_value_destroy(floor->input);
    ort_value_destroy(floor->output);
    ort_session_destroy(floor->session);
    free(floor->x);
    free(floor->y);
    free(floor);
}

float *model_floor_input(model_floor *floor) { return floor->x; }

float *model_floor_output(model_floor *floor) { return floor->y; }

bool model_floor_run(model_floor *floor) {
    const char *const inputs[] = {"x"}, *const outputs[] = {"y"};
    const ort_value *const values[] = {floor->input};
    return !is_wrong(ort_session_run(floor->session, NULL, inputs, values, 1, outputs, 1, &floor->output));
}
