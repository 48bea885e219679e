// What a client does: contexts, gets, puts. Monitors are in Monitor.cpp.
#include "Client.hpp"

#include <thread>

using pvxs::Value;
namespace client = pvxs::client;

namespace {

client::Config effective(const pvx_client_settings &settings) {
    client::Config::defs_t words;
    client::Config::fromEnv().updateDefs(words);
    if (settings.addresses != nullptr)
        words["EPICS_PVA_ADDR_LIST"] = settings.addresses;
    if (settings.automatic_addresses != nullptr)
        words["EPICS_PVA_AUTO_ADDR_LIST"] = settings.automatic_addresses;
    if (settings.name_servers != nullptr)
        words["EPICS_PVA_NAME_SERVERS"] = settings.name_servers;
    if (settings.server_port >= 0)
        words["EPICS_PVA_SERVER_PORT"] = std::to_string(settings.server_port);
    if (settings.broadcast_port >= 0)
        words["EPICS_PVA_BROADCAST_PORT"] = std::to_string(settings.broadcast_port);
    return client::Config().applyDefs(words);
}

} // namespace

extern "C" char *pvx_client_create(const pvx_client_settings *settings, pvx_client **out) {
    try {
        pvx::quieten();
        *out = new pvx_client{client::Context(effective(*settings))};
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" void pvx_client_destroy(pvx_client *client) {
    if (!pvx::Calling::is_here()) {
        delete client;
        return;
    }
    // A context waits for its threads, and this may be one of them.
    try {
        std::thread([client] { delete client; }).detach();
    } catch (...) {
        // Without a thread it stays: the process has other troubles.
    }
}

extern "C" char *pvx_client_addresses(const pvx_client *client) {
    try {
        const auto &config = client->context.config();
        std::string text;
        for (const auto &address : config.addressList)
            text += (text.empty() ? "" : " ") + address;
        for (const auto &server : config.nameServers)
            text += (text.empty() ? "name server " : ", name server ") + server;
        return pvx::copy(text);
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" void pvx_client_hurry(pvx_client *client) {
    try {
        client->context.hurryUp();
    } catch (...) {
        // It only speeds up what happens anyway.
    }
}

struct pvx_operation {
    std::shared_ptr<client::Operation> operation;
};

struct pvx_filling {
    const pvx::Layout *layout;
    Value *target;
    // Why there is no value; empty when there is.
    std::string problem = "nothing was set";
};

extern "C" char *pvx_get_create(pvx_client *client, const char *name, pvx_get_callback callback, void *context,
                                pvx_operation **out) {
    try {
        auto operation = client->context.get(name)
                             .result([callback, context](client::Result &&result) {
                                 const pvx::Calling calling;
                                 try {
                                     const Value value = result();
                                     const pvx::Layout layout(value);
                                     if (!layout.problem.empty())
                                         throw std::runtime_error(layout.problem);
                                     pvx::Decoded decoded;
                                     decoded.read(layout, value);
                                     const pvx::Described described(layout, value);
                                     (void)decoded.array.release();
                                     callback(context, &decoded.value, &described.metadata, nullptr);
                                 } catch (...) {
                                     const auto problem = pvx::current_problem();
                                     const auto shown = pvx::view(problem);
                                     callback(context, nullptr, nullptr, &shown);
                                 }
                             })
                             .exec();
        *out = new pvx_operation{std::move(operation)};
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" char *pvx_put_create(pvx_client *client, const char *name, bool fetches, const pvx_put_callbacks *callbacks,
                                void *context, pvx_operation **out) {
    try {
        const auto fill = callbacks->fill;
        const auto done = callbacks->done;
        auto operation = client->context.put(name)
                             .fetchPresent(fetches)
                             .build([fill, context](Value &&present) {
                                 const pvx::Calling calling;
                                 const pvx::Layout layout(present);
                                 if (!layout.problem.empty())
                                     throw std::runtime_error(layout.problem);
                                 Value target = present.cloneEmpty();
                                 const pvx::Described described(layout, present);
                                 pvx_filling filling{&layout, &target};
                                 fill(context, &described.metadata, &filling);
                                 if (!filling.problem.empty())
                                     throw std::runtime_error(filling.problem);
                                 return target;
                             })
                             .result([done, context](client::Result &&result) {
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
                             })
                             .exec();
        *out = new pvx_operation{std::move(operation)};
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" void pvx_filling_set(pvx_filling *filling, const pvx_value *value, void (*release)(void *)) {
    try {
        const auto memory = pvx::adopted(*value, release);
        pvx::write_value(*filling->layout, *filling->target, *value, memory);
        filling->problem.clear();
    } catch (...) {
        filling->problem = pvx::current_problem();
    }
}

extern "C" void pvx_filling_refuse(pvx_filling *filling, const char *message) { filling->problem = message; }

extern "C" void pvx_operation_destroy(pvx_operation *operation) {
    if (operation == nullptr)
        return;
    pvx::cancel(*operation->operation);
    delete operation;
}
