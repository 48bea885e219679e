#include "CSpecialFunctions.h"

// A value beyond what a series is made for ends in NaN, not in the end of the process.
#define BOOST_DISABLE_ASSERTS
#include <cfloat>
#include <cmath>
#include <limits>

#include <boost/math/special_functions/bessel.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/factorials.hpp>
#include <boost/math/special_functions/gamma.hpp>

// Everything here is computed with eleven more bits than the result has, which is what makes it accurate.
static_assert(LDBL_MANT_DIG >= 64, "expected long double to have 64 bits of mantissa or more");

namespace {

using real = long double;
namespace bp = boost::math::policies;

// No error leaves by errno or as an exception; series end.
using policy = bp::policy<
    bp::domain_error<bp::ignore_error>, bp::pole_error<bp::ignore_error>, bp::overflow_error<bp::ignore_error>,
    bp::underflow_error<bp::ignore_error>, bp::denorm_error<bp::ignore_error>, bp::rounding_error<bp::ignore_error>,
    bp::evaluation_error<bp::ignore_error>, bp::indeterminate_result_error<bp::ignore_error>,
    bp::promote_float<false>, bp::promote_double<false>, bp::max_series_iterations<100000>>;

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr real pi = 3.141592653589793238462643383279502884L;

// Boost throws where a policy cannot tell it not to.
template <class Body> double guarded(Body body) noexcept {
    try {
        return static_cast<double>(body());
    } catch (...) {
        return nan_value;
    }
}

bool is_integer(double x) { return std::isfinite(x) && std::floor(x) == x; }
bool is_odd(double x) { return is_integer(x) && std::fmod(x, 2) != 0; }
bool is_nonpositive_integer(double x) { return x <= 0 && is_integer(x); }

// The series of Bessel functions take a step for each order.
bool is_order(double order) { return std::fabs(order) <= SF_BESSEL_ORDER_MAX; }

// From here on, for every such order, I is infinite and K is zero.
constexpr double bessel_large = 1e6;

// J and I of an order other than zero, at zero: a pole where the order is negative and not whole.
double value_at_zero(double order) {
    if (order > 0 || is_integer(order))
        return 0.0;
    // The sign is that of gamma(order + 1).
    return std::fmod(std::floor(order), 2) == 0 ? -infinity : infinity;
}

// sqrt(x^2 - 1) for |x| >= 1 and sqrt(1 - x^2) for |x| <= 1, without losing what is near 1.
real leg_outside(real x) { return std::sqrt((std::fabs(x) - 1) * (std::fabs(x) + 1)); }
real leg_inside(real x) { return std::sqrt((1 - x) * (1 + x)); }

// log|gamma(x)| and the sign of gamma(x).
real log_gamma(real x, int &sign) { return boost::math::lgamma(x, &sign, policy()); }

}  // namespace

