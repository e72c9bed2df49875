internal import CWireProto
internal import ServingTypes

extension Message {
    /// Reads and checks a message.
    ///
    /// Any bytes are safe: beyond the value itself, memory is bounded by ``WireLimits/unpackedBytes``. Fields
    /// that this release does not know are ignored. For chunks and a probe, `payload` must be empty: the
    /// lane reads it.
    /// - Parameters:
    ///   - type: the frame's type, from ``MessageType/init(checking:from:)``.
    ///   - header: the frame's protobuf part.
    ///   - payload: the frame's bulk part.
    /// - Throws: ``WireError``; the connection must then be closed.
    /// - Complexity: O(size).
    public static func decode(
        type: MessageType,
        header: [UInt8],
        payload: [UInt8]
    ) throws(WireError) -> Message {
        try Message(try IncomingMessage.make(type: type, header: header, payload: payload))
    }

    // A table: one line per message.
    private init(_ frame: borrowing IncomingMessage) throws(WireError) {
        self =
            switch frame.type {
            case .hello: .hello(try Hello(try frame.bare(CWireProto_unpack_hello)))
            case .register: .register(try WorkerRegistration(try frame.bare(CWireProto_unpack_register)))
            case .registered:
                .registered(heartbeatInterval: try Duration(try frame.bare(CWireProto_unpack_registered)))
            case .load: .load(try LoadReport(try frame.head(CWireProto_unpack_load), payload: frame.payload))
            case .loadResync: try frame.empty(.loadResync, CWireProto_unpack_load_resync)
            case .heartbeat: .heartbeat(Heartbeat(try frame.bare(CWireProto_unpack_heartbeat)))
            case .drain: try frame.empty(.drain, CWireProto_unpack_drain)
            case .undrain: try frame.empty(.undrain, CWireProto_unpack_undrain)
            case .drainStatus: .drainStatus(try DrainStatus(try frame.bare(CWireProto_unpack_drain_status)))
            case .failure: .failure(try ServingError(try frame.bare(CWireProto_unpack_failure)))
            case .assign:
                .assign(try Assignment(try frame.head(CWireProto_unpack_assign), payload: frame.payload))
            case .answer: .answer(try AssignmentAnswer(try frame.bare(CWireProto_unpack_answer)))
            case .tokens:
                .tokens(try TokenBatch(try frame.head(CWireProto_unpack_tokens), payload: frame.payload))
            case .ended: .ended(try WorkEnded(try frame.bare(CWireProto_unpack_ended)))
            case .cancel: try .cancelled(try frame.bare(CWireProto_unpack_cancel))
            case .preempt:
                .preempt(try AttemptID(try frame.bare(CWireProto_unpack_preempt).pointee.attempt))
            case .offer: .offer(try KVOffer(try frame.bare(CWireProto_unpack_offer)))
            case .held: .held(try KVHeld(try frame.bare(CWireProto_unpack_held)))
            case .chunks: .chunks(try [KVChunk](try frame.bare(CWireProto_unpack_chunks)))
            case .handOff:
                .handOff(try KVHandOff(try frame.head(CWireProto_unpack_hand_off), payload: frame.payload))
            case .verified:
                .verified(try KVTransferID(try frame.bare(CWireProto_unpack_verified)))
            case .abort: .abort(try KVAbort(try frame.bare(CWireProto_unpack_abort)))
            case .fetch:
                .fetch(try KVFetch(try frame.head(CWireProto_unpack_fetch), payload: frame.payload))
            case .resend: .resend(try KVResend(try frame.bare(CWireProto_unpack_resend)))
            case .probe: .probe(try KVProbe(try frame.bare(CWireProto_unpack_probe)))
            case .probed: .probed(number: try frame.bare(CWireProto_unpack_probed).pointee.number)
            case .drainRequest:
                .drainRequest(try DrainRequest(try frame.bare(CWireProto_unpack_drain_request)))
            case .drainReply: .drainReply(try DrainReply(try frame.bare(CWireProto_unpack_drain_reply)))
            case .requestQuery: .requestQuery(try String(try frame.bare(CWireProto_unpack_request_query)))
            case .decision:
                .decision(
                    try DecisionReply(try frame.head(CWireProto_unpack_decision), payload: frame.payload)
                )
            case .setRole: .setRole(try WorkerRole(try frame.bare(CWireProto_unpack_set_role)))
            case .roleAnswer: .roleAnswer(try RoleAnswer(try frame.bare(CWireProto_unpack_role_answer)))
            case .roleRequest: .roleRequest(try RoleRequest(try frame.bare(CWireProto_unpack_role_request)))
            case .roleReply: .roleReply(try RoleReply(try frame.bare(CWireProto_unpack_role_reply)))
            case .flushCache: try frame.empty(.flushCache, CWireProto_unpack_flush_cache)
            case .cacheFlushed:
                .cacheFlushed(try CacheFlush(try frame.bare(CWireProto_unpack_cache_flushed)))
            case .documentRequest:
                .documentRequest(try DocumentRequest(try frame.bare(CWireProto_unpack_document_request)))
            case .documentReply:
                .documentReply(
                    try DocumentReply(
                        try frame.head(CWireProto_unpack_document_reply),
                        payload: frame.payload
                    )
                )
            case .workerOrder: .workerOrder(try WorkerOrder(try frame.bare(CWireProto_unpack_worker_order)))
            case .workerOrderReply:
                .workerOrderReply(
                    try WorkerOrderReply(try frame.bare(CWireProto_unpack_worker_order_reply))
                )
            }
    }

    private static func cancelled(_ raw: UnsafeMutablePointer<Baton__Cancel>) throws(WireError) -> Message {
        .cancel(try AttemptID(raw.pointee.attempt), reason: try ServingError(raw.pointee.reason))
    }
}
