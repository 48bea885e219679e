#include "CPVXS.h"

#include <epicsVersion.h>
#include <pvxs/version.h>

#include <cstdio>
#include <string>

namespace {

// `PVXS 1.5.3 (...)` becomes `1.5.3`: the number alone is what a report compares.
std::string number_in(const char *text) {
    std::string all(text == nullptr ? "" : text);
    auto begin = all.find_first_of("0123456789");
    if (begin == std::string::npos)
        return all;
    auto end = all.find_first_not_of("0123456789.", begin);
    return all.substr(begin, end == std::string::npos ? end : end - begin);
}

} // namespace

extern "C" const char *pvx_version(void) {
    try {
        static const std::string version = number_in(pvxs::version_str());
        return version.c_str();
    } catch (...) {
        return "";
    }
}

extern "C" const char *pvx_epics_version(void) { return EPICS_VERSION_SHORT; }

extern "C" bool pvx_is_compatible(void) {
    try {
        return pvxs::version_abi_check();
    } catch (...) {
        return false;
    }
}
