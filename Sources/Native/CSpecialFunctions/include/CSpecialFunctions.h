// Functions of real numbers that libm lacks, or has with more than two units in the last place of error.
//
// Each takes any double and returns a double that is next to its value, mostly the nearest; NaN where it has no
// value among the reals, an infinity at a pole or beyond the largest double. None throws.
#ifndef C_SPECIAL_FUNCTIONS_H
#define C_SPECIAL_FUNCTIONS_H

#ifdef __cplusplus
extern "C" {
#endif

// Powers and logarithms.
double sf_cbrt(double x);                                // NaN below zero: the principal root is not real
double sf_root(double x, double n);                      // x^(1/n), the principal root
double sf_real_root(double x, double n);                 // the real root of odd order below zero
double sf_rational_power(double x, double p, double q);  // x^(p/q), the fraction with 64 bits
double sf_log_base(double x, double base);

// Trigonometric functions and their inverses.
double sf_sin(double x);
double sf_cos(double x);
double sf_tan(double x);
double sf_sec(double x);
double sf_csc(double x);
double sf_cot(double x);
double sf_asec(double x);
double sf_acsc(double x);
double sf_acot(double x);

// Hyperbolic functions and their inverses.
double sf_tanh(double x);
double sf_sech(double x);
double sf_csch(double x);
double sf_coth(double x);
double sf_acosh(double x);
double sf_asech(double x);
double sf_acsch(double x);
double sf_acoth(double x);

// Error functions.
double sf_erf(double x);
double sf_erfc(double x);
double sf_erfinv(double x);

// The gamma function and what is made of it.
double sf_gamma(double x);
double sf_loggamma(double x);  // NaN below zero: the logarithm is not real
double sf_digamma(double x);
double sf_beta(double x, double y);
double sf_factorial(double x);
double sf_binomial(double n, double k);

// Bessel functions of real order, up to this size; NaN beyond.
enum { SF_BESSEL_ORDER_MAX = 1000 };
double sf_besselj(double order, double x);
double sf_bessely(double order, double x);
double sf_besseli(double order, double x);
double sf_besselk(double order, double x);

#ifdef __cplusplus
}
#endif

#endif
