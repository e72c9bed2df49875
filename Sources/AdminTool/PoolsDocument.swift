internal import Foundation
internal import ServingTypes

/// What `batonctl pools -o json` prints; a key is absent where nothing is known.
struct PoolsDocument: Encodable {
    struct Pool: Encodable {
        let site: String
        let role: String
        let workers: Int
        let capacityRequestsPerSecond: Double?
        let demandRequestsPerSecond: Double
        let utilisation: Double?
        let queuedMs: Double
    }

    struct Advice: Encodable {
        let worker: String
        let site: String
        let role: String
        let gain: Double
    }

    struct PrefillClass: Encodable {
        let worker: String
        let prompts: String
    }

    struct Site: Encodable {
        let site: String
        let way: String
        let utilisation: Double
        let queuedMs: Double
        let penaltySecondsPerByte: Double
        let sharesPrefixes: Bool
    }

    struct Threshold: Encodable {
        let decode: String
        let prefill: String
        let tokens: Int?
    }

    let balance: String
    let roleChanges: Int
    let verdict: String
    let advice: Advice?
    let pools: [Pool]
    let shortTokens: Int?
    let prefillClasses: [PrefillClass]
    let sites: [Site]
    let offloadThresholds: [Threshold]

    init(_ report: PoolsReport) {
        balance = report.mode.name
        roleChanges = report.roleChanges
        verdict = report.verdict
        advice = report.advice.map {
            Advice(worker: $0.worker.rawValue, site: $0.site, role: $0.role.name, gain: $0.gain)
        }
        pools = report.pools.map { pool in
            Pool(
                site: pool.site,
                role: pool.role.name,
                workers: pool.workers,
                capacityRequestsPerSecond: pool.capacity > 0 ? pool.capacity : nil,
                demandRequestsPerSecond: pool.demand,
                utilisation: pool.capacity > 0 ? pool.utilisation : nil,
                queuedMs: pool.queued.milliseconds
            )
        }
        shortTokens = report.shortTokens
        prefillClasses = report.prefillClasses.map {
            PrefillClass(worker: $0.worker.rawValue, prompts: $0.kind.name)
        }
        sites = report.sites.map { site in
            Site(
                site: site.site,
                way: site.isOutgoing ? "out" : "in",
                utilisation: site.utilisation,
                queuedMs: site.queued.milliseconds,
                penaltySecondsPerByte: site.penaltySecondsPerByte,
                sharesPrefixes: site.sharesPrefixes
            )
        }
        offloadThresholds = report.thresholds.map {
            Threshold(decode: $0.decode.rawValue, prefill: $0.prefill.rawValue, tokens: $0.tokens)
        }
    }

    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
