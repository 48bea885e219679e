// SHA-256 by libmd.
#ifndef C_DIGEST_H
#define C_DIGEST_H

#include <stddef.h>
#include <stdint.h>

// Writes the 32 bytes of the SHA-256 of `count` bytes.
void dgt_sha256(const void *bytes, size_t count, uint8_t *digest_out);

#endif
