#include "Values.hpp"

#include <pvxs/log.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <stdexcept>

using pvxs::Kind;
using pvxs::StoreType;
using pvxs::TypeCode;
using pvxs::Value;

namespace pvx {

void quieten() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (std::getenv("PVXS_LOG") != nullptr)
            pvxs::logger_config_env();
        else
            pvxs::logger_level_set("pvxs.*", pvxs::Level::Crit);
    });
}

char *copy(const std::string &text) {
    auto made = static_cast<char *>(std::malloc(text.size() + 1));
    if (made != nullptr)
        std::memcpy(made, text.c_str(), text.size() + 1);
    return made;
}

std::string current_problem() {
    try {
        throw;
    } catch (const std::exception &problem) {
        return problem.what();
    } catch (...) {
        return "an exception that says nothing";
    }
}

namespace {

// The number that ONNX gives a type; 0 for what is no element.
int32_t element_of(TypeCode code) {
    switch (code.scalarOf().code) {
    case TypeCode::Float32: return 1;
    case TypeCode::UInt8: return 2;
    case TypeCode::Int8: return 3;
    case TypeCode::UInt16: return 4;
    case TypeCode::Int16: return 5;
    case TypeCode::Int32: return 6;
    case TypeCode::Int64: return 7;
    case TypeCode::String: return 8;
    case TypeCode::Bool: return 9;
    case TypeCode::Float64: return 11;
    case TypeCode::UInt32: return 12;
    case TypeCode::UInt64: return 13;
    default: return 0;
    }
}

bool is_array_of_elements(TypeCode code) { return code.isarray() && element_of(code) != 0; }

pvx_kind scalar_kind(TypeCode code) {
    switch (code.kind()) {
    case Kind::Bool: return PVX_KIND_TRUTH;
    case Kind::Integer: return code.isunsigned() ? PVX_KIND_NATURAL : PVX_KIND_INTEGER;
    case Kind::Real: return PVX_KIND_REAL;
    case Kind::String: return PVX_KIND_TEXT;
    default: return PVX_KIND_NONE;
    }
}

const std::string VALUE_NAME("value"), INDEX_NAME("value.index"), CHOICES_NAME("value.choices"),
    DIMENSION_NAME("dimension");

} // namespace

Layout::Layout(const Value &top) {
    const Value value = top.type() == TypeCode::Struct ? top[VALUE_NAME] : Value();
    const TypeCode code = value.type();
    Role value_role = VALUE;
    Value value_field = value;
    if (!value) {
        problem = "no field 'value'";
    } else if (code == TypeCode::Union && top[DIMENSION_NAME].type() == TypeCode::StructA) {
        kind = PVX_KIND_IMAGE;
    } else if (code == TypeCode::Struct && top[INDEX_NAME].type().kind() == Kind::Integer &&
               top[CHOICES_NAME].type() == TypeCode::StringA) {
        kind = PVX_KIND_CHOICE;
        value_role = CHOICE_INDEX;
        value_field = top[INDEX_NAME];
    } else if (is_array_of_elements(code)) {
        kind = PVX_KIND_ARRAY;
        element_type = element_of(code);
    } else if (!code.isarray() && scalar_kind(code) != PVX_KIND_NONE) {
        kind = scalar_kind(code);
        element_type = element_of(code);
    } else {
        problem = std::string("a value of type ") + code.name();
    }
    if (!problem.empty()) {
        const std::string id = top.type() == TypeCode::Struct ? top.id() : std::string();
        problem = "type '" + (id.empty() ? std::string(top.type().name()) : id) + "' with " + problem;
        return;
    }
    struct Wanted {
        Value field;
        Role role;
    };
    std::vector<Wanted> wanted{{value_field, value_role},
                               {top["alarm.severity"], SEVERITY},
                               {top["alarm.status"], STATUS},
                               {top["alarm.message"], MESSAGE},
                               {top["timeStamp.secondsPastEpoch"], SECONDS},
                               {top["timeStamp.nanoseconds"], NANOSECONDS},
                               {top["display"], METADATA},
                               {top["control"], METADATA},
                               {top["valueAlarm"], METADATA}};
    if (kind == PVX_KIND_CHOICE)
        wanted.push_back({top[CHOICES_NAME], METADATA});
    size_t place = 0;
    for (auto field : top.iall()) {
        for (auto &each : wanted)
            if (each.field && field.equalInst(each.field))
                steps.push_back({place, each.role});
        place++;
    }
}

namespace {

void take_array(Decoded &decoded, const Value &field) {
    auto &value = decoded.value;
    pvxs::shared_array<const void> memory;
    field.copyOut(&memory, StoreType::Array);
    value.element_type = element_of(field.type());
    value.elements = memory.data();
    value.count = memory.size();
    decoded.array.reset(new pvx_array{std::move(memory)});
    value.array = decoded.array.get();
}

// The number of a structure's field, or what stands in where it is missing.
int64_t whole(const Value &top, const char *name, int64_t missing) {
    int64_t number = missing;
    (void)top[name].as(number);
    return number;
}

void read_image(Decoded &decoded, const Value &top) {
    auto &value = decoded.value;
    const auto codec = top["codec.name"];
    if (codec && !codec.as<std::string>().empty())
        throw std::runtime_error("an image packed by '" + codec.as<std::string>() + "'");
    Value chosen;
    if (top[VALUE_NAME].storageType() == StoreType::Compound)
        chosen = top[VALUE_NAME].as<Value>();
    const auto dimensions = top[DIMENSION_NAME].as<pvxs::shared_array<const Value>>();
    if (dimensions.size() > PVX_DIMENSIONS_MAX)
        throw std::runtime_error("an image of " + std::to_string(dimensions.size()) + " dimensions");
    if (!chosen) {
        // Before its first frame.
        value.kind = PVX_KIND_NONE;
        return;
    }
    if (!is_array_of_elements(chosen.type()))
        throw std::runtime_error(std::string("an image of type ") + chosen.type().name());
    value.dimension_count = int32_t(dimensions.size());
    for (size_t index = 0; index < dimensions.size(); index++) {
        value.dimensions[index] = int32_t(whole(dimensions[index], "size", 0));
        value.origins[index] = int32_t(whole(dimensions[index], "offset", 0));
        value.steps[index] = int32_t(whole(dimensions[index], "binning", 1));
    }
    if (const auto attributes = top["attribute"]) {
        for (const auto &attribute : attributes.as<pvxs::shared_array<const Value>>()) {
            std::string name;
            if (attribute && attribute["name"].as(name) && name == "ColorMode")
                value.colour_mode = int32_t(whole(attribute, "value", 0));
        }
    }
    // The time of the exposure, where the camera tells it apart from that of the message.
    if (const int64_t seconds = whole(top, "dataTimeStamp.secondsPastEpoch", 0)) {
        value.seconds = seconds;
        value.nanoseconds = int32_t(whole(top, "dataTimeStamp.nanoseconds", 0));
    }
    take_array(decoded, chosen);
}

} // namespace

