internal import ServingTypes

/// What a ``TransferDriver`` does in one go.
struct TransferRun {
    /// When it is enough.
    enum Amount {
        case transfers(Int)
        case time(Duration)
    }

    /// What the prefill worker has of the prompt.
    enum Prefix {
        /// All but the last token, from the second transfer of that prompt on: the transfer is all the work.
        case cached
        /// Nothing.
        case absent
    }

    var amount: Amount
    var promptTokens: Int
    /// Transfers of each pair at once; 0 for none at all.
    var inFlight: Int
    var prefix = Prefix.cached
    var codec = KVCodec.raw
    /// Time between two pings of the first decode worker; `nil` for none.
    var pingInterval: Duration?
}

/// One transfer that was verified.
struct FinishedTransfer {
    /// Index of its pair.
    var pair: Int
    var bytes: Int
    /// From sending the assignments to the prefill worker's word that all is verified, on the benchmark's clock.
    var elapsed: Duration
    var prefill: StageReport
    var decode: StageReport
}

/// What came of a ``TransferRun``.
struct TransferOutcome {
    var transfers: [FinishedTransfer] = []
    /// Round trips of the pings in milliseconds.
    var pings: [Double] = []
    /// From the first assignment to the last verification.
    var elapsed = Duration.zero

    /// KV bytes that the receivers verified.
    var bytes: Int { transfers.reduce(0) { $0 + $1.bytes } }

    /// Verified bytes per second, in GiB.
    var gibPerSecond: Double { Double(bytes) / Double(1 << 30) / elapsed.inSeconds }
}
