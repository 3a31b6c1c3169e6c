#ifndef AG_INTEGERS_H
#define AG_INTEGERS_H

#include <stdint.h>

static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

#endif
