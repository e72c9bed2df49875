import ServingTypes

extension RequestOutcome: Codable {
    private enum Name {
        static let index = ReportKey("index")
        static let requestID = ReportKey("request_id")
        static let group = ReportKey("group")
        static let scheduled = ReportKey("scheduled_ms")
        static let sent = ReportKey("sent_ms")
        static let firstByte = ReportKey("first_byte_ms")
        static let firstToken = ReportKey("first_token_ms")
        static let secondToken = ReportKey("second_token_ms")
        static let gaps = ReportKey("itl_ms")
        static let ended = ReportKey("ended_ms")
        static let inputTokens = ReportKey("input_tokens")
        static let outputTokens = ReportKey("output_tokens")
        static let cachedTokens = ReportKey("cached_tokens")
        static let status = ReportKey("status")
        static let failure = ReportKey("failure")
        static let error = ReportKey("error")
        static let queue = ReportKey("server_queue_ms")
        static let prefill = ReportKey("server_prefill_ms")
        static let transfer = ReportKey("server_transfer_ms")
        static let decode = ReportKey("server_decode_ms")

        static let all: Set<ReportKey> = [
            index, requestID, group, scheduled, sent, firstByte, firstToken, secondToken, gaps, ended,
            inputTokens,
            outputTokens, cachedTokens, status, failure, error, queue, prefill, transfer, decode,
        ]
    }

    /// Writes the request; times are milliseconds from the start of the run, later pieces the gaps between
    /// them.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: ReportKey.self)
        try values.encode(index, forKey: Name.index)
        try values.encodeIfPresent(requestID, forKey: Name.requestID)
        try values.encodeIfPresent(group, forKey: Name.group)
        try values.encode(scheduled, Name.scheduled)
        try values.encode(sent, Name.sent)
        try values.encode(firstByte, Name.firstByte)
        try values.encode(firstToken, Name.firstToken)
        try values.encode(secondToken, Name.secondToken)
        if firstToken != nil { try values.encode(interTokenLatencies.map(\.milliseconds), forKey: Name.gaps) }
        try values.encode(ended, Name.ended)
        try values.encode(promptTokens, forKey: Name.inputTokens)
        try values.encode(outputTokens, forKey: Name.outputTokens)
        try values.encodeIfPresent(cachedTokens, forKey: Name.cachedTokens)
        try values.encodeIfPresent(status, forKey: Name.status)
        try values.encodeIfPresent(failure, forKey: Name.failure)
        try values.encodeIfPresent(failureDetail, forKey: Name.error)
        try values.encode(stages?.queue, Name.queue)
        try values.encode(stages?.prefill, Name.prefill)
        try values.encode(stages?.transfer, Name.transfer)
        try values.encode(stages?.decode, Name.decode)
    }

    /// Reads a request; an unknown key is an error.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: ReportKey.self)
        try values.rejectOthers(than: Name.all)
        guard let scheduled = try values.time(Name.scheduled) else {
            throw values.corrupted(Name.scheduled, "the scheduled time is missing")
        }
        self.init(
            index: try values.decode(Int.self, forKey: Name.index),
            scheduled: scheduled,
            promptTokens: try values.decode(Int.self, forKey: Name.inputTokens)
        )
        requestID = try values.decodeIfPresent(String.self, forKey: Name.requestID)
        group = try values.decodeIfPresent(String.self, forKey: Name.group)
        sent = try values.time(Name.sent)
        firstByte = try values.time(Name.firstByte)
        firstToken = try values.time(Name.firstToken)
        secondToken = try values.time(Name.secondToken)
        chunks = try Self.chunks(in: values, firstToken)
        ended = try values.time(Name.ended)
        outputTokens = try values.decode(Int.self, forKey: Name.outputTokens)
        cachedTokens = try values.decodeIfPresent(Int.self, forKey: Name.cachedTokens)
        status = try values.decodeIfPresent(Int.self, forKey: Name.status)
        failure = try values.decodeIfPresent(FailureReason.self, forKey: Name.failure)
        failureDetail = try values.decodeIfPresent(String.self, forKey: Name.error)
        let stages = StageTimes(
            queue: try values.time(Name.queue),
            prefill: try values.time(Name.prefill),
            transfer: try values.time(Name.transfer),
            decode: try values.time(Name.decode)
        )
        self.stages = stages == StageTimes() ? nil : stages
    }

    private static func chunks(in values: KeyedDecodingContainer<ReportKey>, _ first: Duration?) throws
        -> [Duration]
    {
        guard let first else { return [] }
        var chunks = [first]
        for gap in try values.decode([Double].self, forKey: Name.gaps) {
            chunks.append(chunks[chunks.count - 1] + (try values.time(gap, Name.gaps)))
        }
        return chunks
    }
}
