#ifndef C_PVXS_CLIENT_HPP
#define C_PVXS_CLIENT_HPP

// Several updates are taken from a queue at once.
#define PVXS_ENABLE_EXPERT_API

#include "Values.hpp"

#include <pvxs/client.h>

namespace pvx {
/// While a callback runs on a thread of the library: what it is the last to hold cannot be taken apart there.
class Calling {
public:
    Calling() { depth()++; }
    ~Calling() { depth()--; }
    Calling(const Calling &) = delete;
    Calling &operator=(const Calling &) = delete;

    static bool is_here() { return depth() > 0; }

private:
    static int &depth() {
        static thread_local int depth = 0;
        return depth;
    }
};

/// Ends an operation; afterwards nothing of it calls back.
inline void cancel(pvxs::client::Operation &operation) noexcept {
    try {
        // "Blocks until an in-progress callback has completed." (PVXS, client.h)
        operation.cancel();
    } catch (...) {
        // The context is gone, and with it whatever could call back.
    }
}
} // namespace pvx

struct pvx_client {
    pvxs::client::Context context;
};

#endif
