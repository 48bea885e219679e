#ifndef C_PVXS_CLIENT_HPP
#define C_PVXS_CLIENT_HPP

// Several updates are taken from a queue at once.
#define PVXS_ENABLE_EXPERT_API

#include "Values.hpp"

#include <pvxs/client.h>

struct pvx_client {
    pvxs::client::Context context;
};

#endif
