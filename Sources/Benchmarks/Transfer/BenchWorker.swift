internal import ServingTypes

/// A worker daemon that a benchmark started and that is registered.
struct BenchWorker {
    var name: String
    var address: WorkerAddress
    var process: BenchProcess
}

/// Two workers between which KV travels.
struct WorkerPair {
    var prefill: BenchWorker
    var decode: BenchWorker
}
