#include "CSimdJSON.h"

// The header of this release is older than the compiler.
#pragma clang diagnostic ignored "-Wdeprecated-literal-operator"
#include <simdjson.h>

namespace {

int64_t count(simdjson::dom::element element) {
    int64_t total = 1;
    if (element.is_array()) {
        for (auto child : element.get_array().value_unsafe())
            total += count(child);
    } else if (element.is_object()) {
        for (auto field : element.get_object().value_unsafe())
            total += count(field.value);
    }
    return total;
}

} // namespace

extern "C" int64_t sj_count_values(const uint8_t *bytes, size_t size) {
    try {
        static thread_local simdjson::dom::parser parser;
        simdjson::dom::element root;
        // The library copies into a padded buffer of its own, as it would for any caller whose
        // memory is not padded.
        auto error = parser.parse(bytes, size, true).get(root);
        return error ? -1 : count(root);
    } catch (...) {
        return -1;
    }
}

extern "C" int64_t sj_read_doubles(const uint8_t *bytes, size_t size, double *values,
                                   size_t capacity) {
    try {
        static thread_local simdjson::ondemand::parser parser;
        simdjson::padded_string padded(reinterpret_cast<const char *>(bytes), size);
        simdjson::ondemand::document document = parser.iterate(padded);
        size_t index = 0;
        for (auto element : document.get_array()) {
            if (index == capacity)
                return -1;
            values[index++] = element.get_double();
        }
        return static_cast<int64_t>(index);
    } catch (...) {
        return -1;
    }
}
