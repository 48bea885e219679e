// A server of the net without anything of ours around it: a put, the library's run, posts.
#include "CPVAFloor.h"
#include "Common.hpp"

#include <COnnxRuntime.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

using namespace pvxs;
using namespace pvf;

namespace {

enum { INPUTS = PVF_NET_INPUTS, OUTPUTS = PVF_NET_OUTPUTS, FLOAT = 1 };

void check(ort_status *status) {
    if (status == nullptr)
        return;
    std::fprintf(stderr, "net floor: %s\n", ort_status_message(status));
    std::exit(70);
}

// The library with inputs and outputs in memory that is made once.
struct Net {
    alignas(64) std::array<float, INPUTS> x{};
    alignas(64) std::array<float, OUTPUTS> y{};
    ort_session *session = nullptr;
    std::vector<std::string> names;
    std::vector<const char *> input_names, output_names;
    std::vector<ort_value *> inputs, outputs;

    Net(const char *path, int threads) {
        std::ifstream file(path, std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        ort_environment *environment = nullptr;
        ort_options *options = nullptr;
        check(ort_environment_create(threads, &environment));
        check(ort_options_create(true, &options));
        check(ort_session_create(environment, bytes.data(), bytes.size(), options, &session));
        ort_options_destroy(options);
        names.reserve(INPUTS + OUTPUTS);
        const int64_t shape[] = {1, 1};
        const auto add = [&](const std::string &name, float &number, std::vector<const char *> &of,
                             std::vector<ort_value *> &values) {
            names.push_back(name);
            of.push_back(names.back().c_str());
            values.push_back(nullptr);
            check(ort_value_create(&number, sizeof number, shape, 2, FLOAT, &values.back()));
        };
        for (int index = 0; index < INPUTS; index++)
            add("x" + std::to_string(index), x[index], input_names, inputs);
        for (int index = 0; index < OUTPUTS; index++)
            add("y" + std::to_string(index), y[index], output_names, outputs);
    }

    void run() {
        check(ort_session_run(session, nullptr, input_names.data(), inputs.data(), inputs.size(), output_names.data(),
                              outputs.size(), outputs.data()));
    }
};

} // namespace

extern "C" void pvf_net(const char *path, int threads) {
    Net net(path, threads);
    const auto prototype = nt::NTScalar{TypeCode::Float64}.create();
    std::array<double, INPUTS> x{};
    std::vector<server::SharedPV> inputs, outputs;
    auto made = server::Config::isolated().build();
    const auto post = [&](server::SharedPV &pv, double number) {
        auto update = prototype.cloneEmpty();
        set(update, number);
        pv.post(update);
    };
    // The last is the sum of the inputs, by which the client knows to what it belongs.
    for (int index = 0; index <= OUTPUTS; index++) {
        outputs.push_back(server::SharedPV::buildReadonly());
        outputs.back().open(prototype);
        made.addPV(index == OUTPUTS ? "SUM" : "Y" + std::to_string(index), outputs.back());
    }
    for (int index = 0; index < INPUTS; index++) {
        inputs.push_back(server::SharedPV::buildReadonly());
        inputs.back().onPut(
            [&, index](server::SharedPV &pv, std::unique_ptr<server::ExecOp> &&operation, Value &&value) {
                x[index] = value["value"].as<double>();
                net.x[index] = float(x[index]);
                post(pv, x[index]);
                net.run();
                double sum = 0;
                for (const double number : x)
                    sum += number;
                for (int output = 0; output < OUTPUTS; output++)
                    post(outputs[output], double(net.y[output]));
                post(outputs[OUTPUTS], sum);
                operation->reply();
            });
        inputs.back().open(prototype);
        made.addPV("X" + std::to_string(index), inputs.back());
    }
    net.run();
    made = started(made);
    wait_for_end();
    made.stop();
}
