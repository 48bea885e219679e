#include "CFormulaFloor.h"

#include <math.h>

double floor_arithmetic(const double *inputs) {
    return (inputs[0] + inputs[1]) * inputs[2] - inputs[3] / inputs[0];
}

double floor_transcendental(const double *inputs) {
    return sqrt(inputs[0] * inputs[0] + inputs[1] * inputs[1]) * exp(-inputs[2]);
}

double floor_sum(double (*function)(const double *), const double *inputs, size_t rows) {
    double sum = 0;
    for (size_t row = 0; row < rows; ++row)
        sum += function(inputs + 4 * row);
    return sum;
}

void floor_array_arithmetic(const double *restrict a, const double *restrict b, double *restrict out, size_t count) {
    for (size_t i = 0; i < count; ++i)
        out[i] = (a[i] + b[i]) * 2 - a[i] / b[i];
}

void floor_array_length(const double *restrict a, const double *restrict b, double *restrict out, size_t count) {
    for (size_t i = 0; i < count; ++i)
        out[i] = sqrt(a[i] * a[i] + b[i] * b[i]);
}

void floor_array_transcendental(const double *restrict a, const double *restrict b, double *restrict out,
                                size_t count) {
    for (size_t i = 0; i < count; ++i)
        out[i] = exp(-a[i]) * sin(b[i]);
}

void floor_array_choice(const double *restrict a, const double *restrict b, double *restrict out, size_t count) {
    for (size_t i = 0; i < count; ++i)
        out[i] = a[i] > b[i] ? a[i] : b[i] * 2;
}

void floor_array_polynomial(const double *restrict a, const double *restrict b, double *restrict out, size_t count) {
    for (size_t i = 0; i < count; ++i)
        out[i] = 1 + a[i] * (2 + a[i] * (3 + a[i] * (4 + a[i] * b[i])));
}
