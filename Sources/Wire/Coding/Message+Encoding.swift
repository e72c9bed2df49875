internal import CWireProto
internal import ServingTypes

extension Message {
    /// The message as the parts of a frame.
    ///
    /// The sentence of a ``ServingTypes/ServingError`` is cut to ``WireLimits/sentenceBytes`` and durations
    /// are rounded to microseconds; everything else arrives as it is.
    /// - Throws: ``WireError`` if the value breaks a limit that the receiver would refuse.
    /// - Complexity: O(size); about a microsecond for a token.
    public func encode() throws(WireError) -> EncodedMessage {
        let arena = try Arena.make()
        let header = try header(in: arena)
        guard header.count <= FrameHeader.messageLimit else {
            throw .headerTooLarge(type, bytes: header.count)
        }
        let payload = try payload()
        guard payload.count <= FrameHeader.payloadLimit else {
            throw .payloadTooLarge(type, bytes: payload.count)
        }
        return EncodedMessage(type: type, header: header, payload: payload)
    }

    private func header(in arena: borrowing Arena) throws(WireError) -> [UInt8] {
        switch self {
        case .hello(let hello): arena.pack(try hello.raw(in: arena))
        case .register(let registration): arena.pack(try registration.raw(in: arena))
        case .registered(let interval): arena.pack(try interval.registered(in: arena))
        case .load(let report): arena.pack(try report.raw(in: arena))
        case .heartbeat(let heartbeat): arena.pack(try heartbeat.raw(in: arena))
        case .drainStatus(let status): arena.pack(try status.raw(in: arena))
        case .failure(let error): arena.pack(try error.raw(in: arena))
        case .assign(let assignment): arena.pack(try assignment.raw(in: arena))
        case .answer(let answer): arena.pack(try answer.raw(in: arena))
        case .tokens(let batch): arena.pack(try batch.raw(in: arena))
        case .ended(let ended): arena.pack(try ended.raw(in: arena))
        case .cancel(let attempt, let reason): arena.pack(try attempt.cancel(reason, in: arena))
        case .preempt(let attempt): arena.pack(try attempt.preempt(in: arena))
        case .offer(let offer): arena.pack(try offer.raw(in: arena))
        case .held(let held): arena.pack(try held.raw(in: arena))
        case .chunks(let chunks): arena.pack(try chunks.raw(in: arena))
        case .handOff(let handOff): arena.pack(try handOff.raw(in: arena))
        case .verified(let transfer): arena.pack(try transfer.verified(in: arena))
        case .abort(let abort): arena.pack(try abort.raw(in: arena))
        case .fetch(let fetch): arena.pack(try fetch.raw(in: arena))
        case .resend(let resend): arena.pack(try resend.raw(in: arena))
        case .probe(let probe): arena.pack(try probe.raw(in: arena))
        case .probed(let number): arena.pack(try KVProbe.probed(number, in: arena))
        case .drainRequest(let request): arena.pack(try request.raw(in: arena))
        case .drainReply(let reply): arena.pack(try reply.raw(in: arena))
        case .requestQuery(let name): arena.pack(try name.query(in: arena))
        case .decision(let reply): arena.pack(try reply.raw(in: arena))
        case .setRole(let role): arena.pack(try role.order(in: arena))
        case .roleAnswer(let answer): arena.pack(try answer.raw(in: arena))
        case .roleRequest(let request): arena.pack(try request.raw(in: arena))
        case .roleReply(let reply): arena.pack(try reply.raw(in: arena))
        case .cacheFlushed(let flush): arena.pack(try flush.raw(in: arena))
        case .documentRequest(let request): arena.pack(try request.raw(in: arena))
        case .documentReply(let reply): arena.pack(try reply.raw(in: arena))
        case .workerOrder(let order): arena.pack(try order.raw(in: arena))
        case .workerOrderReply(let reply): arena.pack(try reply.raw(in: arena))
        case .loadResync, .drain, .undrain, .flushCache: []
        }
    }

    private func payload() throws(WireError) -> [UInt8] {
        switch self {
        case .load(let report): report.payload
        case .assign(let assignment): PayloadWriter.payload(of: assignment.tokens)
        case .tokens(let batch): try TokenPayload.encode(batch.tokens)
        case .handOff(let handOff): try TokenPayload.encode([handOff.token])
        case .fetch(let fetch): PayloadWriter.payload(of: fetch.hashes)
        case .decision(let reply): reply.payload
        case .documentReply(let reply): reply.payload
        case .hello, .register, .registered, .loadResync, .heartbeat, .drain, .undrain, .drainStatus,
            .failure, .answer, .ended, .cancel, .preempt, .offer, .held, .chunks, .verified, .abort, .resend,
            .probe, .probed, .drainRequest, .drainReply, .requestQuery, .setRole, .roleAnswer,
            .roleRequest, .roleReply, .flushCache, .cacheFlushed,
            .documentRequest,
            .workerOrder, .workerOrderReply:
            []
        }
    }
}
