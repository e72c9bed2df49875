import ServingCore
import ServingTypes
import Testing

/// What assignments, books and records say about fetches, codecs and budgets.
@Suite struct RouterQualityTests {
    /// 9 blocks, of which 8 can be held.
    static let prompt = [TokenID](repeating: 1, count: 36)
    static let hashes = (1...9).map { BlockHash(rawValue: Bytes128(high: 0, low: $0)) }
    static let lossy = KVQuality(codecs: [.raw, .q8])
    static let budgeted = KVQuality(
        codecs: [.raw],
        budget: KVBudget(tokens: 8, sinkTokens: 1, recentTokens: 2)
    )

    /// A scene in which the smallest saving counts, on links of a given rate.
    static func scene(_ workers: [String], local: Bool = false, rate: Double = 1e8) -> RouterScene {
        var scene = RouterScene(allowsLocalPrefill: local) { settings in
            (settings.placement.leastSaving, settings.placement.leastSavingShare) = (.zero, 0)
            settings.links.priorBytesPerSecond = rate
        }
        for worker in workers { _ = scene.take(.register(worker)) }
        return scene
    }

    /// The assignments so far, by attempt and worker: `p1#1`.
    static func assignments(_ scene: RouterScene) -> [String: Assignment] {
        var found: [String: Assignment] = [:]
        for case .assign(let worker, let assignment) in scene.actions {
            found["\(worker.id)#\(assignment.attempt.number)"] = assignment
        }
        return found
    }

    static func assigned(_ scene: RouterScene, _ name: String) -> WorkerCharge? {
        scene.core.workers.first { $0.registration.address.worker == RouterScene.ref(name) }?.assigned
    }

    @Test func onlyTheWorkerThatComputesFetches() throws {
        var scene = Self.scene(["p1", "p2", "d1"])
        _ = scene.take(.load("p1", draining: true, holds: Array(Self.hashes.prefix(8))))
        _ = scene.take(.submit(prompt: Self.prompt, hashes: Self.hashes))
        let assignments = Self.assignments(scene)
        let source = RouterScene.registration("p1").address
        #expect(assignments["p2#1"]?.fetch == KVFetchPlan(source: source, blockCount: 8))
        #expect(assignments["d1#1"] != nil && assignments["d1#1"]?.fetch == nil)
        // Fetched blocks need room, but no computing.
        let charge = try #require(Self.assigned(scene, "p2"))
        #expect((charge.queuedTokens, charge.blocks) == (4, 9))
        let chosen = try #require(scene.core.request(RouterScene.request(1))?.plan)
        #expect(chosen.fetchedTokens == 32 && chosen.predictedFetch > .zero)
    }

    @Test func aWholePromptFetchesWhereItIsDecoded() {
        var scene = Self.scene(["p1", "d1"], local: true)
        _ = scene.take(.load("p1", draining: true, holds: Self.hashes))
        _ = scene.take(.submit(prompt: Self.prompt, hashes: Self.hashes))
        let source = RouterScene.registration("p1").address
        let whole = Self.assignments(scene)["d1#1"]
        #expect(whole?.part == .whole)
        #expect(whole?.fetch == KVFetchPlan(source: source, blockCount: 8))
        #expect(Self.assigned(scene, "d1")?.queuedTokens == 4)
        #expect(Self.assigned(scene, "d1")?.blocks == 10)
    }

    @Test func aLostSourceLeavesTheAttemptAlone() {
        var scene = Self.scene(["p1", "p2", "d1"])
        _ = scene.take(.load("p1", draining: true, holds: Self.hashes))
        _ = scene.take(.submit(prompt: Self.prompt, hashes: Self.hashes))
        #expect(scene.take(.lose("p1")) == [])
        #expect(scene.core.request(RouterScene.request(1))?.attempt == 1)
    }

    @Test func everyAttemptHasTheQualityOfTheRequest() throws {
        var scene = Self.scene(["p1", "p2", "d1"], rate: 1e4)
        _ = scene.take(.submit(prompt: Self.prompt, quality: Self.lossy))
        _ = scene.take(.lose("p1"))
        let assignments = Self.assignments(scene)
        for part in ["p1#1", "d1#1", "p2#2", "d1#2"] {
            let assignment = try #require(assignments[part], "\(part)")
            #expect(assignment.codec == .q8 && assignment.acceptsLossy, "\(part)")
        }
        _ = scene.take(.cancel())
        guard case .record(let record) = scene.actions.last else {
            Issue.record("the last action is no record")
            return
        }
        #expect(record.quality == Self.lossy)
        #expect(record.attempts.map(\.chosen.plan.codec) == [.q8, .q8])
        #expect(record.attempts.allSatisfy { $0.chosen.wireBytes * 2 == $0.chosen.transferBytes })
    }

    @Test func anExactRequestStaysExactOnTheSlowestLink() {
        var scene = Self.scene(["p1", "d1"], rate: 1)
        _ = scene.take(.submit(prompt: Self.prompt))
        let assignments = Self.assignments(scene)
        #expect(assignments.count == 2)
        #expect(assignments.values.allSatisfy { $0.codec == .raw && !$0.acceptsLossy && $0.budget == nil })
    }

    /// 8 tokens are kept of 36, and 4 come: 3 blocks instead of 10.
    @Test func aBudgetIsAssignedChargedAndKept() throws {
        var scene = Self.scene(["p1", "p2", "d1"])
        _ = scene.take(.submit(prompt: Self.prompt, quality: Self.budgeted))
        #expect(Self.assigned(scene, "d1")?.blocks == 3)
        _ = scene.take(.lose("p1"))
        let assignments = Self.assignments(scene)
        for part in ["p1#1", "d1#1", "p2#2", "d1#2"] {
            #expect(assignments[part]?.budget == Self.budgeted.budget, "\(part)")
        }
        #expect(Self.assigned(scene, "d1")?.blocks == 3)
        _ = scene.take(.cancel())
        #expect(scene.core.workers.allSatisfy { $0.assigned == WorkerCharge() })
    }

    @Test func aPromptWithinTheBudgetStaysExactHoweverLongItsAnswerGrows() {
        var scene = Self.scene(["p1", "p2", "d1"])
        _ = scene.take(.submit(prompt: Array(Self.prompt.prefix(7)), maxTokens: 9, quality: Self.budgeted))
        _ = scene.take(.tokens("d1", at: 0, [10, 11, 12]))
        _ = scene.take(.end("d1", failure: .engine))
        let assignments = Self.assignments(scene)
        #expect(assignments.keys.filter { $0.hasSuffix("#2") }.count == 2)
        #expect(assignments.values.allSatisfy { $0.budget == nil })
    }

    @Test func reportsOfLinksDecideAndAreShown() {
        var scene = Self.scene(["p1", "p2", "d1"])
        let d1 = WorkerID(rawValue: "d1")
        let slow = PathReport(peer: d1, bytesPerSecond: 1e4, inFlightBytes: 0, sampleCount: 1)
        _ = scene.take(.load("p1", paths: [slow]))
        #expect(
            scene.take(.submit(prompt: Array(Self.prompt.prefix(12)))).last?.hasPrefix("assign p2#1") == true
        )
        #expect(scene.core.links.map(\.to) == [d1])
        #expect(scene.core.links.map(\.bytesPerSecond) == [1e4])
        _ = scene.take(.lose("p1"))
        #expect(scene.core.links == [])
        _ = scene.take(.register("p1"))
        #expect(scene.take(.submit(request: 2, prompt: [7])).last?.hasPrefix("assign p1#1") == true)
    }
}
