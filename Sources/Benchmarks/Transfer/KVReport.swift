/// What `baton-bench kv` prints for one setting; rates are medians of the rounds, intervals hold with 95 %.
struct KVReport: Codable {
    var bench = "kv"
    var machine: MachineReport
    var codec: String
    var lanes: Int
    var chunkBytes: Int
    /// Mbit/s of the link; absent on loopback.
    var rateMegabits: Double?
    var pairs: Int
    var seed: UInt64
    var transferBytes: Int
    var inFlight: Int

    var goodput: Double
    var goodputInterval: [Double]
    var limit: Double
    var limitInterval: [Double]
    var limitWithoutChecksum: Double
    var plain: Double
    /// Goodput relative to the limit: the geometric mean over the rounds.
    var ratio: Double
    var ratioInterval: [Double]
    /// Processor time of both ends relative to the limit's: what a busy machine disturbs least.
    var processorRatio: Double
    var processorRatioInterval: [Double]
    var ratioWithoutChecksum: Double
    var ratioWithoutChecksumInterval: [Double]

    var senderSecondsPerGiB: Double
    var receiverSecondsPerGiB: Double
    var limitSenderSecondsPerGiB: Double
    var limitReceiverSecondsPerGiB: Double
    var plainSenderSecondsPerGiB: Double
    var plainReceiverSecondsPerGiB: Double

    /// One transfer at a time, assignment to verification.
    var singleMilliseconds: Double
    var singleRate: Double

    var pingIdleMedian: Double
    var pingIdleP99: Double
    var pingBulkMedian: Double
    var pingBulkP99: Double
    /// Absent on a limited link, which C's pings would share and Baton's do not.
    var limitPingBulkMedian: Double?
    var limitPingBulkP99: Double?

    enum CodingKeys: String, CodingKey {
        case bench, machine, codec, lanes, pairs, seed, ratio
        case chunkBytes = "chunk_bytes"
        case rateMegabits = "rate_mbit"
        case transferBytes = "transfer_bytes"
        case inFlight = "in_flight"
        case goodput = "goodput_gib_s"
        case goodputInterval = "goodput_ci95"
        case limit = "limit_gib_s"
        case limitInterval = "limit_ci95"
        case limitWithoutChecksum = "limit_without_crc_gib_s"
        case plain = "plain_tcp_gib_s"
        case ratioInterval = "ratio_ci95"
        case processorRatio = "cpu_ratio"
        case processorRatioInterval = "cpu_ratio_ci95"
        case ratioWithoutChecksum = "ratio_without_crc"
        case ratioWithoutChecksumInterval = "ratio_without_crc_ci95"
        case senderSecondsPerGiB = "sender_cpu_s_per_gib"
        case receiverSecondsPerGiB = "receiver_cpu_s_per_gib"
        case limitSenderSecondsPerGiB = "limit_sender_cpu_s_per_gib"
        case limitReceiverSecondsPerGiB = "limit_receiver_cpu_s_per_gib"
        case plainSenderSecondsPerGiB = "plain_sender_cpu_s_per_gib"
        case plainReceiverSecondsPerGiB = "plain_receiver_cpu_s_per_gib"
        case singleMilliseconds = "single_transfer_ms"
        case singleRate = "single_transfer_gib_s"
        case pingIdleMedian = "ping_idle_p50_ms"
        case pingIdleP99 = "ping_idle_p99_ms"
        case pingBulkMedian = "ping_bulk_p50_ms"
        case pingBulkP99 = "ping_bulk_p99_ms"
        case limitPingBulkMedian = "limit_ping_bulk_p50_ms"
        case limitPingBulkP99 = "limit_ping_bulk_p99_ms"
    }

    init(_ options: KVOptions, rounds: KVRounds, single: TransferOutcome, pings: KVPings) {
        machine = .current
        codec = options.codec.name
        lanes = options.lanes
        chunkBytes = options.chunkBytes
        rateMegabits = options.megabits
        pairs = options.pairs
        seed = options.seed
        transferBytes = options.transferBytes
        inFlight = options.inFlight

        goodput = rounds.median(.baton, \.gibPerSecond)
        goodputInterval = GeometricMean(rounds.rates(.baton)).bounds
        limit = rounds.median(.limit, \.gibPerSecond)
        limitInterval = GeometricMean(rounds.rates(.limit)).bounds
        limitWithoutChecksum = rounds.median(.limitWithoutChecksum, \.gibPerSecond)
        plain = rounds.median(.plain, \.gibPerSecond)
        let ratios = (rounds.ratio(to: .limit), rounds.ratio(to: .limitWithoutChecksum))
        ratio = ratios.0.estimate
        ratioInterval = ratios.0.bounds
        let processor = rounds.processorRatio(to: .limit)
        processorRatio = processor.estimate
        processorRatioInterval = processor.bounds
        ratioWithoutChecksum = ratios.1.estimate
        ratioWithoutChecksumInterval = ratios.1.bounds

        senderSecondsPerGiB = rounds.median(.baton, \.senderSecondsPerGiB)
        receiverSecondsPerGiB = rounds.median(.baton, \.receiverSecondsPerGiB)
        limitSenderSecondsPerGiB = rounds.median(.limit, \.senderSecondsPerGiB)
        limitReceiverSecondsPerGiB = rounds.median(.limit, \.receiverSecondsPerGiB)
        plainSenderSecondsPerGiB = rounds.median(.plain, \.senderSecondsPerGiB)
        plainReceiverSecondsPerGiB = rounds.median(.plain, \.receiverSecondsPerGiB)

        singleMilliseconds = Distribution(single.transfers.map { $0.elapsed.milliseconds }).median
        singleRate = Double(options.transferBytes) / Double(1 << 30) / (singleMilliseconds / 1e3)

        let (idle, bulk) = (Distribution(pings.idle), Distribution(pings.bulk))
        (pingIdleMedian, pingIdleP99) = (idle.median, idle.quantile(0.99))
        (pingBulkMedian, pingBulkP99) = (bulk.median, bulk.quantile(0.99))
        let other = pings.limitBulk.isEmpty ? nil : Distribution(pings.limitBulk)
        (limitPingBulkMedian, limitPingBulkP99) = (other?.median, other?.quantile(0.99))
    }
}
