// Formulas of the benchmark written in C: what they cost without a formula.
#ifndef C_FORMULA_FLOOR_H
#define C_FORMULA_FLOOR_H

#include <stddef.h>

double floor_arithmetic(const double *inputs);
double floor_transcendental(const double *inputs);

// The sum of a function over rows of four inputs.
double floor_sum(double (*function)(const double *), const double *inputs, size_t rows);

void floor_array_arithmetic(const double *a, const double *b, double *out, size_t count);
void floor_array_length(const double *a, const double *b, double *out, size_t count);
void floor_array_transcendental(const double *a, const double *b, double *out, size_t count);
void floor_array_polynomial(const double *a, const double *b, double *out, size_t count);
void floor_array_choice(const double *a, const double *b, double *out, size_t count);

#endif
