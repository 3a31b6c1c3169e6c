#include "segments.h"

enum { HEADER = 64, PAGE = 4096, SMALLEST_REST = 1 << 16 };

// Stands before the memory of a part.
typedef struct part {
  struct part *before, *after;   // its neighbours in the segment; NULL at the ends
  struct part *previous, *next;  // in the list of free parts; NULL while a buffer has it
  size_t bytes;                  // with this header
} part;

_Static_assert(sizeof(part) <= HEADER, "a header must leave the memory aligned");

// The free parts, those released last at the end.
static part list = {.previous = &list, .next = &list};

static size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }
static size_t needed(size_t bytes) { return round_up(bytes + HEADER, PAGE); }

static void insert(part *p, part *previous) {
  p->previous = previous;
  p->next = previous->next;
  previous->next->previous = p;
  previous->next = p;
}

static void unlink_part(part *p) {
  p->previous->next = p->next;
  p->next->previous = p->previous;
  p->previous = p->next = NULL;
}

size_t ag_segment_bytes(size_t bytes) { return needed(bytes); }

void ag_segment_add(void *memory, size_t bytes) {
  part *p = memory;
  *p = (part){.bytes = bytes};
  insert(p, list.previous);
}

// The smallest that is large enough; of equal ones that released last, which may still be in a cache.
static part *find(size_t bytes) {
  part *best = NULL;
  for (part *p = list.previous; p != &list; p = p->previous) {
    if (p->bytes >= bytes && (!best || p->bytes < best->bytes)) best = p;
  }
  return best;
}

bool ag_segment_has(size_t bytes) { return find(needed(bytes)) != NULL; }

static void split(part *p, size_t bytes) {
  part *rest = (part *)((char *)p + bytes);
  *rest = (part){.before = p, .after = p->after, .bytes = p->bytes - bytes};
  if (p->after) p->after->before = rest;
  p->after = rest;
  p->bytes = bytes;
  insert(rest, p);
}

ag_part ag_segment_take(size_t bytes) {
  bytes = needed(bytes);
  part *p = find(bytes);
  if (!p) return (ag_part){0};
  if (p->bytes - bytes >= SMALLEST_REST) split(p, bytes);
  unlink_part(p);
  return (ag_part){.memory = (char *)p + HEADER, .bytes = p->bytes};
}

// Makes a part and the one after it one.
static void join(part *p) {
  part *after = p->after;
  p->bytes += after->bytes;
  p->after = after->after;
  if (p->after) p->after->before = p;
}

size_t ag_segment_give(void *memory) {
  part *p = (part *)((char *)memory - HEADER);
  size_t bytes = p->bytes;
  if (p->after && p->after->next) {
    unlink_part(p->after);
    join(p);
  }
  if (p->before && p->before->next) {
    p = p->before;
    unlink_part(p);
    join(p);
  }
  insert(p, list.previous);
  return bytes;
}

ag_part ag_segment_remove(void) {
  for (part *p = list.next; p != &list; p = p->next) {
    if (p->before || p->after) continue;
    unlink_part(p);
    return (ag_part){.memory = p, .bytes = p->bytes};
  }
  return (ag_part){0};
}
