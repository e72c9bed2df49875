// The messages of proto/ for Swift: generated structs, and an arena that they are built in and unpacked into.
#ifndef CWIREPROTO_H
#define CWIREPROTO_H

#include <stddef.h>
#include <stdint.h>

#include "baton/v1/admin.pb-c.h"
#include "baton/v1/common.pb-c.h"
#include "baton/v1/control.pb-c.h"
#include "baton/v1/inference.pb-c.h"
#include "baton/v1/kv_transfer.pb-c.h"

// Memory of one message: grows by bump allocation up to a budget, and is freed at once.
typedef struct CWireProto_Arena CWireProto_Arena;

// An empty arena that will hand out at most about `budget` bytes; NULL if the system has no memory.
CWireProto_Arena *CWireProto_arena_create(size_t budget);

// Frees the arena and all that was allocated from it; NULL is allowed.
void CWireProto_arena_destroy(CWireProto_Arena *arena);

// `size` bytes aligned for any type, not cleared; NULL when the budget would be exceeded.
void *CWireProto_arena_allocate(CWireProto_Arena *arena, size_t size);

// Whether an allocation was refused.
int CWireProto_arena_is_exhausted(const CWireProto_Arena *arena);

// An empty message in the arena; NULL when the budget would be exceeded.
void *CWireProto_make(CWireProto_Arena *arena, const ProtobufCMessageDescriptor *descriptor);

// A message unpacked from `count` bytes, all of it inside the arena. NULL when the bytes are not such a
// message, or (see `CWireProto_arena_is_exhausted`) when it does not fit.
void *CWireProto_unpack(
    CWireProto_Arena *arena, const ProtobufCMessageDescriptor *descriptor, size_t count, const uint8_t *bytes
);

// Bytes that `message`, a pointer to a generated struct, takes when packed.
size_t CWireProto_packed_size(const void *message);

// Packs `message` into `bytes`, which have room for its packed size; returns that size.
size_t CWireProto_pack(const void *message, uint8_t *bytes);

// Typed forms of make and unpack: descriptors are C globals, whose address Swift cannot take.
#define CWIREPROTO_MESSAGE(Type, name)                                                          \
    static inline Baton__##Type *CWireProto_make_##name(CWireProto_Arena *arena) {              \
        return (Baton__##Type *)CWireProto_make(arena, &baton__##name##__descriptor);           \
    }                                                                                           \
    static inline Baton__##Type *CWireProto_unpack_##name(                                      \
        CWireProto_Arena *arena, size_t count, const uint8_t *bytes                             \
    ) {                                                                                         \
        const ProtobufCMessageDescriptor *descriptor = &baton__##name##__descriptor;            \
        return (Baton__##Type *)CWireProto_unpack(arena, descriptor, count, bytes);             \
    }

CWIREPROTO_MESSAGE(Bits128, bits128)
CWIREPROTO_MESSAGE(Attempt, attempt)
CWIREPROTO_MESSAGE(WorkerRef, worker_ref)
CWIREPROTO_MESSAGE(WorkerAddress, worker_address)
CWIREPROTO_MESSAGE(Failure, failure)
CWIREPROTO_MESSAGE(BlockGauges, block_gauges)
CWIREPROTO_MESSAGE(PathReport, path_report)
CWIREPROTO_MESSAGE(StageReport, stage_report)

CWIREPROTO_MESSAGE(KVLayout, kvlayout)
CWIREPROTO_MESSAGE(Hello, hello)
CWIREPROTO_MESSAGE(StepCosts, step_costs)
CWIREPROTO_MESSAGE(ServiceTerms, service_terms)
CWIREPROTO_MESSAGE(CodecRate, codec_rate)
CWIREPROTO_MESSAGE(Register, register)
CWIREPROTO_MESSAGE(Registered, registered)
CWIREPROTO_MESSAGE(Load, load)
CWIREPROTO_MESSAGE(LoadResync, load_resync)
CWIREPROTO_MESSAGE(Heartbeat, heartbeat)
CWIREPROTO_MESSAGE(Drain, drain)
CWIREPROTO_MESSAGE(Undrain, undrain)
CWIREPROTO_MESSAGE(DrainStatus, drain_status)
CWIREPROTO_MESSAGE(SetRole, set_role)
CWIREPROTO_MESSAGE(RoleAnswer, role_answer)
CWIREPROTO_MESSAGE(FlushCache, flush_cache)
CWIREPROTO_MESSAGE(CacheFlushed, cache_flushed)

CWIREPROTO_MESSAGE(Sampling, sampling)
CWIREPROTO_MESSAGE(KVBudget, kvbudget)
CWIREPROTO_MESSAGE(FetchPlan, fetch_plan)
CWIREPROTO_MESSAGE(Assign, assign)
CWIREPROTO_MESSAGE(Answer, answer)
CWIREPROTO_MESSAGE(Tokens, tokens)
CWIREPROTO_MESSAGE(Ended, ended)
CWIREPROTO_MESSAGE(Cancel, cancel)
CWIREPROTO_MESSAGE(Preempt, preempt)

CWIREPROTO_MESSAGE(Offer, offer)
CWIREPROTO_MESSAGE(Held, held)
CWIREPROTO_MESSAGE(Chunks, chunks)
CWIREPROTO_MESSAGE(Chunk, chunk)
CWIREPROTO_MESSAGE(HandOff, hand_off)
CWIREPROTO_MESSAGE(Verified, verified)
CWIREPROTO_MESSAGE(Abort, abort)
CWIREPROTO_MESSAGE(Fetch, fetch)
CWIREPROTO_MESSAGE(Resend, resend)
CWIREPROTO_MESSAGE(Probe, probe)
CWIREPROTO_MESSAGE(Probed, probed)

CWIREPROTO_MESSAGE(DrainRequest, drain_request)
CWIREPROTO_MESSAGE(DrainReply, drain_reply)
CWIREPROTO_MESSAGE(RequestQuery, request_query)
CWIREPROTO_MESSAGE(Decision, decision)
CWIREPROTO_MESSAGE(RoleRequest, role_request)
CWIREPROTO_MESSAGE(RoleReply, role_reply)
CWIREPROTO_MESSAGE(DocumentRequest, document_request)
CWIREPROTO_MESSAGE(DocumentReply, document_reply)
CWIREPROTO_MESSAGE(WorkerOrder, worker_order)
CWIREPROTO_MESSAGE(WorkerOrderReply, worker_order_reply)

#undef CWIREPROTO_MESSAGE

#endif
