// Values of PVXS as flat structures, and back.
#ifndef C_PVXS_VALUES_HPP
#define C_PVXS_VALUES_HPP

#include "CPVXS.h"

#include <pvxs/data.h>

#include <exception>
#include <memory>
#include <string>
#include <vector>

struct pvx_array {
    pvxs::shared_array<const void> memory;
};

namespace pvx {

inline pvx_text view(const std::string &text) { return {text.data(), text.size()}; }
inline std::string string(const pvx_text &text) {
    return text.count == 0 ? std::string() : std::string(text.bytes, text.count);
}
// A copy for the caller of a C function.
char *copy(const std::string &text);
// The library is silent unless PVXS_LOG asks for its own words: what matters comes as events.
void quieten();
// The words of the exception that is being handled.
std::string current_problem();

// Where the fields of a type are. Names are looked up once: by name a field costs 100 ns and more, by its place in the
// type 25 ns.
struct Layout {
    enum Role : uint8_t { VALUE, CHOICE_INDEX, SEVERITY, STATUS, MESSAGE, SECONDS, NANOSECONDS, METADATA };
    struct Step {
        size_t place;
        Role role;
    };

    pvx_kind kind = PVX_KIND_NONE;
    int32_t element_type = 0;
    // Sorted by place.
    std::vector<Step> steps;
    // Why the type cannot be read; empty when it can.
    std::string problem;

    Layout() = default;
    explicit Layout(const pvxs::Value &top);
};

// A value, and what its pointers point at.
struct Decoded {
    pvx_value value;
    std::string text, message;
    // What `value.array` points at, until somebody takes it over.
    std::unique_ptr<pvx_array> array;

    // Throws where the value itself cannot be read.
    void read(const Layout &layout, const pvxs::Value &top);
};

// What is known besides values, and what its pointers point at.
struct Described {
    pvx_metadata metadata{};
    std::string unit, description, format;
    std::vector<std::string> choices;
    std::vector<pvx_text> views;

    Described(const Layout &layout, const pvxs::Value &top);
};

typedef void (*Release)(void *owner);
typedef pvxs::shared_array<const void> Memory;

// The elements of the other side as an array of PVXS: released with its last copy, or now where there are none.
Memory adopted(const pvx_value &value, Release release);

// Writes the value itself; throws where it does not fit.
void write_value(const Layout &layout, pvxs::Value &top, const pvx_value &value, const Memory &memory);

// What clients were told of a variable besides its value: what is the same need not be said again.
struct Told {
    bool is_known = false;
    int32_t severity = 0, status = 0;
    std::string message;
    int64_t seconds = 0;
};

// Writes value and time, and of the rest what differs from what was told; notes it.
void write_all(const Layout &layout, pvxs::Value &top, const pvx_value &value, const Memory &memory, Told &told);

// A type for a declared variable, with its limits and labels set.
pvxs::Value prototype(const pvx_metadata &metadata);

} // namespace pvx

#endif
