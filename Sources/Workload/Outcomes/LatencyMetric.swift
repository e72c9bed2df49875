/// The latencies of a run: their words in settings and JSON, and their titles in print.
///
/// A word of `vllm bench serve` means what it means there. Its latencies count from the moment a request is
/// sent; those that include the client's queue count from the moment it was scheduled to be sent.
public enum LatencyMetric: String, CaseIterable, Codable, Hashable, Sendable {
    /// Time to first token: from sending the request to its first output token.
    case ttft
    /// The hand-off gap: from the first to the second output token.
    case gap
    /// Time to second token, TTFT and gap together: what a user of separate prefill and decode feels.
    case tt2t
    /// Time per output token after the first, one mean per request: (E2EL − TTFT) / (output tokens − 1).
    case tpot
    /// Inter-token latency: each time between successive pieces of output.
    case itl
    /// End-to-end latency: from sending the request to its last output token.
    case e2el
    /// Time to first byte: from sending the request to the first byte of the answer.
    case ttfb
    /// From the scheduled arrival to sending: the client's own delay, or its limit on concurrency.
    case clientQueueTime = "client_queue_time"
    /// From the scheduled arrival to the first output token.
    case ttftIncludingClientQueue = "ttft_including_client_queue"
    /// From the scheduled arrival to the last output token.
    case e2elIncludingClientQueue = "e2el_including_client_queue"
    /// Waiting at the server before the first step, as the server reports it.
    case serverQueueTime = "server_queue_time"
    /// Prefill, as the server reports it.
    case serverPrefillTime = "server_prefill_time"
    /// KV transfer, as the server reports it.
    case serverTransferTime = "server_transfer_time"
    /// Decode, as the server reports it.
    case serverDecodeTime = "server_decode_time"

    /// The name before "(ms)" in a line of the summary.
    public var name: String {
        switch self {
        case .ttft: "TTFT"
        case .gap: "Gap"
        case .tt2t: "TT2T"
        case .tpot: "TPOT"
        case .itl: "ITL"
        case .e2el: "E2EL"
        case .ttfb: "TTFB"
        case .clientQueueTime: "Client Queue Time"
        case .ttftIncludingClientQueue: "TTFT incl. Client Queue"
        case .e2elIncludingClientQueue: "E2EL incl. Client Queue"
        case .serverQueueTime: "Server Queue Time"
        case .serverPrefillTime: "Server Prefill Time"
        case .serverTransferTime: "Server Transfer Time"
        case .serverDecodeTime: "Server Decode Time"
        }
    }

    /// The heading of the metric's block in the summary.
    public var title: String {
        switch self {
        case .ttft: "Time to First Token"
        case .gap: "Hand-off Gap (1st to 2nd token)"
        case .tt2t: "Time to Second Token"
        case .tpot: "Time per Output Token (excl. 1st token)"
        case .itl: "Inter-token Latency"
        case .e2el: "End-to-end Latency"
        case .ttfb: "Time to First Byte"
        case .clientQueueTime: "Client-side Queueing"
        case .ttftIncludingClientQueue: "Queue-inclusive Time to First Token"
        case .e2elIncludingClientQueue: "Queue-inclusive End-to-end Latency"
        case .serverQueueTime: "Queueing at the Server"
        case .serverPrefillTime: "Prefill at the Server"
        case .serverTransferTime: "KV Transfer at the Server"
        case .serverDecodeTime: "Decode at the Server"
        }
    }

    /// The metrics that every report of a streamed run should show.
    public static let usual: [Self] = [.ttft, .gap, .tt2t, .tpot, .itl, .e2el]

    /// The latency that counts from the scheduled arrival, for one that counts from sending.
    public var includingClientQueue: Self? {
        switch self {
        case .ttft: .ttftIncludingClientQueue
        case .e2el: .e2elIncludingClientQueue
        case .gap, .tt2t, .tpot, .itl, .ttfb, .clientQueueTime, .ttftIncludingClientQueue,
            .e2elIncludingClientQueue, .serverQueueTime, .serverPrefillTime, .serverTransferTime,
            .serverDecodeTime:
            nil
        }
    }

    /// Whether the latency counts from the scheduled arrival.
    public var includesClientQueue: Bool {
        [.clientQueueTime, .ttftIncludingClientQueue, .e2elIncludingClientQueue].contains(self)
    }
}
