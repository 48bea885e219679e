// Images of 16 bits: a camera, and a client that sums them in C++.
#include "CPVAFloor.h"
#include "Common.hpp"

#include <atomic>
#include <thread>
#include <vector>

using namespace pvxs;
using namespace pvf;

namespace {

// As many as PVXS may still be sending from, and some more.
enum { FRAMES = 16 };

shared_array<const void> frame(size_t count, size_t number) {
    shared_array<uint16_t> pixels(count);
    for (size_t index = 0; index < count; index++)
        pixels[index] = uint16_t(index * 2654435761u >> 16);
    // No two frames in a row have the same sum.
    pixels[0] = uint16_t(number);
    return pixels.freeze().castTo<const void>();
}

uint64_t sum(const uint16_t *pixels, size_t count) {
    uint64_t sum = 0;
    for (size_t index = 0; index < count; index++)
        sum += pixels[index];
    return sum;
}

} // namespace

extern "C" void pvf_camera(int width, int height, double rate) {
    auto made = server::Config::isolated().build();
    auto camera = server::SharedPV::buildReadonly();
    const auto prototype = nt::NTNDArray{}.create();
    const size_t count = size_t(width) * size_t(height);
    std::vector<shared_array<const void>> frames;
    for (size_t number = 0; number < FRAMES; number++)
        frames.push_back(frame(count, number));
    const auto fill = [&](size_t number) {
        auto update = prototype.cloneEmpty();
        update["value->ushortValue"] = frames[number % FRAMES].castTo<const uint16_t>();
        auto dimensions = update["dimension"];
        shared_array<Value> sizes(2);
        for (int index = 0; index < 2; index++) {
            sizes[index] = dimensions.allocMember();
            sizes[index]["size"] = index == 0 ? width : height;
            sizes[index]["fullSize"] = index == 0 ? width : height;
            sizes[index]["binning"] = 1;
        }
        dimensions = sizes.freeze();
        update["compressedSize"] = int64_t(count * 2);
        update["uncompressedSize"] = int64_t(count * 2);
        update["uniqueId"] = int32_t(number);
        update["timeStamp.secondsPastEpoch"] = int64_t(1700000000) + int64_t(number);
        return update;
    };
    camera.open(fill(0));
    made.addPV("CAM", camera);
    made = started(made);
    std::atomic<bool> is_ended{false};
    std::thread waiting([&] {
        wait_for_end();
        is_ended = true;
    });
    for (size_t number = 1; !is_ended; number++) {
        camera.post(fill(number));
        usleep(useconds_t(1e6 / rate));
    }
    waiting.join();
}

extern "C" uint64_t pvf_sum_images(int port, double seconds, double *cpu) {
    auto context = connected(port);
    std::atomic<uint64_t> frames{0}, total{0};
    auto watched = context.monitor("CAM")
                       .event([&](client::Subscription &subscription) {
                           while (auto update = subscription.pop()) {
                               const auto pixels = update["value"].as<shared_array<const uint16_t>>();
                               total += sum(pixels.data(), pixels.size());
                               frames++;
                           }
                       })
                       .exec();
    while (frames == 0)
        usleep(1000);
    const double before = pvf_cpu();
    const uint64_t first = frames;
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    *cpu = pvf_cpu() - before;
    const uint64_t result = frames - first;
    watched->cancel();
    return total > 0 ? result : 0;
}

extern "C" uint64_t pvf_count_numbers(int port, const char *name, double seconds) {
    auto context = connected(port);
    std::atomic<uint64_t> changes{0};
    double last = -1;
    auto watched = context.monitor(name)
                       .event([&](client::Subscription &subscription) {
                           while (auto update = subscription.pop()) {
                               const double number = update["value"].as<double>();
                               if (number != last && number > 0)
                                   changes++;
                               last = number;
                           }
                       })
                       .exec();
    const auto start = Clock::now();
    while (changes == 0 && seconds_since(start) < 5)
        usleep(1000);
    const uint64_t first = changes;
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    const uint64_t result = changes - first;
    watched->cancel();
    return result;
}

extern "C" double pvf_first_value(int port, const char *name, double patience) {
    const auto start = Clock::now();
    auto context = connected(port);
    try {
        return context.get(name).exec()->wait(patience)["value"].as<double>();
    } catch (const std::exception &) {
        return -seconds_since(start);
    }
}
