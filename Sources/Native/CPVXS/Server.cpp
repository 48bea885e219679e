// A server of declared variables.
#include "Values.hpp"

#include <pvxs/server.h>
#include <pvxs/sharedpv.h>

#include <cstdlib>
#include <memory>
#include <mutex>
#include <stdexcept>

using pvxs::Value;
namespace server = pvxs::server;

namespace {

server::Config effective(const pvx_server_settings &settings) {
    server::Config::defs_t words;
    server::Config::fromEnv().updateDefs(words);
    const auto is_said = [](const char *name) {
        const char *text = std::getenv(name);
        return text != nullptr && *text != '\0';
    };
    const bool names_interfaces =
        settings.interfaces != nullptr || is_said("EPICS_PVAS_INTF_ADDR_LIST") || is_said("EPICS_PVA_INTF_ADDR_LIST");
    if (!names_interfaces) {
        // Nobody asked for more: nothing leaves this machine.
        words["EPICS_PVAS_INTF_ADDR_LIST"] = "127.0.0.1";
        if (!is_said("EPICS_PVAS_BEACON_ADDR_LIST") && !is_said("EPICS_PVAS_AUTO_BEACON_ADDR_LIST")) {
            words["EPICS_PVAS_BEACON_ADDR_LIST"] = "127.0.0.1";
            words["EPICS_PVAS_AUTO_BEACON_ADDR_LIST"] = "NO";
        }
    }
    if (settings.interfaces != nullptr)
        words["EPICS_PVAS_INTF_ADDR_LIST"] = settings.interfaces;
    else
        // As somebody wrote it: the library has put its own port behind addresses that say none.
        for (const char *name : {"EPICS_PVA_INTF_ADDR_LIST", "EPICS_PVAS_INTF_ADDR_LIST"})
            if (is_said(name))
                words["EPICS_PVAS_INTF_ADDR_LIST"] = std::getenv(name);
    if (settings.beacon_addresses != nullptr)
        words["EPICS_PVAS_BEACON_ADDR_LIST"] = settings.beacon_addresses;
    if (settings.automatic_beacons != nullptr)
        words["EPICS_PVAS_AUTO_BEACON_ADDR_LIST"] = settings.automatic_beacons;
    server::Config config;
    // Before the addresses, which take the port where they say none.
    if (settings.server_port > 0)
        words["EPICS_PVAS_SERVER_PORT"] = std::to_string(settings.server_port);
    if (settings.broadcast_port > 0)
        words["EPICS_PVAS_BROADCAST_PORT"] = std::to_string(settings.broadcast_port);
    config.applyDefs(words);
    // Any free port: text says nothing of the kind, and the library adds its default to the interfaces.
    if (settings.server_port == 0) {
        const auto standard = ":" + std::to_string(config.tcp_port);
        for (auto &interface : config.interfaces)
            if (interface.size() > standard.size() &&
                interface.compare(interface.size() - standard.size(), standard.size(), standard) == 0)
                interface.resize(interface.size() - standard.size());
        config.tcp_port = 0;
    }
    // An address that says a port has that one.
    if (settings.server_port > 0 && !config.interfaces.empty()) {
        const auto &first = config.interfaces.front();
        const auto colon = first.rfind(':');
        const auto port = colon == std::string::npos ? 0 : std::atoi(first.c_str() + colon + 1);
        if (port > 0 && port < 65536 && first.find(':') == colon)
            config.tcp_port = static_cast<unsigned short>(port);
    }
    if (settings.broadcast_port == 0)
        config.udp_port = 0;
    return config;
}

// Lets puts in, one at a time, until the end.
struct Gate {
    std::recursive_mutex lock;
    bool is_ended = false;
};

struct Variable {
    server::SharedPV pv;
    Value prototype;
    pvx::Layout layout;
    // Held from the making of a value until it is posted: what is left out was said by the one before.
    std::recursive_mutex posting;
    pvx::Told told;
    // Counts images, those that were put as well.
    int32_t image = 0;
};

} // namespace

struct pvx_server {
    server::Config wanted;
    server::Server server;
    pvx_server_callbacks callbacks;
    void *context;
    // Guards the list; a variable that was removed is null.
    std::mutex list_lock;
    std::vector<std::shared_ptr<Variable>> variables;
    std::shared_ptr<Gate> gate = std::make_shared<Gate>();

    std::shared_ptr<Variable> variable(size_t index) {
        const std::lock_guard<std::mutex> guard(list_lock);
        auto found = variables.at(index);
        if (!found)
            throw std::runtime_error("it is offered no more");
        return found;
    }

    pvx_server(const server::Config &config, const pvx_server_callbacks &callbacks, void *context)
        : wanted(config), server(config), callbacks(callbacks), context(context) {}

    // Under the lock of the variable.
    Value made(Variable &variable, const pvx_value &value) {
        const auto memory = pvx::adopted(value, callbacks.release);
        // A new one for each post: those who monitor keep what they have not sent.
        Value update = variable.prototype.cloneEmpty();
        pvx::write_all(variable.layout, update, value, memory, variable.told);
        if (variable.layout.kind == PVX_KIND_IMAGE && value.kind != PVX_KIND_NONE)
            update["uniqueId"] = ++variable.image;
        return update;
    }

    void post(Variable &variable, const pvx_value &value) {
        const std::lock_guard<std::recursive_mutex> guard(variable.posting);
        post(variable, made(variable, value));
    }

    // Under the lock of the variable.
    void post(Variable &variable, const Value &update) {
        try {
            variable.pv.post(update);
        } catch (...) {
            // The next one says everything again.
            variable.told.is_known = false;
            throw;
        }
    }
};

struct pvx_batch {
    struct Update {
        std::shared_ptr<Variable> variable;
        std::unique_lock<std::recursive_mutex> lock;
        Value value;
    };

