#include "CWireProto.h"

#include <stdalign.h>
#include <stdlib.h>

enum {
    alignment = alignof(max_align_t),
    first_chunk_bytes = 3072,  // Most messages need no second chunk.
    chunk_bytes = 32768,
};

typedef struct Chunk {
    struct Chunk *previous;
    alignas(max_align_t) uint8_t bytes[];
} Chunk;

struct CWireProto_Arena {
    uint8_t *next;
    size_t free_bytes;
    size_t budget;  // What further chunks may still take.
    int is_exhausted;
    Chunk *chunks;
    alignas(max_align_t) uint8_t first[first_chunk_bytes];
};

CWireProto_Arena *CWireProto_arena_create(size_t budget) {
    CWireProto_Arena *arena = malloc(sizeof *arena);
    if (arena == NULL) {
        return NULL;
    }
    arena->next = arena->first;
    arena->free_bytes = budget < first_chunk_bytes ? budget : first_chunk_bytes;
    arena->budget = budget - arena->free_bytes;
    arena->is_exhausted = 0;
    arena->chunks = NULL;
    return arena;
}

void CWireProto_arena_destroy(CWireProto_Arena *arena) {
    if (arena == NULL) {
        return;
    }
    for (Chunk *chunk = arena->chunks; chunk != NULL;) {
        Chunk *previous = chunk->previous;
        free(chunk);
        chunk = previous;
    }
    free(arena);
}

// Makes a new chunk of at least `size` bytes the current one; what was left of the old one is given up.
static int grow(CWireProto_Arena *arena, size_t size) {
    if (size > arena->budget) {
        return 0;
    }
    size_t bytes = size > chunk_bytes ? size : chunk_bytes;
    if (bytes > arena->budget) {
        bytes = arena->budget;
    }
    Chunk *chunk = malloc(sizeof *chunk + bytes);
    if (chunk == NULL) {
        return 0;
    }
    chunk->previous = arena->chunks;
    arena->chunks = chunk;
    arena->next = chunk->bytes;
    arena->free_bytes = bytes;
    arena->budget -= bytes;
    return 1;
}

void *CWireProto_arena_allocate(CWireProto_Arena *arena, size_t size) {
    if (size > SIZE_MAX - alignment) {
        arena->is_exhausted = 1;
        return NULL;
    }
    size = (size + alignment - 1) / alignment * alignment;
    if (size > arena->free_bytes && !grow(arena, size)) {
        arena->is_exhausted = 1;
        return NULL;
    }
    void *memory = arena->next;
    arena->next += size;
    arena->free_bytes -= size;
    return memory;
}

int CWireProto_arena_is_exhausted(const CWireProto_Arena *arena) {
    return arena->is_exhausted;
}

static void *arena_alloc(void *arena, size_t size) {
    return CWireProto_arena_allocate(arena, size);
}

// Single allocations are not given back; the arena frees them all.
static void arena_free(void *arena, void *memory) {
    (void)arena;
    (void)memory;
}

void *CWireProto_make(CWireProto_Arena *arena, const ProtobufCMessageDescriptor *descriptor) {
    void *message = CWireProto_arena_allocate(arena, descriptor->sizeof_message);
    if (message != NULL) {
        protobuf_c_message_init(descriptor, message);
    }
    return message;
}

void *CWireProto_unpack(
    CWireProto_Arena *arena, const ProtobufCMessageDescriptor *descriptor, size_t count, const uint8_t *bytes
) {
    ProtobufCAllocator allocator = {.alloc = arena_alloc, .free = arena_free, .allocator_data = arena};
    return protobuf_c_message_unpack(descriptor, &allocator, count, bytes);
}

size_t CWireProto_packed_size(const void *message) {
    return protobuf_c_message_get_packed_size(message);
}

size_t CWireProto_pack(const void *message, uint8_t *bytes) {
    return protobuf_c_message_pack(message, bytes);
}
