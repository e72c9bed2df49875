internal import CLinux
internal import Foundation
internal import ServingTypes
internal import Transport

/// Measures scrapes of a router with a large fleet, and the tokens that pass meanwhile.
struct MetricsBenchmark {
    let options: MetricsOptions

    func run() throws -> MetricsReport {
        let observation = RecordingCost.observation()
        let addition = RecordingCost.addition()
        let rig = try MetricsRig(options)
        let measured = Result { try measure(rig) }
        try rig.stop()
        let (scrapes, delays, page) = try measured.get()
        return MetricsReport(
            machine: .current,
            workers: options.workers,
            links: Int(page.value("baton_paths{state=\"ok\"}") ?? 0),
            series: page.seriesCount,
            bytes: page.text.utf8.count,
            scrapes: scrapes.count,
            scrapeMilliseconds: .init(scrapes, scale: 1e3),
            tokens: delays.idle.count + delays.scraping.count,
            medianTokenDelay: .init(
                idle: MetricsReport.Quantiles(delays.idle, scale: 1e3).p50,
                scraping: MetricsReport.Quantiles(delays.scraping, scale: 1e3).p50
            ),
            tailTokenDelay: .init(
                idle: MetricsReport.Quantiles(delays.idle, scale: 1e3).p99,
                scraping: MetricsReport.Quantiles(delays.scraping, scale: 1e3).p99
            ),
            observationNanoseconds: observation,
            additionNanoseconds: addition
        )
    }

    private typealias Delays = (idle: [Double], scraping: [Double])

    /// Alternates between rounds with and without scrapes, after one that warms up.
    private func measure(_ rig: MetricsRig) throws -> (scrapes: [Double], Delays, MetricsPage) {
        _ = try round(rig, scrapes: false)
        var (scrapes, delays) = ([Double](), Delays([], []))
        for _ in 0..<options.rounds {
            delays.idle += try round(rig, scrapes: false).delays
            let scraped = try round(rig, scrapes: true)
            delays.scraping += scraped.delays
            scrapes += scraped.times
        }
        if let failure = rig.fleet.failure { throw BenchFailure(failure) }
        return (scrapes, delays, try MetricsPage.fetch(port: rig.adminPort))
    }

    /// Streams every answer once, while workers report and, if wanted, somebody scrapes without end.
    private func round(
        _ rig: MetricsRig,
        scrapes: Bool
    ) throws -> (times: [Double], delays: [Double]) {
        let client = TokenClient(port: rig.clientPort, model: rig.modelName, ledger: rig.ledger)
        let (count, pause, admin) = (options.tokens, options.pause, rig.adminPort)
        let (crowd, others) = (DispatchGroup(), DispatchGroup())
        let outcome = RoundOutcome()
        for stream in 0..<options.streams {
            Self.thread(crowd) { outcome.note { try client.stream(stream, tokens: count) } }
        }
        let over = RaisedFlag()
        let fleet = rig.fleet
        Self.thread(others) {
            var turn = 0
            while !over.isRaised {
                fleet.report(turn)
                turn += 1
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
        if scrapes {
            Self.thread(others) {
                // In earnest this is another machine.
                _ = clinux_thread_stand_back()
                while !over.isRaised {
                    outcome.note { outcome.add(try MetricsPage.fetch(port: admin).seconds) }
                    Thread.sleep(forTimeInterval: pause.inSeconds)
                }
            }
        }
        crowd.wait()
        over.raise()
        others.wait()
        return (try outcome.take(), rig.ledger.takeDelays())
    }

    private static func thread(_ group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        group.enter()
        let thread = Thread {
            body()
            group.leave()
        }
        thread.start()
    }
}
