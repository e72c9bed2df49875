import ServingTypes
import Testing

@testable import ServingCore

/// What a router makes of an operator's order to place nothing new on a worker.
@Suite struct RouterCordonTests {
    /// Says how many actions follow.
    private static func cordon(_ scene: inout RouterScene, _ worker: String, _ value: Bool = true) -> Int {
        let id = WorkerID(rawValue: worker)
        return scene.core.handle(.cordoned(id, value), now: scene.now).count
    }

    private static func scene(_ workers: [String]) -> RouterScene {
        var scene = RouterScene()
        for worker in workers { _ = scene.take(.register(worker)) }
        return scene
    }

    @Test(arguments: ["p1", "d1"])
    func `nothing is placed on a cordoned worker, also after it came back`(worker: String) {
        var scene = Self.scene(["p1", "p2", "d1", "d2"])
        let actions = Self.cordon(&scene, worker)
        #expect(actions == 0)
        for request in UInt64(1)...3 {
            let words = scene.take(.submit(request: request))
            #expect(words.count == 2 && !words.contains { $0.hasPrefix("assign \(worker)") }, "\(words)")
        }
        _ = scene.take(.lose(worker))
        _ = scene.take(.register(worker + "'"))
        _ = scene.take(.load(worker + "'"))
        let words = scene.take(.submit(request: 9))
        #expect(words.count == 2 && !words.contains { $0.hasPrefix("assign \(worker)") }, "\(words)")
        #expect(scene.core.cordoned.map(\.rawValue) == [worker])
        let marked = scene.core.workers.filter(\.isCordoned)
        #expect(marked.map(\.registration.address.worker.id.rawValue) == [worker])
        _ = Self.cordon(&scene, worker, false)
        #expect(scene.core.cordoned.isEmpty && !scene.core.workers.contains(where: \.isCordoned))
    }

    @Test func `requests wait while every worker of a role is cordoned, and go on when one is not`() {
        var scene = Self.scene(["p1", "d1"])
        #expect(scene.core.isServed(by: .decode))
        _ = Self.cordon(&scene, "d1")
        #expect(!scene.core.isServed(by: .decode))
        let words = scene.take(.submit())
        #expect(words == [] && scene.core.waitingCount == 1)
        let actions = Self.cordon(&scene, "d1", false)
        #expect(actions == 2 && scene.core.waitingCount == 0)
    }

    @Test func `what a cordoned worker has goes on, and nothing else changes`() {
        var scene = Self.scene(["p1", "d1"])
        _ = scene.take(.submit())
        _ = scene.take(.accept("p1"))
        _ = Self.cordon(&scene, "d1")
        _ = Self.cordon(&scene, "p1")
        _ = scene.take(.accept("d1"))
        let first = scene.take(.tokens("p1", at: 0, [10]))
        #expect(first == ["emit 0: [10]"])
        _ = scene.take(.end("p1"))
        let rest = scene.take(.tokens("d1", at: 0, [10, 11, 12, 13], finish: .length))
        #expect(rest == ["emit 1: [11, 12, 13]", "finish length"])
        let end = scene.take(.end("d1"))
        #expect(end == ["record"] && scene.core.counters.failedAttempts == 0)
    }

    /// An assignment on its way counts: the worker does not know of it yet.
    @Test func `a worker has requests from their placement to its last word about them`() {
        var scene = Self.scene(["p1", "d1", "d2"])
        func live() -> [Int] {
            ["p1", "d1", "d2"].map { scene.core.liveRequests(at: RouterScene.ref($0)) }
        }
        #expect(live() == [0, 0, 0])
        _ = scene.take(.submit())
        #expect(live() == [1, 1, 0])
        _ = scene.take(.refuse("d1"))
        #expect(live() == [1, 0, 1])
        _ = scene.take(.tokens("d2", attempt: 2, at: 0, [1, 2, 3, 4], finish: .length))
        #expect(live()[2] == 1, "its report is awaited")
        _ = scene.take(.end("d2", attempt: 2))
        #expect(live()[2] == 0)
    }
}
