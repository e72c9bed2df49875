extension KVReport {
    /// The figures for a person.
    var text: String {
        let place = rateMegabits.map { "a link of \(Int($0)) Mbit/s" } ?? "loopback"
        let head =
            "kv over \(place), \(lanes) lane(s), chunks of \(chunkBytes / 1_024) KiB, \(codec), "
            + "\(pairs) rounds"
        let number = ReportText.number
        let rows = [
            ["baton", number(goodput), number(senderSecondsPerGiB), number(receiverSecondsPerGiB)],
            [
                "C, TLS, CRC", number(limit), number(limitSenderSecondsPerGiB),
                number(limitReceiverSecondsPerGiB),
            ],
            ["C, TLS", number(limitWithoutChecksum), "", ""],
            [
                "C, plain", number(plain), number(plainSenderSecondsPerGiB),
                number(plainReceiverSecondsPerGiB),
            ],
        ]
        let table = ReportText.table(["", "GiB/s", "sender CPU-s/GiB", "receiver CPU-s/GiB"], rows)
        return """
            \(head)
            \(table)
            baton / limit \(interval(ratio, ratioInterval)), without CRC \
            \(interval(ratioWithoutChecksum, ratioWithoutChecksumInterval))
            processor time, baton / limit \(interval(processorRatio, processorRatioInterval)); the machine's load \
            is \(ReportText.number(machine.load))
            one transfer of \(transferBytes >> 20) MiB: \(number(singleMilliseconds)) ms, \(number(singleRate)) GiB/s
            ping p50/p99 ms: idle \(number(pingIdleMedian))/\(number(pingIdleP99)), under load \
            \(number(pingBulkMedian))/\(number(pingBulkP99))\(limitPings)
            """
    }

    private var limitPings: String {
        guard let median = limitPingBulkMedian, let p99 = limitPingBulkP99 else { return "" }
        return ", C under load \(ReportText.number(median))/\(ReportText.number(p99))"
    }

    private func interval(_ value: Double, _ bounds: [Double]) -> String {
        let ends = bounds.map { ReportText.number($0) }.joined(separator: "…")
        return "\(ReportText.number(value)) (95 %: \(ends))"
    }
}
