#include "thread_state.h"

_Thread_local ag_thread_state ag_state_storage = {.immediate_limit = 2048};
