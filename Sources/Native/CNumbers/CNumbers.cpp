#include "CNumbers.h"

#include <charconv>
#include <cmath>
#include <cstring>
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

num_status to_double(const uint8_t *begin, const uint8_t *end, double *value) {
    auto result = fast_float::from_chars(reinterpret_cast<const char *>(begin),
                                         reinterpret_cast<const char *>(end), *value);
    if (result.ec != std::errc() && result.ec != std::errc::result_out_of_range)
        return NUM_NOT_A_NUMBER;
    // A number too small becomes zero or a denormal, which is the nearest; one too large is refused.
    return std::isfinite(*value) ? NUM_OK : NUM_OUT_OF_RANGE;
}

template <typename Float> size_t write_number(Float value, char *text) {
    // Python's rule for where the exponent begins, so that both print a number alike.
    Float magnitude = std::fabs(value);
    bool is_plain = magnitude == 0 || (magnitude >= Float(1e-4) && magnitude < Float(1e16));
    auto format = is_plain ? std::chars_format::fixed : std::chars_format::scientific;
    char *end = std::to_chars(text, text + NUM_TEXT_SIZE_MAX, value, format).ptr;
    if (is_plain && std::memchr(text, '.', static_cast<size_t>(end - text)) == nullptr) {
        *end++ = '.';
        *end++ = '0';
    }
    return static_cast<size_t>(end - text);
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
    return to_double(begin, number.at, &value->float64);
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
        // fast_float alone decides the value and how long it is; the few texts that it takes and
        // JSON does not are told by their first bytes.
        const uint8_t *digits = at < end && *at == '-' ? at + 1 : at;
        bool starts = digits < end && is_digit(*digits);
        bool has_leading_zero = starts && *digits == '0' && digits + 1 < end && is_digit(digits[1]);
        if (!starts || has_leading_zero)
            return stop(NUM_NOT_A_NUMBER);
        auto result = fast_float::from_chars(reinterpret_cast<const char *>(at),
                                             reinterpret_cast<const char *>(end), values[*count]);
        const uint8_t *behind = reinterpret_cast<const uint8_t *>(result.ptr);
        if (!std::isfinite(values[*count]))
            return stop(NUM_OUT_OF_RANGE);
        // `1.`, `1.e5` and `1e` are numbers to others only.
        while (digits < behind && is_digit(*digits))
            ++digits;
        bool has_bare_point =
            digits < behind && *digits == '.' && (digits + 1 == behind || !is_digit(digits[1]));
        bool has_bare_exponent = behind < end && (*behind == 'e' || *behind == 'E');
        if (has_bare_point || has_bare_exponent)
            return stop(NUM_NOT_A_NUMBER);
        ++*count;
        at = behind;
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
