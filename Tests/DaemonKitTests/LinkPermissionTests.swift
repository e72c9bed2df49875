import DaemonKit
import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

/// A link carries only what the certificate at its other end allows, and nothing on it harms another link.
@Suite struct LinkPermissionTests {
    private static let assignment = Assignment(
        attempt: AttemptID(request: RequestID(rawValue: Bytes128(high: 1, low: 1)), number: 1),
        part: .whole,
        tokens: [1, 2, 3],
        promptTokens: 3,
        sampling: SamplingParameters(),
        hashKey: BlockHashKey(rawValue: Bytes128(high: 2, low: 2)),
        grant: Grant(rawValue: Bytes128(high: 3, low: 3)),
        lease: .seconds(10)
    )

    private static let transfer = KVTransferID(attempt: assignment.attempt, kind: .handOff)

    @Test func `a message that the certificate does not allow closes its link and no other`() throws {
        let cluster = try TestCertificates()
        let worker = try TestProcess.worker("d1", in: cluster)
        let router = try TestProcess.router(in: cluster)
        let (there, here) = try router.link(to: worker)
        let cases: [(roles: Set<PeerRole>, name: String, message: Message)] = [
            ([.prefill], "p1", .assign(Self.assignment)),
            ([.prefill, .decode], "p2", .cancel(Self.assignment.attempt, reason: .notBefore)),
            ([.prefill], "p3", .verified(Self.transfer)),
            (
                [.decode], "d3",
                .offer(KVOffer(transfer: Self.transfer, grant: Self.assignment.grant, blockCount: 1))
            ),
            ([.decode], "d4", .requestQuery("x")),
        ]
        for (roles, name, message) in cases {
            let peer = try RawLink.greeted(
                port: worker.port,
                cluster.identity(name, roles: roles),
                Greeting.worker(name, incarnation: 3)
            )
            try peer.send(message)
            let reason = try peer.farewell()
            #expect(reason.code == .unauthorized, "\(name): \(reason)")
            #expect(reason.message.hasPrefix("\(message.type) "), "\(name): \(reason)")
            #expect(reason.message.contains("may be sent by "), "\(name): \(reason)")
            #expect(worker.recorder.log.wait { $0.closed.values.contains([reason]) }, "\(name)")
            peer.shutdown()
        }
        #expect(worker.recorder.log.current.received.isEmpty, "nothing of it was delivered")
        router.expectHeard(.assign(Self.assignment), on: there, by: worker, as: here)
        worker.expectHeard(.load(LoadReport()), on: here, by: router, as: there)
        router.hub.shutdown()
        worker.hub.shutdown()
    }

    @Test(arguments: [UInt64(1), 2, .random(in: .min ... .max)])
    func `random frames close at most their own link`(seed: UInt64) throws {
        let cluster = try TestCertificates()
        let router = try TestProcess.router(in: cluster)
        let worker = try TestProcess.worker("d1", in: cluster)
        let (here, there) = try worker.link(to: router)
        let identity = try cluster.identity("p1", roles: [.prefill])
        var random = Random(state: seed)
        let count = 12
        for index in 0..<count {
            let peer =
                index.isMultiple(of: 3)
                ? try RawLink.dial(port: router.port, identity)
                : try RawLink.greeted(port: router.port, identity, Greeting.worker("p1"))
            for _ in 0..<20 where peer.log.current.closed == nil {
                // The other side may close between the look and the call.
                _ = Result { try peer.send(random.frame()) }
            }
            peer.shutdown()
        }
        #expect(router.recorder.log.wait { $0.closed.count == count }, "seed \(seed)")
        let log = router.recorder.log.current
        #expect(log.closed.values.allSatisfy { $0.count == 1 }, "seed \(seed)")
        for message in log.received.values.flatMap(\.self) {
            #expect(!message.type.allowedSenders.isDisjoint(with: .prefill), "seed \(seed): \(message.type)")
        }
        worker.expectHeard(.load(LoadReport()), on: here, by: router, as: there)
        worker.hub.shutdown()
        router.hub.shutdown()
    }

    private struct Random {
        var state: UInt64

        mutating func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }

        /// Mostly known types, mostly with a body that is none.
        mutating func frame() throws -> Frame {
            let types = MessageType.allCases
            let number =
                next(below: 4) == 0 ? UInt16(next(below: 65_536)) : types[next(below: types.count)].rawValue
            let message = (0..<next(below: 60)).map { _ in UInt8(next(below: 256)) }
            let payload = (0..<next(below: 60)).map { _ in UInt8(next(below: 256)) }
            return try Frame(
                type: number,
                streamID: UInt32(next(below: 9)),
                message: message,
                payload: payload
            )
        }
    }
}
