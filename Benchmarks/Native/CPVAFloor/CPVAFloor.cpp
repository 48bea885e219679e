#include "CPVAFloor.h"

#include "Common.hpp"

#include <sys/resource.h>

#include <atomic>
#include <thread>

using namespace pvxs;
using namespace pvf;

extern "C" double pvf_cpu(void) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

extern "C" void pvf_source(int count, double rate) {
    auto made = server::Config::isolated().build();
    const auto prototype = nt::NTScalar{TypeCode::Float64, true}.create();
    std::vector<server::SharedPV> all;
    for (int index = 0; index < count; index++) {
        all.push_back(server::SharedPV::buildReadonly());
        all.back().open(prototype);
        made.addPV("P" + std::to_string(index), all.back());
    }
    made = started(made);
    std::atomic<bool> is_ended{false};
    std::atomic<size_t> posted{0};
    std::thread waiting([&] {
        // A byte asks what was sent to clients so far.
        char byte;
        while (read(0, &byte, 1) > 0) {
            size_t bytes = 0;
            for (const auto &connection : made.report(false).connections)
                bytes += connection.tx;
            std::printf("%zu %zu\n", size_t(posted), bytes);
            std::fflush(stdout);
        }
        is_ended = true;
    });
    const auto start = Clock::now();
    for (uint64_t sent = 0; !is_ended;) {
        // In strokes of a millisecond.
        const auto due = uint64_t(seconds_since(start) * rate);
        for (; sent < due && !is_ended; sent++) {
            auto update = prototype.cloneEmpty();
            set(update, double(sent));
            all[sent % all.size()].post(update);
        }
        posted = sent;
        usleep(1000);
    }
    waiting.join();
}

extern "C" uint64_t pvf_count(int port, int count, double seconds, double *cpu) {
    auto context = connected(port);
    std::atomic<uint64_t> seen{0}, known{0};
    std::vector<std::shared_ptr<client::Subscription>> all;
    for (int index = 0; index < count; index++) {
        auto is_known = std::make_shared<bool>(false);
        all.push_back(context.monitor("P" + std::to_string(index))
                          .event([&, is_known](client::Subscription &subscription) {
                              while (subscription.pop()) {
                                  seen++;
                                  if (!*is_known) {
                                      *is_known = true;
                                      known++;
                                  }
                              }
                          })
                          .exec());
    }
    while (known < uint64_t(count))
        usleep(1000);
    const double before = pvf_cpu();
    const uint64_t first = seen;
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    *cpu = pvf_cpu() - before;
    const uint64_t result = seen - first;
    all.clear();
    return result;
}

extern "C" void pvf_echo(void) {
    const auto prototype = nt::NTScalar{TypeCode::Float64}.create();
    auto in = server::SharedPV::buildReadonly(), out = server::SharedPV::buildReadonly();
    in.onPut([&](server::SharedPV &pv, std::unique_ptr<server::ExecOp> &&operation, Value &&value) {
        const double number = value["value"].as<double>();
        for (auto *each : {&pv, &out}) {
            auto update = prototype.cloneEmpty();
            set(update, number);
            each->post(update);
        }
        operation->reply();
    });
    in.open(prototype);
    out.open(prototype);
    auto made = started(server::Config::isolated().build().addPV("IN", in).addPV("OUT", out));
    wait_for_end();
}

extern "C" void pvf_round_trips(int port, int rounds, double *microseconds) {
    auto context = connected(port);
    std::atomic<double> seen{-1};
    epicsEvent rung;
    auto watched = context.monitor("OUT")
                       .event([&](client::Subscription &subscription) {
                           while (auto update = subscription.pop())
                               seen = update["value"].as<double>();
                           rung.signal();
                       })
                       .exec();
    rung.wait(10);
    // The connection of a put is made once, as that of the monitor is.
    Value type = context.get("IN").exec()->wait(10);
    epicsEvent done;
    auto put = context.put("IN")
                   .fetchPresent(false)
                   .autoExec(false)
                   .onInit([&](const Value &) { done.signal(); })
                   .exec();
    done.wait(10);
    for (int round = 0; round < rounds; round++) {
        const auto start = Clock::now();
        auto update = type.cloneEmpty();
        update["value"] = double(round + 1);
        put->reExecPut(update, [&](client::Result &&) { done.signal(); });
        while (seen != double(round + 1))
            rung.wait(1);
        microseconds[round] = seconds_since(start) * 1e6;
        done.wait(10);
    }
}

extern "C" double pvf_post(int rounds, bool is_watched) {
    auto pv = server::SharedPV::buildReadonly();
    const auto prototype = nt::NTScalar{TypeCode::Float64}.create();
    pv.open(prototype);
    auto made = server::Config::isolated().build().addPV("P", pv);
    made.start();
    auto context = made.clientConfig().build();
    epicsEvent rung;
    std::shared_ptr<client::Subscription> watched;
    if (is_watched) {
        watched = context.monitor("P")
                      .event([&](client::Subscription &subscription) {
                          while (subscription.pop()) {
                          }
                          rung.signal();
                      })
                      .exec();
        rung.wait(10);
    }
    const auto start = Clock::now();
    for (int round = 0; round < rounds; round++) {
        auto update = prototype.cloneEmpty();
        set(update, double(round));
        pv.post(update);
    }
    return seconds_since(start) / rounds * 1e9;
}
