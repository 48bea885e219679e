// What the floors and the clients of the benchmarks have in common.
#ifndef C_PVA_FLOOR_COMMON_HPP
#define C_PVA_FLOOR_COMMON_HPP

#define PVXS_ENABLE_EXPERT_API
#include <pvxs/client.h>
#include <pvxs/nt.h>
#include <pvxs/server.h>
#include <pvxs/sharedpv.h>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

namespace pvf {

typedef std::chrono::steady_clock Clock;

inline double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Starts it, and tells whoever started this process where it listens.
inline pvxs::server::Server started(pvxs::server::Server made) {
    made.start();
    std::printf("%d %d\n", made.config().tcp_port, made.config().udp_port);
    std::fflush(stdout);
    return made;
}

inline pvxs::client::Context connected(int port) {
    pvxs::client::Config config;
    config.autoAddrList = false;
    config.nameServers = {"127.0.0.1:" + std::to_string(port)};
    return config.build();
}

inline void set(pvxs::Value &update, double number) {
    update["value"] = number;
    update["alarm.severity"] = 0;
    update["timeStamp.secondsPastEpoch"] = int64_t(1700000000);
    update["timeStamp.nanoseconds"] = 5;
}

inline void wait_for_end() {
    char byte;
    while (read(0, &byte, 1) > 0) {
    }
}

} // namespace pvf

#endif
