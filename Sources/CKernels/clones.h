#ifndef AG_CLONES_H
#define AG_CLONES_H

#if defined(__linux__)
#include <features.h>
#endif

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define AG_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define AG_THREAD_SANITIZER 1
#endif

// One copy of a loop for each generation of x86 processors, chosen when the program is loaded:
// AVX-512 from a stock build. On arm64 the default is NEON already. The choice is made before the thread sanitizer is
// ready, which would crash.
#if !defined(AG_THREAD_SANITIZER) && defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#define AG_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define AG_CLONES
#endif

#endif
