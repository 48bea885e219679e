#include "CNumbers.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <fast_float/fast_float.h>

namespace {

bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

bool is_blank(uint8_t byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

// JSON's grammar is narrower than that of any library: no leading zero, no bare point, no `inf`.
// This walks over one number and collects what an exact integer needs.
struct scan {
    const uint8_t *at;
    const uint8_t *end;
    bool is_negative = false;
    bool is_integer = true;
    bool fits = true;
    uint64_t magnitude = 0;

    bool digits(bool of_integer) {
        const uint8_t *start = at;
        while (at < end && is_digit(*at)) {
            if (of_integer) {
                uint64_t digit = *at - '0';
                fits = fits && (magnitude < UINT64_MAX / 10 ||
                                (magnitude == UINT64_MAX / 10 && digit <= UINT64_MAX % 10));
                magnitude = magnitude * 10 + digit;
            }
            ++at;
        }
        return at > start;
    }

    bool run() {
        if (at < end && *at == '-') {
            is_negative = true;
            ++at;
        }
        if (at < end && *at == '0') {
            ++at;
            if (at < end && is_digit(*at))
                return false;
        } else if (!digits(true)) {
            return false;
        }
        if (at < end && *at == '.') {
            is_integer = false;
            ++at;
            if (!digits(false))
                return false;
        }
        if (at < end && (*at == 'e' || *at == 'E')) {
            is_integer = false;
            ++at;
            if (at < end && (*at == '+' || *at == '-'))
                ++at;
            if (!digits(false))
                return false;
        }
        return true;
    }
};

// Powers of ten that a double holds exactly.
constexpr double exact_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Reads a number of JSON's grammar as a double; `*at` moves behind it.
//
// Most numbers that instruments send have few digits: they are an integer divided by a power of ten,
// both exact, so one division rounds them correctly. All others go to fast_float.
num_status read_double(const uint8_t **at, const uint8_t *end, double *value) {
    const uint8_t *begin = *at;
    const uint8_t *next = begin;
    bool is_negative = next < end && *next == '-';
    next += is_negative;
    const uint8_t *whole = next;
    uint64_t magnitude = 0;
    while (next < end && is_digit(*next))
        magnitude = magnitude * 10 + (*next++ - '0');
    auto digits = next - whole;
    if (digits == 0 || (*whole == '0' && digits > 1))
        return NUM_NOT_A_NUMBER;
    decltype(digits) decimals = 0;
    if (next < end && *next == '.') {
        const uint8_t *fraction = ++next;
        while (next < end && is_digit(*next))
            magnitude = magnitude * 10 + (*next++ - '0');
        decimals = next - fraction;
        if (decimals == 0)
            return NUM_NOT_A_NUMBER;
    }
    bool has_exponent = next < end && (*next == 'e' || *next == 'E');
    if (!has_exponent && digits + decimals <= 18 && magnitude <= (uint64_t(1) << 53)) {
        double result = static_cast<double>(magnitude) / exact_powers[decimals];
        *value = is_negative ? -result : result;
        *at = next;
        return NUM_OK;
    }
    auto result = fast_float::from_chars(reinterpret_cast<const char *>(begin),
                                         reinterpret_cast<const char *>(end), *value);
    next = reinterpret_cast<const uint8_t *>(result.ptr);
    // `1e` is a number and an `e` to others.
    if (next < end && (*next == 'e' || *next == 'E'))
        return NUM_NOT_A_NUMBER;
    // A number too small becomes zero or a denormal, which is the nearest; one too large is refused.
    if (!std::isfinite(*value))
        return NUM_OUT_OF_RANGE;
    *at = next;
    return NUM_OK;
}

// Lays digits out as Python does: with an exponent below 1e-4 and from 1e16 on.
size_t lay_out(const char *digits, int count, int exponent, char *text) {
    char *at = text;
    auto put = [&](const char *from, int length) {
        std::memcpy(at, from, static_cast<size_t>(length));
        at += length;
    };
    auto zeros = [&](int length) {
        std::memset(at, '0', static_cast<size_t>(length));
        at += length;
    };
    if (exponent < -4 || exponent >= 16) {
        put(digits, 1);
        if (count > 1) {
            *at++ = '.';
            put(digits + 1, count - 1);
        }
        *at++ = 'e';
        *at++ = exponent < 0 ? '-' : '+';
        int size = exponent < 0 ? -exponent : exponent;
        if (size < 10)
            *at++ = '0';
        at = std::to_chars(at, at + 3, size).ptr;
    } else if (exponent < 0) {
        put("0.", 2);
        zeros(-exponent - 1);
        put(digits, count);
    } else {
        int whole = exponent + 1;
        put(digits, count < whole ? count : whole);
        zeros(count < whole ? whole - count : 0);
        *at++ = '.';
        if (count > whole)
            put(digits + whole, count - whole);
        else
            *at++ = '0';
    }
    return static_cast<size_t>(at - text);
}

// Writes a double of few digits, which is what instruments send: an integer of at most 15 digits over
// a million. That many digits belong to one double only, so nothing shorter reads back as the same.
// Returns 0 when the value is another.
size_t write_short(double value, char *text) {
    constexpr int64_t million = 1000000;
    double magnitude = std::fabs(value);
    if (!(magnitude >= 1e-4 && magnitude < 1e9))
        return 0;
    int64_t millionths = std::llround(magnitude * million);
    if (static_cast<double>(millionths) / million != magnitude)
        return 0;
    char *at = text;
    if (value < 0)
        *at++ = '-';
    at = std::to_chars(at, at + 10, millionths / million).ptr;
    *at++ = '.';
    int64_t rest = millionths % million;
    char *last = at;
    for (int64_t place = million / 10; place > 0; place /= 10) {
        *at++ = static_cast<char>('0' + rest / place % 10);
        if (at[-1] != '0')
            last = at - 1;
    }
    return static_cast<size_t>(last + 1 - text);
}

template <typename Float> size_t write_number(Float value, char *text) {
    if constexpr (std::is_same_v<Float, double>) {
        if (size_t length = write_short(value, text))
            return length;
    }
    // `-d.ddde-dd`: the library finds the shortest digits, the layout is ours.
    char scientific[NUM_TEXT_SIZE_MAX];
    char *end = std::to_chars(scientific, scientific + sizeof scientific, value,
                              std::chars_format::scientific)
                    .ptr;
    bool is_negative = scientific[0] == '-';
    char *first = scientific + is_negative;
    char *mark = end - 3;
    while (*mark != 'e')
        --mark;
    int exponent = 0;
    std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, end, exponent);
    // The digits without the point between the first and the second.
    int count = static_cast<int>(mark - first);
    if (count > 1) {
        first[1] = first[0];
        ++first;
        --count;
    }
    if (is_negative)
        *text = '-';
    return is_negative + lay_out(first, count, exponent, text + is_negative);
}

} // namespace

