#include "CDigest.h"

#include <sha2.h>

void dgt_sha256(const void *bytes, size_t count, uint8_t *digest_out) {
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, bytes, count);
    SHA256Final(digest_out, &context);
}