extern "C" {

double sf_cbrt(double x) { return x < 0 ? nan_value : static_cast<double>(std::cbrt(static_cast<real>(x))); }

double sf_root(double x, double n) {
    if (n == 0)
        return nan_value;
    // Below zero, also at minus infinity, the principal root is real where it is a whole power.
    const real power = 1 / static_cast<real>(n);
    if (x < 0 && std::floor(power) != power)
        return nan_value;
    return static_cast<double>(std::pow(static_cast<real>(x), power));
}

double sf_real_root(double x, double n) { return x < 0 && is_odd(n) ? -sf_root(-x, n) : sf_root(x, n); }

double sf_rational_power(double x, double p, double q) {
    if (x < 0)
        return nan_value;
    return static_cast<double>(std::pow(static_cast<real>(x), static_cast<real>(p) / static_cast<real>(q)));
}

double sf_log_base(double x, double base) {
    return static_cast<double>(std::log(static_cast<real>(x)) / std::log(static_cast<real>(base)));
}

// libm reduces large angles to fewer digits than are left beside a zero or a pole: there the long functions take over.
double sf_sin(double x) {
    const double value = std::sin(x);
    return std::fabs(value) < 0x1p-10 && std::fabs(x) > 1 ? static_cast<double>(std::sin(static_cast<real>(x))) : value;
}

double sf_cos(double x) {
    const double value = std::cos(x);
    return std::fabs(value) < 0x1p-10 ? static_cast<double>(std::cos(static_cast<real>(x))) : value;
}

double sf_tan(double x) {
    const double value = std::tan(x);
    const double size = std::fabs(value);
    const bool is_beside = size > 0x1p10 || (size < 0x1p-10 && std::fabs(x) > 1);
    return is_beside ? static_cast<double>(std::tan(static_cast<real>(x))) : value;
}

double sf_sec(double x) { return static_cast<double>(1 / std::cos(static_cast<real>(x))); }
double sf_csc(double x) { return static_cast<double>(1 / std::sin(static_cast<real>(x))); }
double sf_cot(double x) { return static_cast<double>(1 / std::tan(static_cast<real>(x))); }

double sf_asec(double x) {
    if (!(std::fabs(x) >= 1))
        return nan_value;
    if (std::isinf(x))
        return static_cast<double>(pi / 2);
    return static_cast<double>(std::atan2(leg_outside(x), x > 0 ? 1.0L : -1.0L));
}

double sf_acsc(double x) {
    if (!(std::fabs(x) >= 1))
        return nan_value;
    if (std::isinf(x))
        return std::copysign(0.0, x);
    return static_cast<double>(std::copysign(std::atan2(1.0L, leg_outside(x)), static_cast<real>(x)));
}

double sf_acot(double x) {
    return x == 0 ? static_cast<double>(pi / 2) : static_cast<double>(std::atan(1 / static_cast<real>(x)));
}

double sf_tanh(double x) { return static_cast<double>(std::tanh(static_cast<real>(x))); }
double sf_sech(double x) { return static_cast<double>(1 / std::cosh(static_cast<real>(x))); }
double sf_csch(double x) { return static_cast<double>(1 / std::sinh(static_cast<real>(x))); }
double sf_coth(double x) { return static_cast<double>(1 / std::tanh(static_cast<real>(x))); }
double sf_acosh(double x) { return static_cast<double>(std::acosh(static_cast<real>(x))); }

double sf_asech(double x) {
    if (!(x >= 0 && x <= 1))
        return nan_value;
    return x == 0 ? infinity : static_cast<double>(std::asinh(leg_inside(x) / x));
}

double sf_acsch(double x) { return static_cast<double>(std::asinh(1 / static_cast<real>(x))); }

double sf_acoth(double x) {
    if (!(std::fabs(x) >= 1))
        return nan_value;
    const real size = std::fabs(static_cast<real>(x));
    const real value = std::isinf(x) ? 0 : std::log1p(2 / (size - 1)) / 2;
    return static_cast<double>(std::copysign(value, static_cast<real>(x)));
}

double sf_erf(double x) { return static_cast<double>(std::erf(static_cast<real>(x))); }
double sf_erfc(double x) { return static_cast<double>(std::erfc(static_cast<real>(x))); }

double sf_erfinv(double x) {
    if (!(std::fabs(x) <= 1))
        return nan_value;
    if (std::fabs(x) == 1)
        return std::copysign(infinity, x);
    return guarded([=] { return boost::math::erf_inv(static_cast<real>(x), policy()); });
}

double sf_gamma(double x) {
    if (std::isnan(x) || x == -infinity)
        return nan_value;
    if (x == 0)
        return std::copysign(infinity, x);
    if (is_nonpositive_integer(x))
        return nan_value;
    if (x > 172)
        return infinity;
    // Between the poles the value is less than the smallest double.
    if (x < -200)
        return std::fmod(std::floor(x), 2) == 0 ? 0.0 : -0.0;
    return guarded([=] { return boost::math::tgamma(static_cast<real>(x), policy()); });
}

double sf_loggamma(double x) {
    if (std::isnan(x) || x < 0)
        return nan_value;
    if (x == 0 || std::isinf(x))
        return infinity;
    return guarded([=] { return boost::math::lgamma(static_cast<real>(x), policy()); });
}

double sf_digamma(double x) {
    if (std::isnan(x) || x == -infinity || (x < 0 && is_integer(x)))
        return nan_value;
    if (x == 0)
        return -std::copysign(infinity, x);
    if (std::isinf(x))
        return infinity;
    return guarded([=] { return boost::math::digamma(static_cast<real>(x), policy()); });
}

double sf_beta(double x, double y) {
    if (std::isnan(x) || std::isnan(y))
        return nan_value;
    if (std::isinf(x) || std::isinf(y))
        return x > 0 && y > 0 ? 0.0 : nan_value;
    if (x > 0 && y > 0)
        return guarded([=] { return boost::math::beta(static_cast<real>(x), static_cast<real>(y), policy()); });
    const real sum = static_cast<real>(x) + static_cast<real>(y);
    const bool is_under_pole = sum <= 0 && std::floor(sum) == sum;
    if (is_nonpositive_integer(x) || is_nonpositive_integer(y)) {
        // Two poles that cancel leave a number: beta(1, -2) is -1/2.
        const double above = x > 0 ? x : y;
        if (is_under_pole && above > 0 && is_integer(above))
            return (is_odd(above) ? -1 : 1) * sf_beta(above, static_cast<double>(1 - sum));
        return x == 0 && y > 0 ? std::copysign(infinity, x) : y == 0 && x > 0 ? std::copysign(infinity, y) : nan_value;
    }
    if (is_under_pole)
        return 0.0;
    const real above = x > y ? x : y;
    const real below = x > y ? y : x;
    return guarded([=] {
        // A ratio of gamma functions that are large and nearly equal keeps its digits.
        if (above > 20 && sum > 0)
            return boost::math::tgamma(below, policy()) * boost::math::tgamma_delta_ratio(above, below, policy());
        int sign_x = 1, sign_y = 1, sign_sum = 1;
        const real exponent = log_gamma(above, sign_x) + log_gamma(below, sign_y) - log_gamma(sum, sign_sum);
        return sign_x * sign_y * sign_sum * std::exp(exponent);
    });
}

double sf_factorial(double x) {
    if (std::isnan(x) || x == -infinity || (x < 0 && is_integer(x)))
        return nan_value;
    if (x > 170 && (is_integer(x) || x > 171))
        return infinity;
    if (is_integer(x))
        return static_cast<double>(boost::math::unchecked_factorial<real>(static_cast<unsigned>(x)));
    if (x < -201)
        return 0.0;
    return guarded([=] { return boost::math::tgamma(static_cast<real>(x) + 1, policy()); });
}

double sf_binomial(double n, double k) {
    if (!std::isfinite(n) || !std::isfinite(k))
        return nan_value;
    if (is_integer(k)) {
        if (k < 0 || (is_integer(n) && n >= 0 && k > n))
            return 0.0;
        // The same number, of a whole number that is not negative.
        if (is_integer(n) && n < 0)
            return (is_odd(k) ? -1 : 1) * sf_binomial(k - n - 1, k);
        if (is_integer(n))
            k = std::fmin(k, n - k);
        if (is_integer(n) && k > 1030)
            return infinity;
        // The definition for whole k: a product of k factors.
        if (k <= 2000) {
            real product = 1;
            for (int i = 0; i < static_cast<int>(k); ++i)
                product *= (static_cast<real>(n) - i) / (i + 1);
            return static_cast<double>(product);
        }
        if (n < 1000 && n > -1000)
            return guarded([=] {
                const real ratio = boost::math::tgamma_delta_ratio(
                    static_cast<real>(k) - static_cast<real>(n), static_cast<real>(n) + 1, policy());
                return (is_odd(k) ? -1 : 1) * ratio / boost::math::tgamma(-static_cast<real>(n), policy());
            });
    }
    if (is_integer(n) && n < 0)
        return nan_value;
    const real rest = static_cast<real>(n) - static_cast<real>(k);
    if (rest < 0 && std::floor(rest) == rest)
        return 0.0;
    const real few = std::fabs(rest) < std::fabs(k) ? rest : static_cast<real>(k);
    return guarded([=] {
        if (n > 100 && std::fabs(few) < 1000 && n - few > 0)
            return boost::math::tgamma_delta_ratio(static_cast<real>(n) + 1, -few, policy()) /
                   boost::math::tgamma(few + 1, policy());
        int sign_n = 1, sign_k = 1, sign_rest = 1;
        const real exponent =
            log_gamma(static_cast<real>(n) + 1, sign_n) - log_gamma(static_cast<real>(k) + 1, sign_k) -
            log_gamma(rest + 1, sign_rest);
        return sign_n * sign_k * sign_rest * std::exp(exponent);
    });
}

double sf_besselj(double order, double x) {
    if (!is_order(order) || std::isnan(x))
        return nan_value;
    if (std::isinf(x))
        return x > 0 || is_integer(order) ? 0.0 : nan_value;
    if (x < 0 && !is_integer(order))
        return nan_value;
    if (x == 0 && order != 0)
        return value_at_zero(order);
    return guarded([=] {
        return boost::math::cyl_bessel_j(static_cast<real>(order), static_cast<real>(x), policy());
    });
}

double sf_bessely(double order, double x) {
    if (!is_order(order) || std::isnan(x) || x < 0)
        return nan_value;
    if (order < 0 && is_integer(order))
        return (is_odd(order) ? -1 : 1) * sf_bessely(-order, x);
    if (std::isinf(x))
        return 0.0;
    // Below zero the order turns the pole: Y(-v, x) goes as cos(pi v) Y(v, x).
    const double turn = order < 0 ? std::fmod(-order, 2) : 0;
    const double pole = turn == 0.5 || turn == 1.5 ? 0.0 : turn > 0.5 && turn < 1.5 ? infinity : -infinity;
    if (x == 0)
        return pole;
    const double value = guarded([=] {
        return boost::math::cyl_neumann(static_cast<real>(order), static_cast<real>(x), policy());
    });
    return std::isnan(value) ? pole : value;
}

double sf_besseli(double order, double x) {
    if (!is_order(order) || std::isnan(x) || (x < 0 && !is_integer(order)))
        return nan_value;
    if (std::fabs(x) > bessel_large)
        return x < 0 && is_odd(order) ? -infinity : infinity;
    if (x == 0 && order != 0)
        return value_at_zero(order);
    return guarded([=] {
        return boost::math::cyl_bessel_i(static_cast<real>(order), static_cast<real>(x), policy());
    });
}

double sf_besselk(double order, double x) {
    if (!is_order(order) || std::isnan(x) || x < 0)
        return nan_value;
    if (x == 0)
        return infinity;
    if (x > bessel_large)
        return 0.0;
    const double value = guarded([=] {
        return boost::math::cyl_bessel_k(static_cast<real>(order), static_cast<real>(x), policy());
    });
    // There is a value for every x above zero; one that the series cannot hold is too large.
    return std::isnan(value) ? infinity : value;
}

}  // extern "C"
