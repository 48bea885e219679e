// A number that is put again and again: the operation is begun once.
#include "Client.hpp"

#include <condition_variable>
#include <mutex>
#include <stdexcept>

using pvxs::Value;
namespace client = pvxs::client;

namespace {

// What the first answer of the server tells: the type to be filled, or why there is none.
struct Beginning {
    std::mutex lock;
    std::condition_variable bell;
    Value type;
    std::string problem;
    bool is_over = false;

    void finish(const Value &found, const std::string &why) {
        const std::lock_guard<std::mutex> guard(lock);
        if (is_over)
            return;
        type = found;
        problem = why;
        is_over = true;
        bell.notify_all();
    }
};

} // namespace

struct pvx_writer {
    Value type;
    std::shared_ptr<client::Operation> operation;
};

extern "C" char *pvx_writer_create(pvx_client *client, const char *name, double patience, pvx_writer **out) {
    try {
        const auto beginning = std::make_shared<Beginning>();
        auto operation = client->context.put(name)
                             .fetchPresent(false)
                             .autoExec(false)
                             .onInit([beginning](const Value &type) { beginning->finish(type, ""); })
                             .result([beginning](client::Result &&result) {
                                 try {
                                     (void)result();
                                 } catch (...) {
                                     beginning->finish(Value(), pvx::current_problem());
                                 }
                             })
                             .exec();
        std::unique_lock<std::mutex> guard(beginning->lock);
        beginning->bell.wait_for(guard, std::chrono::duration<double>(patience), [&] { return beginning->is_over; });
        if (!beginning->is_over)
            throw std::runtime_error("no answer");
        if (!beginning->problem.empty())
            throw std::runtime_error(beginning->problem);
        const pvx::Layout layout(beginning->type);
        if (!layout.problem.empty())
            throw std::runtime_error(layout.problem);
        switch (layout.kind) {
        case PVX_KIND_REAL:
        case PVX_KIND_INTEGER:
        case PVX_KIND_NATURAL: break;
        default: throw std::runtime_error("a variable that is no number");
        }
        *out = new pvx_writer{beginning->type, std::move(operation)};
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" char *pvx_writer_put(pvx_writer *writer, double number, pvx_written_callback done, void *context) {
    try {
        auto update = writer->type.cloneEmpty();
        update["value"] = number;
        writer->operation->reExecPut(update, [done, context](client::Result &&result) {
            const pvx::Calling calling;
            try {
                (void)result();
            } catch (...) {
                const auto problem = pvx::current_problem();
                const auto shown = pvx::view(problem);
                done(context, &shown);
                return;
            }
            done(context, nullptr);
        });
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" void pvx_writer_destroy(pvx_writer *writer) {
    if (writer == nullptr)
        return;
    pvx::cancel(*writer->operation);
    delete writer;
}
