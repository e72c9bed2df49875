import Foundation
import TestSupport
import Testing
import Wire

@testable import Transport

@Suite struct ControlLoopTests {
    @Test func `both sides learn who the other is and frames arrive in order from any thread`() throws {
        let cluster = try TestCluster()
        let server = try TestServer(cluster.identity("router-1", roles: [.router]))
        let client = try TestServer(cluster.identity("worker-1", roles: [.prefill]))
        let link = try client.link(to: server, expecting: "router-1")
        #expect(client.recorder.log.current.opened[link.here]?.name == "router-1")
        #expect(server.recorder.log.current.opened[link.there]?.roles == [.prefill])
        // Four threads send numbered frames, some larger than a record; each thread's order must hold.
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for index in 0..<300 {
                let payload = [UInt8](repeating: UInt8(thread), count: index % 50 == 0 ? 70_000 : 10)
                let frame = try? Frame(
                    type: UInt16(thread),
                    streamID: UInt32(index),
                    message: [],
                    payload: payload
                )
                guard let frame else { return }
                do { try client.loop.send(frame, on: link.here) } catch { Issue.record(error) }
                do { try server.loop.send(frame, on: link.there) } catch { Issue.record(error) }
            }
        }
        for (recorder, id) in [(server.recorder, link.there), (client.recorder, link.here)] {
            #expect(recorder.log.wait { $0.frames[id]?.count == 1200 })
            let frames = recorder.log.current.frames[id] ?? []
            for thread in 0..<4 {
                let streams = frames.filter { $0.header.type == UInt16(thread) }.map(\.header.streamID)
                #expect(streams == Array(0..<300), "thread \(thread)")
            }
        }
        client.loop.close(link.here)
        #expect(client.recorder.log.wait { $0.closed[link.here] == .some(nil) })
        #expect(server.recorder.log.wait { $0.closed[link.there] == .closedByPeer })
        #expect(throws: TransportError.notConnected) {
            try server.loop.send(Frame(type: 1, streamID: 1, message: []), on: link.there)
        }
        client.loop.shutdown()
        server.loop.shutdown()
    }

    @Test func `hundreds of connections live on one loop and answer`() throws {
        let cluster = try TestCluster()
        let box = Watched<ControlLoop?>(nil)
        let echo = LoopRecorder { frame, id in
            do { try box.current?.send(frame, on: id) } catch { Issue.record(error) }
            return .keep
        }
        var limits = ControlLoopConfiguration()
        limits.handshakeLimit = 300
        // The machine may be busy; slowness is another test's subject.
        limits.handshakeTimeout = .seconds(60)
        let server = try TestServer(cluster.identity("s"), configuration: limits, recorder: echo)
        box.update { $0 = server.loop }
        let client = try TestServer(cluster.identity("c"))
        let ids = try (0..<250).map { _ in
            try client.loop.dial(
                host: "localhost",
                port: server.port,
                expectedPeer: "s",
                timeout: .seconds(60)
            )
        }
        for (index, id) in ids.enumerated() {
            try client.loop.send(Frame(type: 5, streamID: UInt32(index), message: [1]), on: id)
        }
        #expect(
            client.recorder.log.wait(seconds: 60) { log in ids.allSatisfy { log.frames[$0]?.count == 1 } }
        )
        let log = client.recorder.log.current
        #expect(ids.map { log.frames[$0]?.first?.header.streamID } == (0..<250).map { UInt32($0) })
        server.loop.shutdown()
        #expect(client.recorder.log.wait { $0.closed.count == 250 })
        client.loop.shutdown()
        box.update { $0 = nil }
    }

    @Test func `a peer that does not read is closed as slow, others are unharmed`() throws {
        let cluster = try TestCluster()
        var limits = ControlLoopConfiguration()
        limits.outgoingLimitBytes = 1 << 20
        let server = try TestServer(cluster.identity("s"), configuration: limits)
        let client = try TestServer(cluster.identity("c"))
        let link = try client.link(to: server)
        let sleeper = try RawPeer(port: server.port)
        #expect(sleeper.handshake(.init(settings: try cluster.issue("sleeper"))))
        #expect(server.recorder.log.wait { $0.opened.count == 2 })
        let sleeping = try #require(
            server.recorder.log.current.opened.first { $0.value.name == "sleeper" }?.key
        )
        let frame = try Frame(
            type: 1,
            streamID: 1,
            message: [],
            payload: [UInt8](repeating: 7, count: 100_000)
        )
        var failure: TransportError?
        for _ in 0..<1000 where failure == nil {  // Kernel buffers hold a few MB at most, this is 100.
            do throws(TransportError) { try server.loop.send(frame, on: sleeping) } catch { failure = error }
        }
        guard case .slowPeer(let queued, let limit) = failure else {
            Issue.record("got \(String(describing: failure))")
            return
        }
        #expect(limit == 1 << 20 && queued > limit && queued <= limit + frame.header.frameBytes)
        #expect(server.recorder.log.wait { $0.closed[sleeping]??.label == "slow_peer" })
        try server.loop.send(frame, on: link.there)
        #expect(client.recorder.log.wait { $0.frames[link.here] == [frame] })
        server.loop.shutdown()
        client.loop.shutdown()
    }

    @Test func `a peer that breaks the framing hears why and is closed`() throws {
        let cluster = try TestCluster()
        let server = try TestServer(cluster.identity("s"))
        let peer = try RawPeer(port: server.port)
        #expect(peer.handshake(.init(settings: try cluster.issue("p"))))
        #expect(peer.send([UInt8](repeating: 0x41, count: 24)))
        #expect(String(decoding: peer.readToEnd(), as: UTF8.self).contains("does not speak this protocol"))
        withExtendedLifetime(peer) {}
        #expect(server.recorder.log.wait { $0.closed.values.first == .frame(.badMagic(0x4141)) })
        server.loop.shutdown()
    }

    @Test func `closing delivers what was queued, a closing answer ends delivery`() throws {
        let cluster = try TestCluster()
        let server = try TestServer(cluster.identity("s"), recorder: LoopRecorder { _, _ in .close })
        let client = try TestServer(cluster.identity("c"))
        let peer = try RawPeer(port: server.port)
        #expect(peer.handshake(.init(settings: try cluster.issue("p"))))
        // Three frames in one record: the answer to the first ends the delivery of those behind it.
        let frames = try (0..<3).map { try Frame(type: 1, streamID: $0, message: []) }
        #expect(peer.send(frames.flatMap { $0.encoded() }))
        #expect(peer.readToEnd().isEmpty)
        withExtendedLifetime(peer) {}
        #expect(server.recorder.log.wait { $0.closed.count == 1 })
        #expect(Array(server.recorder.log.current.frames.values) == [[frames[0]]])
        let second = try server.link(to: client)
        let large = try Frame(
            type: 2,
            streamID: 9,
            message: [],
            payload: [UInt8](repeating: 3, count: 3_000_000)
        )
        for _ in 0..<3 { try server.loop.send(large, on: second.here) }
        server.loop.close(second.here)
        #expect(client.recorder.log.wait { $0.closed[second.there] == .closedByPeer })
        #expect(client.recorder.log.current.frames[second.there] == [large, large, large])
        server.loop.shutdown()
        client.loop.shutdown()
    }

    @Test func `dialing fails with a reason and a deadline`() throws {
        let cluster = try TestCluster()
        let client = try TestServer(cluster.identity("c"))
        let silent = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0]  // Nobody ever accepts.
        let free = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0].port  // Closed again at once.
        let cases: [(String, UInt16, String?, String)] = [
            ("127.0.0.1", free, nil, "system"), ("a..b", 1, nil, "unresolved"),
            ("127.0.0.1", silent.port, nil, "timed_out"),
            ("127.0.0.1", client.port, "somebody", "tls_identity"),
        ]
        for (host, port, expected, label) in cases {
            let timeout = Duration.milliseconds(label == "timed_out" ? 100 : 20_000)
            let id = try client.loop.dial(host: host, port: port, expectedPeer: expected, timeout: timeout)
            #expect(client.recorder.log.wait(seconds: 30) { $0.closed[id] != nil })
            #expect(client.recorder.log.current.closed[id]??.label == label, "\(host):\(port)")
        }
        #expect(
            client.recorder.log.wait { $0.refused.count == 1 },
            "its own listener heard of the wrong name"
        )
        client.loop.shutdown()
        withExtendedLifetime(silent) {}
    }

    @Test func `timers run on the loop in order, cancelled ones and late ones do not`() throws {
        let cluster = try TestCluster()
        let server = try TestServer(cluster.identity("s"))
        let fired = Watched<[Int]>([])
        server.loop.schedule(after: .milliseconds(40)) { fired.update { $0.append(2) } }
        server.loop.schedule(after: .milliseconds(20)) { fired.update { $0.append(1) } }
        let cancelled = server.loop.schedule(after: .milliseconds(30)) { fired.update { $0.append(-1) } }
        server.loop.schedule(after: .seconds(600)) { fired.update { $0.append(-2) } }
        server.loop.cancel(cancelled)
        #expect(fired.wait { $0 == [1, 2] })
        server.loop.shutdown()
        server.loop.schedule(after: .zero) { fired.update { $0.append(-3) } }
        #expect(throws: TransportError.stopped) {
            try server.loop.dial(host: "::1", port: 1, expectedPeer: nil)
        }
        #expect(fired.current == [1, 2])
    }

    @Test func `keys are replaced after the set number of bytes in both directions`() throws {
        let cluster = try TestCluster()
        var limits = ControlLoopConfiguration()
        limits.keyUpdateBytes = 5000
        let server = try TestServer(cluster.identity("s"), configuration: limits)
        let client = try TestServer(cluster.identity("c"), configuration: limits)
        let link = try client.link(to: server)
        let frame = try Frame(
            type: 1,
            streamID: 1,
            message: [],
            payload: [UInt8](repeating: 7, count: 40_000)
        )
        for _ in 0..<40 {
            try client.loop.send(frame, on: link.here)
            try server.loop.send(frame, on: link.there)
        }
        #expect(client.recorder.log.wait { $0.frames[link.here]?.count == 40 })
        #expect(server.recorder.log.wait { $0.frames[link.there]?.count == 40 })
        #expect(server.recorder.log.current.frames[link.there]?.allSatisfy { $0 == frame } == true)
        server.loop.shutdown()
        client.loop.shutdown()
    }

    @Test func `new certificates are used by new connections only`() throws {
        let cluster = try TestCluster()
        let identity = try cluster.identity("w", roles: [.prefill])
        let server = try TestServer(cluster.identity("s"))
        let client = try TestServer(identity)
        let old = try client.link(to: server)
        try cluster.issue("w", roles: [.decode], isOverwriting: true)
        try identity.reload()
        let new = try client.link(to: server)
        #expect(server.recorder.log.current.opened[old.there]?.roles == [.prefill])
        #expect(server.recorder.log.current.opened[new.there]?.roles == [.decode])
        try client.loop.send(Frame(type: 1, streamID: 1, message: []), on: old.here)
        #expect(server.recorder.log.wait { $0.frames[old.there]?.count == 1 })
        server.loop.shutdown()
        client.loop.shutdown()
    }
}
