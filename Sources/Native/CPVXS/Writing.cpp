// From flat structures to values of PVXS.
#include "Values.hpp"

#include <pvxs/nt.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

using pvxs::StoreType;
using pvxs::TypeCode;
using pvxs::Value;
namespace members = pvxs::members;

namespace pvx {

namespace {

// Types by the numbers of ONNX.
TypeCode type_of(int32_t element) {
    switch (element) {
    case 1: return TypeCode::Float32;
    case 2: return TypeCode::UInt8;
    case 3: return TypeCode::Int8;
    case 4: return TypeCode::UInt16;
    case 5: return TypeCode::Int16;
    case 6: return TypeCode::Int32;
    case 7: return TypeCode::Int64;
    case 8: return TypeCode::String;
    case 9: return TypeCode::Bool;
    case 11: return TypeCode::Float64;
    case 12: return TypeCode::UInt32;
    case 13: return TypeCode::UInt64;
    default: throw std::runtime_error("element type " + std::to_string(element));
    }
}

const char *union_member(int32_t element) {
    switch (element) {
    case 1: return "floatValue";
    case 2: return "ubyteValue";
    case 3: return "byteValue";
    case 4: return "ushortValue";
    case 5: return "shortValue";
    case 6: return "intValue";
    case 7: return "longValue";
    case 9: return "booleanValue";
    case 11: return "doubleValue";
    case 12: return "uintValue";
    case 13: return "ulongValue";
    default: throw std::runtime_error("an image of element type " + std::to_string(element));
    }
}

void write_image(Value &top, const pvx_value &value, const Memory &memory) {
    auto chosen = top["value->" + std::string(union_member(value.element_type))];
    chosen.copyIn(&memory, StoreType::Array);
    const int64_t bytes = int64_t(value.count) * type_of(value.element_type).size();
    top["codec.name"] = "";
    top["compressedSize"] = bytes;
    top["uncompressedSize"] = bytes;
    auto list = top["dimension"];
    pvxs::shared_array<Value> dimensions(size_t(value.dimension_count));
    for (int32_t index = 0; index < value.dimension_count; index++) {
        auto dimension = list.allocMember();
        dimension["size"] = value.dimensions[index];
        dimension["offset"] = value.origins[index];
        dimension["fullSize"] = value.dimensions[index];
        dimension["binning"] = value.steps[index];
        dimension["reverse"] = false;
        dimensions[size_t(index)] = dimension;
    }
    list = dimensions.freeze();
    auto attributes = top["attribute"];
    if (!attributes)
        return;
    pvxs::shared_array<Value> one(1);
    one[0] = attributes.allocMember();
    one[0]["name"] = "ColorMode";
    one[0]["value"] = value.colour_mode;
    one[0]["descriptor"] = "";
    attributes = one.freeze();
}

} // namespace

Memory adopted(const pvx_value &value, Release release) {
    void *owner = value.owner;
    // From here on it is released whatever happens.
    std::shared_ptr<void> owned(owner, [release](void *owner) {
        if (owner != nullptr)
            release(owner);
    });
    const bool has_elements = value.kind == PVX_KIND_ARRAY || value.kind == PVX_KIND_IMAGE;
    if (!has_elements)
        return Memory();
    const auto type = type_of(value.element_type).arrayOf().arrayType();
    if (value.count == 0)
        return Memory(type);
    if (value.element_type == 8) {
        pvxs::shared_array<std::string> texts(value.count);
        for (size_t index = 0; index < value.count; index++)
            texts[index] = string(value.texts[index]);
        return texts.freeze().castTo<const void>();
    }
    return Memory(value.elements, [owned](const void *) mutable { owned.reset(); }, value.count, type);
}

void write_value(const Layout &layout, Value &top, const pvx_value &value, const Memory &memory) {
    switch (layout.kind) {
    case PVX_KIND_REAL: top["value"].copyIn(&value.real, StoreType::Real); break;
    case PVX_KIND_INTEGER: top["value"].copyIn(&value.integer, StoreType::Integer); break;
    case PVX_KIND_NATURAL: top["value"].copyIn(&value.natural, StoreType::UInteger); break;
    case PVX_KIND_TRUTH: top["value"].copyIn(&value.truth, StoreType::Bool); break;
    case PVX_KIND_TEXT: top["value"] = string(value.text); break;
    case PVX_KIND_CHOICE: top["value.index"] = value.choice; break;
    case PVX_KIND_ARRAY: top["value"].copyIn(&memory, StoreType::Array); break;
    case PVX_KIND_IMAGE: write_image(top, value, memory); break;
    case PVX_KIND_NONE: break;
    }
}

void write_all(const Layout &layout, Value &top, const pvx_value &value, const Memory &memory, Told &told) {
    // A field that is posted costs more than a look at it, here and at every client.
    const bool is_first = !told.is_known;
    const bool is_same_message = told.message.size() == value.message.count &&
                                 std::equal(told.message.begin(), told.message.end(), value.message.bytes);
    auto fields = top.iall().begin();
    size_t place = 0;
    for (const auto &step : layout.steps) {
        for (; place < step.place; place++)
            ++fields;
        switch (step.role) {
        case Layout::VALUE:
            if (value.kind == PVX_KIND_NONE)
                break;
            if (layout.kind == PVX_KIND_REAL)
                (*fields).copyIn(&value.real, StoreType::Real);
            else
                write_value(layout, top, value, memory);
            break;
        case Layout::CHOICE_INDEX:
            if (value.kind != PVX_KIND_NONE)
                (*fields).from(value.choice);
            break;
        case Layout::SEVERITY:
            if (is_first || told.severity != value.severity)
                (*fields).from(value.severity);
            break;
        case Layout::STATUS:
            if (is_first || told.status != value.status)
                (*fields).from(value.status);
            break;
        case Layout::MESSAGE:
            if (is_first || !is_same_message)
                (*fields).from(string(value.message));
            break;
        case Layout::SECONDS:
            if (is_first || told.seconds != value.seconds)
                (*fields).from(value.seconds);
            break;
        case Layout::NANOSECONDS: (*fields).from(value.nanoseconds); break;
        case Layout::METADATA: break;
        }
    }
    if (layout.kind == PVX_KIND_IMAGE) {
        top["dataTimeStamp.secondsPastEpoch"] = value.seconds;
        top["dataTimeStamp.nanoseconds"] = value.nanoseconds;
    }
    told.severity = value.severity;
    told.status = value.status;
    if (!is_same_message)
        told.message = string(value.message);
    told.seconds = value.seconds;
    told.is_known = true;
}

namespace {

pvxs::TypeDef display(const pvx_metadata &metadata, TypeCode number, bool is_number) {
    pvxs::TypeDef made(TypeCode::Struct, {});
    if (is_number)
        made += {pvxs::Member(number, "limitLow"), pvxs::Member(number, "limitHigh")};
    made += {members::String("description")};
    if (is_number)
        made += {members::String("format")};
    made += {members::String("units")};
    if (is_number && metadata.has_precision)
        made += {members::Int32("precision")};
    return made;
}

pvxs::TypeDef value_alarm(TypeCode number) {
    using namespace members;
    return pvxs::TypeDef(TypeCode::Struct,
                         {Bool("active"), pvxs::Member(number, "lowAlarmLimit"), pvxs::Member(number, "lowWarningLimit"),
                          pvxs::Member(number, "highWarningLimit"), pvxs::Member(number, "highAlarmLimit"),
                          Int32("lowAlarmSeverity"), Int32("lowWarningSeverity"), Int32("highWarningSeverity"),
                          Int32("highAlarmSeverity"), Float64("hysteresis")});
}

void fill(Value &made, const pvx_metadata &metadata) {
    const auto set = [&made](const char *name, double number) {
        if (auto field = made[name])
            field = number;
    };
    if (auto unit = made["display.units"])
        unit = string(metadata.unit);
    if (auto description = made["display.description"])
        description = string(metadata.description);
    if (auto format = made["display.format"])
        format = string(metadata.format);
    if (metadata.has_display) {
        set("display.limitLow", metadata.display_low);
        set("display.limitHigh", metadata.display_high);
    }
    if (metadata.has_precision)
        set("display.precision", metadata.precision);
    if (metadata.has_control) {
        set("control.limitLow", metadata.control_low);
        set("control.limitHigh", metadata.control_high);
        set("control.minStep", metadata.control_step);
    }
    if (auto alarm = made["valueAlarm"]) {
        const char *const limits[] = {"lowAlarmLimit", "lowWarningLimit", "highWarningLimit", "highAlarmLimit"};
        const char *const severities[] = {"lowAlarmSeverity", "lowWarningSeverity", "highWarningSeverity",
                                          "highAlarmSeverity"};
        alarm["active"] = metadata.value_alarm_is_active;
        for (int index = 0; index < 4; index++) {
            alarm[limits[index]] = metadata.alarm_limits[index];
            alarm[severities[index]] = metadata.alarm_severities[index];
        }
        alarm["hysteresis"] = metadata.hysteresis;
    }
}

} // namespace

Value prototype(const pvx_metadata &metadata) {
    pvxs::TypeDef type;
    const bool has_text = metadata.unit.count + metadata.description.count + metadata.format.count > 0;
    const bool is_shown = has_text || metadata.has_display || metadata.has_precision;
    if (metadata.kind == PVX_KIND_IMAGE) {
        type = pvxs::nt::NTNDArray{}.build();
    } else if (metadata.kind == PVX_KIND_CHOICE) {
        type = pvxs::nt::NTEnum{}.build();
    } else {
        const auto code = type_of(metadata.element_type);
        type = pvxs::nt::NTScalar{metadata.kind == PVX_KIND_ARRAY ? code.arrayOf() : code}.build();
    }
    if (metadata.kind != PVX_KIND_IMAGE) {
        const bool has_elements = metadata.kind != PVX_KIND_CHOICE;
        const auto number = has_elements ? type_of(metadata.element_type) : TypeCode(TypeCode::Int32);
        const bool is_number =
            has_elements && (number.kind() == pvxs::Kind::Integer || number.kind() == pvxs::Kind::Real);
        if (is_shown)
            type += {display(metadata, number, is_number).as("display")};
        if (metadata.has_control && is_number)
            type += {pvxs::TypeDef(TypeCode::Struct, {pvxs::Member(number, "limitLow"),
                                                      pvxs::Member(number, "limitHigh"),
                                                      pvxs::Member(number, "minStep")})
                         .as("control")};
        if (metadata.has_value_alarm && is_number)
            type += {value_alarm(number).as("valueAlarm")};
    }
    auto made = type.create();
    fill(made, metadata);
    if (metadata.kind == PVX_KIND_CHOICE) {
        pvxs::shared_array<std::string> labels(metadata.choice_count);
        for (size_t index = 0; index < metadata.choice_count; index++)
            labels[index] = string(metadata.choices[index]);
        made["value.choices"] = labels.freeze();
    }
    return made;
}

} // namespace pvx