    pvx_server *owner;
    std::vector<Update> updates;
};

struct pvx_put {
    pvx_server *owner;
    Variable *variable;
    server::ExecOp *operation;
    bool is_answered = false;

    void refuse(const std::string &message) {
        if (is_answered)
            return;
        is_answered = true;
        operation->error(message);
    }
};

namespace {

void handle(pvx_server &owner, size_t index, server::ExecOp &operation, const Value &update) {
    pvx_put put{&owner, nullptr, &operation};
    try {
        const auto held = owner.variable(index);
        auto &variable = *held;
        put.variable = &variable;
        if (!update["value"].isMarked(true, true))
            throw std::runtime_error("expected a new value for '" + operation.name() + "', found none");
        pvx::Decoded decoded;
        decoded.read(variable.layout, update);
        (void)decoded.array.release();
        owner.callbacks.put(owner.context, index, pvx::view(operation.peerName()), &decoded.value, &put);
        put.refuse("the server did not answer");
    } catch (...) {
        put.refuse(pvx::current_problem());
    }
}

} // namespace

extern "C" char *pvx_server_create(const pvx_server_settings *settings, const pvx_server_callbacks *callbacks,
                                   void *context, pvx_server **out) {
    try {
        pvx::quieten();
        const auto config = effective(*settings);
        std::unique_ptr<pvx_server> made(new pvx_server(config, *callbacks, context));
        *out = made.release();
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" char *pvx_server_add(pvx_server *owner, const char *name, const pvx_metadata *metadata,
                                const pvx_value *initial, size_t *index_out) {
    try {
        auto variable = std::make_shared<Variable>();
        variable->prototype = pvx::prototype(*metadata);
        variable->layout = pvx::Layout(variable->prototype);
        // What is never written again travels with the first value alone.
        Value first = variable->prototype.clone();
        pvx::write_all(variable->layout, first, *initial, pvx::adopted(*initial, owner->callbacks.release),
                       variable->told);
        size_t index;
        {
            const std::lock_guard<std::mutex> guard(owner->list_lock);
            index = owner->variables.size();
            owner->variables.push_back(variable);
        }
        variable->pv = server::SharedPV::buildReadonly();
        auto gate = owner->gate;
        variable->pv.onPut([gate, owner, index](server::SharedPV &, std::unique_ptr<server::ExecOp> &&operation,
                                                Value &&update) {
            const std::lock_guard<std::recursive_mutex> guard(gate->lock);
            if (gate->is_ended)
                operation->error("the server is closing");
            else
                handle(*owner, index, *operation, update);
        });
        variable->pv.open(first);
        owner->server.addPV(name, variable->pv);
        *index_out = index;
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" void pvx_server_remove(pvx_server *owner, const char *name, size_t index) {
    try {
        std::shared_ptr<Variable> variable;
        {
            const std::lock_guard<std::mutex> guard(owner->list_lock);
            variable = std::move(owner->variables.at(index));
        }
        owner->server.removePV(name);
        if (variable)
            variable->pv.close();
    } catch (...) {
        // It is offered no more in any case.
    }
}

extern "C" char *pvx_server_start(pvx_server *owner) {
    try {
        owner->server.start();
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" int32_t pvx_server_port(const pvx_server *owner) { return owner->server.config().tcp_port; }

extern "C" int32_t pvx_server_broadcast_port(const pvx_server *owner) { return owner->server.config().udp_port; }

extern "C" int32_t pvx_server_wanted_port(const pvx_server *owner) { return owner->wanted.tcp_port; }

extern "C" char *pvx_server_addresses(const pvx_server *owner) {
    try {
        std::string text;
        for (const auto &address : owner->server.config().interfaces)
            text += (text.empty() ? "" : " ") + address;
        return pvx::copy(text);
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" char *pvx_server_post(pvx_server *owner, size_t index, const pvx_value *value) {
    try {
        owner->post(*owner->variable(index), *value);
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" pvx_batch *pvx_batch_create(pvx_server *owner) {
    auto batch = new pvx_batch{owner, {}};
    batch->updates.reserve(8);
    return batch;
}

extern "C" char *pvx_batch_add(pvx_batch *batch, size_t index, const pvx_value *value) {
    try {
        auto variable = batch->owner->variable(index);
        std::unique_lock<std::recursive_mutex> lock(variable->posting);
        auto update = batch->owner->made(*variable, *value);
        batch->updates.push_back({std::move(variable), std::move(lock), std::move(update)});
        return nullptr;
    } catch (...) {
        return pvx::copy(pvx::current_problem());
    }
}

extern "C" char *pvx_batch_post(pvx_batch *batch) {
    const std::unique_ptr<pvx_batch> owned(batch);
    char *problem = nullptr;
    for (auto &update : batch->updates) {
        try {
            owned->owner->post(*update.variable, update.value);
        } catch (...) {
            if (problem == nullptr)
                problem = pvx::copy(pvx::current_problem());
        }
    }
    return problem;
}

extern "C" void pvx_server_destroy(pvx_server *owner) {
    if (owner == nullptr)
        return;
    {
        const std::lock_guard<std::recursive_mutex> guard(owner->gate->lock);
        owner->gate->is_ended = true;
    }
    try {
        owner->server.stop();
    } catch (...) {
        // It ends with the last reference in any case.
    }
    delete owner;
}

extern "C" void pvx_put_accept(pvx_put *put, const pvx_value *value) {
    try {
        put->owner->post(*put->variable, *value);
        put->is_answered = true;
        put->operation->reply();
    } catch (...) {
        put->refuse(pvx::current_problem());
    }
}

extern "C" void pvx_put_refuse(pvx_put *put, const char *message) { put->refuse(message); }