extern "C" num_status num_read(const uint8_t *bytes, size_t size, size_t *offset,
                               num_value *value) {
    const uint8_t *begin = bytes + *offset;
    scan number{begin, bytes + size};
    bool is_number = number.run();
    *offset = static_cast<size_t>(number.at - bytes);
    if (!is_number)
        return NUM_NOT_A_NUMBER;
    *value = num_value{};
    bool is_minus_zero = number.is_negative && number.magnitude == 0;
    if (number.is_integer && number.fits && !is_minus_zero) {
        const uint64_t smallest = static_cast<uint64_t>(INT64_MAX) + 1;
        if (number.is_negative ? number.magnitude <= smallest : number.magnitude < smallest) {
            value->kind = NUM_INT64;
            value->int64 = static_cast<int64_t>(number.is_negative ? 0 - number.magnitude
                                                                   : number.magnitude);
            value->float64 = static_cast<double>(value->int64);
            return NUM_OK;
        }
        if (!number.is_negative) {
            value->kind = NUM_UINT64;
            value->uint64 = number.magnitude;
            value->float64 = static_cast<double>(number.magnitude);
            return NUM_OK;
        }
    }
    value->kind = NUM_DOUBLE;
    return read_double(&begin, number.at, &value->float64);
}

extern "C" num_status num_read_doubles(const uint8_t *bytes, size_t size, size_t *offset,
                                       double *values, size_t capacity, size_t *count) {
    const uint8_t *end = bytes + size;
    const uint8_t *at = bytes + *offset;
    auto stop = [&](num_status status) {
        *offset = static_cast<size_t>(at - bytes);
        return status;
    };
    auto skip_blanks = [&] {
        while (at < end && is_blank(*at))
            ++at;
    };
    skip_blanks();
    if (*count == 0 && at < end && *at == ']') {
        ++at;
        return stop(NUM_OK);
    }
    for (;;) {
        if (*count == capacity)
            return stop(NUM_FULL);
        num_status status = read_double(&at, end, &values[*count]);
        if (status != NUM_OK)
            return stop(status);
        ++*count;
        skip_blanks();
        if (at == end)
            return stop(NUM_NOT_A_NUMBER);
        if (*at == ']') {
            ++at;
            return stop(NUM_OK);
        }
        if (*at != ',')
            return stop(NUM_NOT_A_NUMBER);
        ++at;
        skip_blanks();
    }
}

extern "C" size_t num_write(double value, char *text) { return write_number(value, text); }

extern "C" size_t num_write_float(float value, char *text) { return write_number(value, text); }

extern "C" size_t num_write_doubles(const double *values, size_t count, char *text, size_t capacity,
                                    size_t *count_out) {
    size_t length = 0;
    size_t index = 0;
    for (; index < count; ++index) {
        if (!std::isfinite(values[index]) || capacity - length < NUM_TEXT_SIZE_MAX + 1)
            break;
        if (index > 0)
            text[length++] = ',';
        length += write_number(values[index], text + length);
    }
    *count_out = index;
    return length;
}
