// A monitor: what is in the queue of PVXS becomes callbacks, on one thread at a time.
//
// The worker of PVXS says that the queue is not empty any more, and reads it. Where the other side is full, the rest
// stays in the queue until `pvx_monitor_resume`, which reads on its own thread; meanwhile PVXS merges what does not fit
// into the last value, so that the newest is never lost. The pipelining of the protocol is not used: a server of PVXS
// 1.5.3 whose window was used up does not look at its queue when it is acknowledged, so that the last value of a burst
// stays there until somebody posts again.
#include "Client.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

using pvxs::Value;
namespace client = pvxs::client;

namespace {

class Reader : public std::enable_shared_from_this<Reader> {
public:
    Reader(bool newest_only, uint32_t limit, const pvx_monitor_callbacks &callbacks, void *context)
        : newest_only(newest_only), limit(limit), callbacks(callbacks), context(context) {}

    void read(client::Subscription &subscription) {
        {
            const std::lock_guard<std::mutex> guard(lock);
            if (is_ended)
                return;
            if (is_busy) {
                is_asked_again = true;
                return;
            }
            is_busy = true;
            reader = std::this_thread::get_id();
        }
        for (;;) {
            while (read_batch(subscription)) {
            }
            const std::lock_guard<std::mutex> guard(lock);
            if (is_asked_again && !is_ended) {
                is_asked_again = false;
                continue;
            }
            is_busy = false;
            idle.notify_all();
            return;
        }
    }

    void resume(client::Subscription &subscription) {
        {
            const std::lock_guard<std::mutex> guard(lock);
            resumed++;
            is_full = false;
        }
        read(subscription);
    }

    // Waits for the callback that runs, unless it is this thread's.
    void end() {
        std::unique_lock<std::mutex> guard(lock);
        is_ended = true;
        idle.wait(guard, [this] { return !is_busy || reader == std::this_thread::get_id(); });
    }

private:
    const bool newest_only;
    const uint32_t limit;
    const pvx_monitor_callbacks callbacks;
    void *const context;

    std::mutex lock;
    std::condition_variable idle;
    bool is_busy = false, is_asked_again = false;
    // Written under the lock; read for every value without it.
    std::atomic<bool> is_full{false}, is_ended{false};
    std::atomic<uint64_t> resumed{0};
    std::thread::id reader;

    // Only by whoever is busy.
    std::vector<Value> batch;
    size_t next = 0;
    bool is_queue_empty = true;
    pvx::Layout layout;
    pvx::Decoded decoded;
    std::string peer;
    // Between a connection and its first value nothing is known of the type.
    bool is_new = true, is_told = false, is_refused = false;
    uint64_t skipped = 0;

    bool may_go_on() const { return !is_ended && !is_full; }

    // Hands over what was taken from the queue, or takes more. Returns whether there may be more to do.
    bool read_batch(client::Subscription &subscription) {
        if (!may_go_on())
            return false;
        if (next < batch.size()) {
            if (newest_only && batch.size() - next > 1) {
                skipped += batch.size() - next - 1;
                next = batch.size() - 1;
            }
            const Value value = std::move(batch[next++]);
            if (!is_refused)
                hand_over(value);
            return true;
        }
        // The values go back to where PVXS takes new ones from.
        batch.clear();
        next = 0;
        try {
            is_queue_empty = !subscription.pop(batch, limit);
            if (batch.size() >= limit) {
                client::SubscriptionStat stat;
                subscription.stats(stat, true);
                skipped += stat.nCliSquash;
            }
        } catch (const client::Connected &connected) {
            peer = connected.peerName;
            is_new = true;
            is_refused = false;
            is_queue_empty = false;
        } catch (const client::Finished &) {
            is_queue_empty = false;
            tell_disconnected();
            callbacks.stopped(context);
        } catch (const client::Disconnect &) {
            is_queue_empty = false;
            tell_disconnected();
        } catch (...) {
            is_queue_empty = false;
            refuse(pvx::current_problem());
            callbacks.stopped(context);
        }
        return !batch.empty() || !is_queue_empty;
    }