void Decoded::read(const Layout &layout, const Value &top) {
    value = pvx_value{};
    array.reset();
    value.kind = layout.kind;
    value.element_type = layout.element_type;
    auto fields = top.iall().begin();
    size_t place = 0;
    for (const auto &step : layout.steps) {
        for (; place < step.place; place++)
            ++fields;
        const Value field = *fields;
        switch (step.role) {
        case Layout::VALUE:
            switch (layout.kind) {
            case PVX_KIND_REAL: field.copyOut(&value.real, StoreType::Real); break;
            case PVX_KIND_INTEGER: field.copyOut(&value.integer, StoreType::Integer); break;
            case PVX_KIND_NATURAL: field.copyOut(&value.natural, StoreType::UInteger); break;
            case PVX_KIND_TRUTH: field.copyOut(&value.truth, StoreType::Bool); break;
            case PVX_KIND_TEXT:
                field.copyOut(&text, StoreType::String);
                value.text = view(text);
                break;
            case PVX_KIND_ARRAY: take_array(*this, field); break;
            default: break;
            }
            break;
        case Layout::CHOICE_INDEX:
            value.choice = field.as<int32_t>();
            break;
        case Layout::SEVERITY: value.severity = field.as<int32_t>(); break;
        case Layout::STATUS: value.status = field.as<int32_t>(); break;
        case Layout::MESSAGE:
            // The library's strings share their bytes: this copies none.
            field.copyOut(&message, StoreType::String);
            value.message = view(message);
            break;
        case Layout::SECONDS: value.seconds = field.as<int64_t>(); break;
        case Layout::NANOSECONDS: value.nanoseconds = field.as<int32_t>(); break;
        case Layout::METADATA:
            if (field.isMarked(true, true))
                value.has_new_metadata = true;
            break;
        }
    }
    if (layout.kind == PVX_KIND_IMAGE)
        read_image(*this, top);
}

namespace {

bool read_number(const Value &top, const char *name, double &number) { return top[name].as(number); }

void read_text(const Value &top, const char *name, std::string &text, pvx_text &shown) {
    (void)top[name].as(text);
    shown = view(text);
}

const char *const LIMITS[4] = {"valueAlarm.lowAlarmLimit", "valueAlarm.lowWarningLimit",
                               "valueAlarm.highWarningLimit", "valueAlarm.highAlarmLimit"};
const char *const SEVERITIES[4] = {"valueAlarm.lowAlarmSeverity", "valueAlarm.lowWarningSeverity",
                                   "valueAlarm.highWarningSeverity", "valueAlarm.highAlarmSeverity"};

} // namespace

Described::Described(const Layout &layout, const Value &top) {
    metadata.kind = layout.kind;
    metadata.element_type = layout.element_type;
    read_text(top, "display.units", unit, metadata.unit);
    read_text(top, "display.description", description, metadata.description);
    read_text(top, "display.format", format, metadata.format);
    metadata.has_display = read_number(top, "display.limitLow", metadata.display_low) &&
                           read_number(top, "display.limitHigh", metadata.display_high);
    metadata.has_precision = top["display.precision"].as(metadata.precision);
    metadata.has_control = read_number(top, "control.limitLow", metadata.control_low) &&
                           read_number(top, "control.limitHigh", metadata.control_high);
    (void)read_number(top, "control.minStep", metadata.control_step);
    metadata.has_value_alarm = bool(top["valueAlarm"]);
    (void)top["valueAlarm.active"].as(metadata.value_alarm_is_active);
    for (int index = 0; index < 4; index++) {
        (void)read_number(top, LIMITS[index], metadata.alarm_limits[index]);
        (void)top[SEVERITIES[index]].as(metadata.alarm_severities[index]);
    }
    (void)read_number(top, "valueAlarm.hysteresis", metadata.hysteresis);
    if (layout.kind == PVX_KIND_CHOICE) {
        const auto labels = top[CHOICES_NAME].as<pvxs::shared_array<const std::string>>();
        choices.assign(labels.begin(), labels.end());
        for (const auto &choice : choices)
            views.push_back(view(choice));
        metadata.choices = views.data();
        metadata.choice_count = views.size();
    }
}

} // namespace pvx

extern "C" void pvx_text_destroy(char *text) { std::free(text); }

extern "C" void pvx_array_destroy(pvx_array *array) { delete array; }

extern "C" pvx_text pvx_array_text(const pvx_array *array, size_t index) {
    return pvx::view(static_cast<const std::string *>(array->memory.data())[index]);
}
