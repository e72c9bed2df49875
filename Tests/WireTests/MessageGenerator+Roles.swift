import ServingTypes
import Wire

extension MessageGenerator {
    mutating func roleAnswer() -> RoleAnswer {
        RoleAnswer(
            wanted: pick(WorkerRole.allCases),
            current: pick(WorkerRole.allCases),
            requests: count(),
            leases: count(),
            failure: maybe(failure())
        )
    }

    mutating func poolsReport() -> PoolsReport {
        var report = PoolsReport()
        report.mode = pick(PoolBalanceMode.allCases)
        report.pools = list(0...6) { generator in
            PoolStanding(
                site: generator.flag() ? "" : generator.name(),
                role: generator.pick(WorkerRole.allCases),
                workers: generator.count(),
                capacity: generator.real(0...1e15),
                demand: generator.real(0...1e15),
                queued: generator.duration()
            )
        }
        let advice = PoolAdvice(
            worker: WorkerID(rawValue: name()),
            site: flag() ? "" : name(),
            role: pick(WorkerRole.allCases),
            gain: real(-1...1e9)
        )
        report.advice = maybe(advice)
        report.verdict = flag() ? "" : name()
        report.roleChanges = count()
        report.shortTokens = maybe(int(1...100_000))
        report.prefillClasses = list(0...6) { generator in
            PrefillClassStanding(
                worker: WorkerID(rawValue: generator.name()),
                kind: generator.pick(PrefillClassKind.allCases)
            )
        }
        report.sites = list(0...4) { $0.siteStanding() }
        report.thresholds = list(0...6) { generator in
            OffloadStanding(
                decode: WorkerID(rawValue: generator.name()),
                prefill: WorkerID(rawValue: generator.name()),
                tokens: generator.maybe(generator.int(1...1_000_000))
            )
        }
        return report
    }

    private mutating func siteStanding() -> SiteStanding {
        SiteStanding(
            site: flag() ? "" : name(),
            isOutgoing: flag(),
            utilisation: real(0...1e9),
            queued: duration(),
            sharesPrefixes: flag()
        )
    }
}