    void tell_disconnected() {
        is_new = true;
        skipped = 0;
        if (is_told)
            callbacks.disconnected(context);
        is_told = false;
    }

    void refuse(const std::string &problem) {
        is_refused = true;
        is_told = true;
        callbacks.refused(context, pvx::view(problem));
    }

    void hand_over(const Value &value) {
        const bool is_first = is_new;
        try {
            if (is_first) {
                layout = pvx::Layout(value);
                is_new = false;
                if (!layout.problem.empty()) {
                    refuse(layout.problem);
                    return;
                }
            }
            decoded.read(layout, value);
            decoded.value.skipped = skipped;
            skipped = 0;
            if (!is_first && !decoded.value.has_new_metadata) {
                deliver(nullptr);
                return;
            }
            const pvx::Described described(layout, value);
            if (is_first) {
                is_told = true;
                callbacks.connected(context, pvx::view(peer));
            }
            deliver(&described.metadata);
        } catch (...) {
            // The next value may be readable again.
            const auto problem = pvx::current_problem();
            callbacks.refused(context, pvx::view(problem));
        }
    }

    void deliver(const pvx_metadata *metadata) {
        if (is_ended)
            return;
        const uint64_t before = resumed;
        // It takes the memory of an array over.
        (void)decoded.array.release();
        if (callbacks.value(context, &decoded.value, metadata))
            return;
        const std::lock_guard<std::mutex> guard(lock);
        // Whoever made room since need not ask again.
        is_full = resumed == before;
    }
};

} // namespace

struct pvx_monitor {
    client::Context context;
    const std::string name;
    const uint32_t queue;
    const std::shared_ptr<Reader> reader;

    std::mutex lock;
    std::shared_ptr<client::Subscription> subscription;

    pvx_monitor(const client::Context &context, const char *name, uint32_t queue, std::shared_ptr<Reader> reader)
        : context(context), name(name), queue(queue), reader(std::move(reader)) {}

    void subscribe() {
        auto reader = this->reader;
        auto made = context.monitor(name)
                        .record("queueSize", queue)
                        .maskConnected(false)
                        .maskDisconnected(false)
                        .event([reader](client::Subscription &subscription) {
                            const pvx::Calling calling;
                            // A callback may end the monitor, and this function with it.
                            const auto kept = reader;
                            kept->read(subscription);
                        })
                        .exec();
        const std::lock_guard<std::mutex> guard(lock);
        subscription.swap(made);
    }

    std::shared_ptr<client::Subscription> current() {
        const std::lock_guard<std::mutex> guard(lock);
        return subscription;
    }
};

extern "C" char *pvx_monitor_create(pvx_client *client, const char *name, bool newest_only, uint32_t queue,
                                    const pvx_monitor_callbacks *callbacks, void *context, pvx_monitor **out) {
    try {
        auto reader = std::make_shared<Reader>(newest_only, queue, *callbacks, context);
        std::unique_ptr<pvx_monitor> monitor(new pvx_monitor(client->context, name, queue, std::move(reader)));
        monitor->subscribe();
        *out = monitor.release();
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" void pvx_monitor_resume(pvx_monitor *monitor) {
    // They outlive this call, even when a callback ends the monitor.
    const auto reader = monitor->reader;
    const auto subscription = monitor->current();
    reader->resume(*subscription);
}

extern "C" void pvx_monitor_renew(pvx_monitor *monitor) {
    try {
        monitor->subscribe();
    } catch (...) {
        // The context is gone: nothing will ever come.
    }
}

extern "C" void pvx_monitor_end(pvx_monitor *monitor) {
    monitor->reader->end();
    try {
        // "Blocks until any in-progress callback has completed." (PVXS, client.h)
        monitor->current()->cancel();
    } catch (...) {
        // The context is gone, and with it whatever could call back.
    }
}

extern "C" void pvx_monitor_destroy(pvx_monitor *monitor) { delete monitor; }
