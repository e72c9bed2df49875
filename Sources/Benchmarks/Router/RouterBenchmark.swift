internal import Foundation

/// Measures a router: every kind of request at every number of clients, each beside the same without a
/// router.
struct RouterBenchmark {
    /// Where requests go, and whose processor time counts.
    private struct Sides {
        var port: UInt16
        var directPort: UInt16
        var processes: [Int32]
    }

    let options: RouterOptions

    /// Starts what is needed, measures, and ends it again.
    func run() throws -> RouterReport {
        if let target = options.target {
            let sides = Sides(
                port: target.port,
                directPort: target.directPort,
                processes: target.processes
            )
            return try measure(sides)
        }
        let rig = try RouterRig(options)
        let outcome = Result {
            try measure(
                Sides(port: rig.port, directPort: rig.directPort, processes: [rig.routerProcess])
            )
        }
        let logs = rig.logs
        try rig.stop()
        return try outcome.mapError { BenchFailure("\($0)\n\(logs)") }.get()
    }

    private func measure(_ sides: Sides) throws -> RouterReport {
        let model = try NullModel(path: options.model, blockTokens: 16)
        var samples: [RequestKind: RouterSamples] = [:]
        for _ in 0..<options.pairs {
            for kind in options.kinds {
                let requests = RequestSet(
                    kind,
                    model: model.name,
                    vocabularyCount: model.vocabularyCount,
                    dialect: options.target?.dialect ?? .openai
                )
                var round = samples[kind] ?? RouterSamples()
                for clients in options.concurrency {
                    let (direct, routed) = try measure(requests, clients: clients, sides)
                    round.add(direct: direct, routed: routed, clients: clients)
                }
                let loop = loop(requests, clients: options.saturatingClients, sides)
                round.addSaturated(try loop.run())
                samples[kind] = round
            }
        }
        return RouterReport(options, samples)
    }

    private func loop(_ requests: RequestSet, clients: Int, _ sides: Sides) -> ClosedLoop {
        ClosedLoop(
            port: sides.port,
            requests: requests,
            clients: clients,
            seconds: options.seconds,
            processes: sides.processes
        )
    }

    private func measure(
        _ requests: RequestSet,
        clients: Int,
        _ sides: Sides
    ) throws -> (direct: ClosedLoop.Outcome, routed: ClosedLoop.Outcome) {
        let routed = loop(requests, clients: clients, sides)
        var direct = routed
        direct.port = sides.directPort
        direct.seconds = options.seconds / 2
        direct.processes = []
        return (try direct.run(), try routed.run())
    }
}
