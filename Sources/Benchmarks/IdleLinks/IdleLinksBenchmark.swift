internal import Foundation
internal import ServingTypes
internal import Transport
internal import Wire

/// Measures what an idle link costs a worker in memory, beside the kernel's buffers.
struct IdleLinksBenchmark {
    /// Links made before the first reading, so that what a process needs once is there already.
    private static let firstLinks = 32
    private static let blocks = 64

    var links: Int
    var programs: String?

    /// Takes some ten seconds.
    func run() throws -> IdleLinksReport {
        let plan = WorkerPlan(blockCount: Self.blocks)
        let rig = try TransferRig(plan, network: LoopbackNetwork(), programs: programs)
        defer { rig.stop() }
        let identity = try TLSIdentity(settings: try rig.folder.issue("peer", roles: [.prefill, .decode]))
        var sides: [IdleLinksReport.Side] = []
        for (name, worker) in [
            ("prefill worker", rig.pairs[0].prefill), ("decode worker", rig.pairs[0].decode),
        ] {
            let peers = try IdlePeers(name: "peer", identity: identity)
            defer { peers.stop() }
            guard let hello = rig.endpoint.hello(of: worker.name) else {
                throw BenchFailure("\(worker.name) sent no greeting")
            }
            let processes = [worker.process.identifier, ProcessInfo.processInfo.processIdentifier]
            try peers.link(Self.firstLinks, to: worker, like: hello)
            let before = try processes.map { try ProcessMemory.settled(of: $0) }
            try peers.link(links, to: worker, like: hello)
            let after = try processes.map { try ProcessMemory.settled(of: $0) }
            for (side, index) in [(name, 0), ("peers of the \(name)", 1)] {
                sides.append(
                    IdleLinksReport.Side(side, links: links, before: before[index], after: after[index])
                )
            }
        }
        return IdleLinksReport(links: links, sides: sides)
    }
}
