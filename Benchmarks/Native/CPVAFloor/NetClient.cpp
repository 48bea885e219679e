// Puts into the inputs of a server of the net, and sees when what came of it arrives.
#include "CPVAFloor.h"
#include "Common.hpp"

#include <epicsEvent.h>

#include <array>
#include <atomic>
#include <mutex>
#include <vector>

using namespace pvxs;
using namespace pvf;

namespace {

enum { INPUTS = PVF_NET_INPUTS, OUTPUTS = PVF_NET_OUTPUTS };

const double PATIENCE = 5;

struct Driver {
    // First, so that they outlive whatever calls back.
    epicsEvent rung, done;
    // The newest of every output, the sum being the last.
    std::array<std::atomic<double>, OUTPUTS + 1> seen{};
    std::atomic<uint64_t> updates{0};
    std::array<double, INPUTS> x{};
    uint64_t count = 0;
    Value type;
    client::Context context;
    std::array<std::shared_ptr<client::Operation>, INPUTS> puts;
    std::vector<std::shared_ptr<client::Subscription>> watched;

    explicit Driver(int port) : context(connected(port)) {
        for (int index = 0; index <= OUTPUTS; index++) {
            const auto name = index == OUTPUTS ? std::string("SUM") : "Y" + std::to_string(index);
            seen[index] = -1;
            watched.push_back(context.monitor(name)
                                  .event([this, index](client::Subscription &subscription) {
                                      while (auto update = subscription.pop()) {
                                          if (index == OUTPUTS)
                                              updates++;
                                          seen[index] = update["value"].as<double>();
                                      }
                                      if (index == OUTPUTS)
                                          rung.signal();
                                  })
                                  .exec());
        }
        type = context.get("X0").exec()->wait(PATIENCE);
        for (int index = 0; index < INPUTS; index++) {
            puts[index] = context.put("X" + std::to_string(index))
                              .fetchPresent(false)
                              .autoExec(false)
                              .onInit([this](const Value &) { done.signal(); })
                              .exec();
            if (!done.wait(PATIENCE))
                throw std::runtime_error("a put was not connected in time");
        }
    }

    // Multiples of 1/1024, whose sums are exact.
    double next() { return double(++count % 1021) / 1024; }

    double sum() const {
        double sum = 0;
        for (const double number : x)
            sum += number;
        return sum;
    }

    void put(int index, std::function<void(client::Result &&)> then) {
        auto update = type.cloneEmpty();
        x[index] = next();
        update["value"] = x[index];
        puts[index]->reExecPut(update, std::move(then));
    }

    bool wait_for_sum() {
        const auto start = Clock::now();
        while (seen[OUTPUTS] != sum()) {
            if (seconds_since(start) > PATIENCE)
                return false;
            rung.wait(0.1);
        }
        return true;
    }

    // Waits until nothing comes any more: on the way through a queue the sum may be right by chance.
    bool wait_for_last() {
        for (uint64_t before = updates; wait_for_sum(); before = updates) {
            usleep(200000);
            if (updates == before && seen[OUTPUTS] == sum())
                return true;
        }
        return false;
    }

    bool round(int index) {
        put(index, [this](client::Result &&result) {
            (void)result();
            done.signal();
        });
        return wait_for_sum() && done.wait(PATIENCE);
    }
};

template <typename Body> bool guarded(const Body &body) {
    try {
        if (body())
            return true;
        std::fprintf(stderr, "net client: expected the sum of what was put, found none in time\n");
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "net client: %s\n", problem.what());
    }
    return false;
}

} // namespace

extern "C" bool pvf_net_latency(int port, int rounds, double *microseconds) {
    return guarded([&] {
        Driver driver(port);
        // Every input once, so that all is there.
        for (int index = 0; index < INPUTS; index++)
            driver.put(index, [&](client::Result &&) { driver.done.signal(); }), driver.done.wait(PATIENCE);
        if (!driver.wait_for_sum())
            return false;
        for (int round = 0; round < rounds; round++) {
            const auto start = Clock::now();
            if (!driver.round(round % INPUTS))
                return false;
            microseconds[round] = seconds_since(start) * 1e6;
        }
        return true;
    });
}

extern "C" bool pvf_net_flood(int port, double seconds, double *puts, double *updates, double *outputs) {
    return guarded([&] {
        Driver driver(port);
        std::atomic<uint64_t> taken{0}, refused{0};
        std::atomic<int> flying{0};
        std::atomic<bool> is_over{false};
        std::function<void(int)> again = [&](int index) {
            driver.put(index, [&, index](client::Result &&result) {
                (result.error() ? refused : taken)++;
                if (is_over)
                    flying--;
                else
                    again(index);
            });
        };
        flying = INPUTS;
        const auto start = Clock::now();
        for (int index = 0; index < INPUTS; index++)
            again(index);
        usleep(useconds_t(seconds * 1e6));
        const double elapsed = seconds_since(start);
        *puts = double(taken) / elapsed;
        *updates = double(driver.updates) / elapsed;
        is_over = true;
        for (int turn = 0; flying > 0 && turn < 5000; turn++)
            usleep(1000);
        if (flying > 0)
            throw std::runtime_error("a put was not answered");
        // A server with a queue refuses when it is full; the last put of each is to be taken.
        for (int index = 0, turn = 0; refused > 0 && index < INPUTS; index++) {
            std::atomic<bool> is_taken{false};
            for (; !is_taken && turn < 5000; turn++) {
                driver.put(index, [&](client::Result &&result) {
                    is_taken = !result.error();
                    driver.done.signal();
                });
                driver.done.wait(PATIENCE);
                if (!is_taken)
                    usleep(1000);
            }
        }
        // The last value always arrives, whatever was left out before.
        if (!driver.wait_for_last())
            return false;
        for (int index = 0; index < OUTPUTS; index++)
            outputs[index] = driver.seen[index];
        for (int index = 0; index < INPUTS; index++)
            outputs[OUTPUTS + index] = driver.x[index];
        return true;
    });
}

extern "C" bool pvf_net_evaluate(int port, const double *inputs, double *outputs) {
    return guarded([&] {
        Driver driver(port);
        for (int index = 0; index < INPUTS; index++) {
            auto update = driver.type.cloneEmpty();
            driver.x[index] = inputs[index];
            update["value"] = inputs[index];
            driver.puts[index]->reExecPut(update, [&](client::Result &&) { driver.done.signal(); });
            driver.done.wait(PATIENCE);
        }
        if (!driver.wait_for_last())
            return false;
        for (int index = 0; index < OUTPUTS; index++)
            outputs[index] = driver.seen[index];
        return true;
    });
}
