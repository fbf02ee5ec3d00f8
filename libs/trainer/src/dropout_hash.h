// The hash behind dropout masks, for single words and for vectors of words alike. Free of other headers: the kernels of
// every instruction set include it.
#pragma once

namespace mote::trainer {

// Mixes a counter under a key of two words: all 32 bits of the result look random. Word is an unsigned 32-bit integer
// or a vector of them. Source: the finalizer of MurmurHash3 (Appleby, public domain), keyed before each multiplication.
template <class Word>
[[gnu::always_inline]] inline Word dropout_hash(Word counter, unsigned key_low, unsigned key_high) {
  Word hash = counter * 0x9E3779B1U + key_low;
  hash = (hash ^ (hash >> 16)) * 0x85EBCA6BU + key_high;
  hash = (hash ^ (hash >> 13)) * 0xC2B2AE35U;
  return hash ^ (hash >> 16);
}

}  // namespace mote::trainer
