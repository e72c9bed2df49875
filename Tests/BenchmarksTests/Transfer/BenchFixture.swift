import Foundation
import ServingTypes

@testable import Benchmarks

/// A worker that never runs, for what is said to it.
enum BenchFixture {
    static var worker: BenchWorker {
        get throws {
            let reference = WorkerRef(id: WorkerID(rawValue: "w"), incarnation: Incarnation(rawValue: 1))
            let log = FileManager.default.temporaryDirectory.appending(path: "baton-log-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: log) }
            return BenchWorker(
                name: "w",
                address: WorkerAddress(worker: reference, host: "127.0.0.1", port: 1),
                process: try BenchProcess(name: "w", command: ["/bin/true"], log: log)
            )
        }
    }

    static let key = BlockHashKey(rawValue: Bytes128(high: 1, low: 2))

    static let transfer = FinishedTransfer(
        pair: 0,
        bytes: 1,
        elapsed: .milliseconds(10),
        prefill: StageReport(),
        decode: StageReport()
    )
}
