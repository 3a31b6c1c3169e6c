#ifndef AG_PARALLEL_H
#define AG_PARALLEL_H

#include <stdint.h>

// Runs body(context, i) for every i < count, on the calling thread and the workers.
// Which thread runs which i is not fixed, so results must not depend on it.
typedef void (*ag_body)(void *context, int64_t index);
void ag_parallel(int64_t count, void *context, ag_body body);

int ag_threads(void);           // threads in use, the caller included
void ag_set_threads(int count); // at least 1

#endif
